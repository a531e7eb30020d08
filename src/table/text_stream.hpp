// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

#include "table/text_file.hpp"

namespace parallel_run::table {

enum class Compression : std::uint8_t { none, gzip, zstd };

/// How a file is compressed by its name: .gz (RFC 1952) or .zst (RFC 8878), in any case.
Compression compression_of(std::string_view file);

/// A file's text from its first byte on, decompressed; one member or frame or several.
class TextStream {
public:
    virtual ~TextStream() = default;

    /// Reads at most `size` bytes; 0 only at the end. Throws ReadError, also for compressed data
    /// that is damaged or cut off.
    virtual std::size_t read(char* to, std::size_t size) = 0;
};

/// `file` must outlive the stream.
std::unique_ptr<TextStream> open_stream(const TextFile& file);

}  // namespace parallel_run::table
