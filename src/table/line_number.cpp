// SPDX-License-Identifier: Apache-2.0
#include "table/line_number.hpp"

#include <algorithm>
#include <vector>

#include "table/byte_masks.hpp"
#include "table/reader.hpp"

namespace parallel_run::table {

std::optional<std::uint64_t> LineNumbers::at(const std::string& file, std::uint64_t position) {
    constexpr std::uint64_t kPiece = 256 * 1024;
    if (position > kFarthest) return std::nullopt;
    try {
        if (!file_ || file_->path() != file || position < position_) open(file);
        std::vector<char> piece(std::min(kPiece, position - position_));
        while (position_ < position) {
            const auto wanted = std::min(kPiece, position - position_);
            const auto got = stream_->read(piece.data(), wanted);
            if (got == 0) return std::nullopt;
            line_ += count_of({piece.data(), got}, '\n');
            position_ += got;
        }
        return line_;
    } catch (const ReadError&) {
        file_.reset();
        return std::nullopt;
    }
}

void LineNumbers::open(const std::string& file) {
    file_ = std::make_unique<TextFile>(file);
    stream_ = open_stream(*file_);
    position_ = 0;
    line_ = 1;
}

}  // namespace parallel_run::table
