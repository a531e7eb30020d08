// SPDX-License-Identifier: Apache-2.0
#include "table/text_part.hpp"

#include <algorithm>
#include <array>

#include "base/size.hpp"
#include "table/reader.hpp"
#include "table/record_ends.hpp"
#include "table/text_stream.hpp"

namespace parallel_run::table {

namespace {

constexpr std::uint64_t kMostOfARead = 16ULL << 20;

/// Adds up to `size` bytes of the file that follow `bytes`, which begins at `position`; false at
/// the file's end.
bool extend(const TextFile& file, std::uint64_t position, std::uint64_t size, Buffer& bytes) {
    const auto begin = bytes.size();
    bytes.resize(begin + size);
    const auto got = file.read(position + begin, bytes.data() + begin, size);
    bytes.resize(begin + got);
    return got > 0;
}

/// Where the last record of `text`, which has no end there, begins.
std::size_t unfinished_record(std::string_view text, std::optional<char> quote) {
    if (!quote) {
        const auto end = text.rfind('\n');
        return end == std::string_view::npos ? 0 : end + 1;
    }
    RecordEnds ends(quote);
    for (std::size_t begin = 0;;) {
        const auto size = ends.find(text.substr(begin));
        if (size == RecordEnds::kNone) return begin;
        begin += size;
    }
}

}  // namespace

std::optional<std::uint64_t> TextPart::read(const Range& part, Table& table) const {
    table.bytes.clear();
    if (compression_of(file_.path()) != Compression::none) {
        read_compressed(table);
        return std::nullopt;
    }
    const auto end = std::min(part.end, file_.size());
    const auto first = find_first(part, end);
    table.position = first.value_or(end);
    if (!first) return std::nullopt;
    const auto size = end - *first;
    check_size(size);
    constexpr std::uint64_t kLikelyRest = 4096;  // of the last record, so that one read does
    extend(file_, *first, std::min(size + kLikelyRest, file_.size() - *first), table.bytes);
    const auto unfinished = finish_last(*first, size, table.bytes);
    check_size(table.bytes.size());
    return unfinished;
}

void TextPart::read_compressed(Table& table) const {
    constexpr std::uint64_t kPiece = 1ULL << 20;
    const auto stream = open_stream(file_);
    auto& bytes = table.bytes;
    table.position = rows_begin_;
    for (auto before = rows_begin_;;) {  // of the bytes that the head has
        const auto end = bytes.size();
        bytes.resize(end + kPiece);
        const auto got =
            stream->read(bytes.data() + end, before > 0 ? std::min(before, kPiece) : kPiece);
        bytes.resize(before > 0 ? end : end + got);
        if (got == 0) return;
        before -= std::min<std::uint64_t>(before, got);
        check_size(bytes.size());
    }
}

/// Where the first record that begins in the part does.
std::optional<std::uint64_t> TextPart::find_first(const Range& part, std::uint64_t end) const {
    if (part.begin <= rows_begin_) {
        return rows_begin_ < end ? std::optional(rows_begin_) : std::nullopt;
    }
    const auto quote = border_quote(format_);
    std::array<char, 4096> piece;
    // A record may begin at part.begin itself: when a line break is the byte before, which is as
    // much between quotes as the one after it.
    if (file_.read(part.begin - 1, piece.data(), 1) == 1 && piece[0] == '\n' &&
        !(quote && part.inside_quotes)) {
        return part.begin < end ? std::optional(part.begin) : std::nullopt;
    }
    RecordEnds ends(quote, part.inside_quotes);
    for (auto position = part.begin; position + 1 < end;) {
        const auto wanted = std::min<std::uint64_t>(piece.size(), end - 1 - position);
        const auto got = file_.read(position, piece.data(), wanted);
        const auto size = ends.find({piece.data(), got});
        if (size != RecordEnds::kNone) return position + size;
        if (got < wanted) break;
        position += got;
    }
    return std::nullopt;
}

/// Makes `bytes`, which hold `part_size` bytes from `position` on and maybe some more, end where
/// the record of the part's last byte does. Gives up beyond the limit: returns where that record
/// begins, of which a few bytes remain.
std::optional<std::uint64_t> TextPart::finish_last(std::uint64_t position, std::uint64_t part_size,
                                                   Buffer& bytes) const {
    constexpr std::size_t kRemaining = 64;
    if (bytes.size() < part_size) return std::nullopt;
    const auto quote = border_quote(format_);
    RecordEnds ends(quote);
    auto searched = part_size - 1;
    ends.pass(bytes.view().substr(0, searched));
    for (;;) {
        if (const auto size = ends.find(bytes.view().substr(searched)); size != RecordEnds::kNone) {
            bytes.resize(searched + size);
            return std::nullopt;
        }
        searched = bytes.size();
        const auto beyond = searched - part_size;
        if (beyond > limits_.record_bytes) break;
        const auto wanted = std::clamp<std::uint64_t>(beyond, 64 * 1024, kMostOfARead);
        if (!extend(file_, position, wanted, bytes)) return std::nullopt;
    }
    const auto begin = unfinished_record(bytes.view(), quote);
    bytes.resize(std::min(bytes.size(), begin + kRemaining));
    return begin;
}

void TextPart::check_size(std::uint64_t bytes) const {
    if (bytes <= limits_.part_bytes) return;
    const bool compressed = compression_of(file_.path()) != Compression::none;
    throw ReadError("a mini-batch of " + file_.path() + " has more than " +
                    base::format_bytes(limits_.part_bytes) + " of text: " +
                    (compressed ? "decompress the file, so that it can be cut"
                                : "choose a smaller mini_batch_size"));
}

}  // namespace parallel_run::table
