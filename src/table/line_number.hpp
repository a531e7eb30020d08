// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "table/text_file.hpp"
#include "table/text_stream.hpp"

namespace parallel_run::table {

/// Says on which line a byte of a text file lies, for messages. Counts on from the last answer for
/// the same file, so ask in the order of the bytes. One thread at a time.
class LineNumbers {
public:
    static constexpr std::uint64_t kFarthest = 1ULL << 30;

    /// From 1. `position` counts the bytes of what is decompressed. Nothing: it is farther than
    /// kFarthest from the file's beginning, beyond its end, or the file cannot be read.
    std::optional<std::uint64_t> at(const std::string& file, std::uint64_t position);

private:
    void open(const std::string& file);

    std::unique_ptr<TextFile> file_;
    std::unique_ptr<TextStream> stream_;
    std::uint64_t position_ = 0;
    std::uint64_t line_ = 1;
};

}  // namespace parallel_run::table
