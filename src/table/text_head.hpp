// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "table/format.hpp"
#include "table/text_file.hpp"

namespace parallel_run::table {

/// The first record of a file.
struct FirstRecord {
    std::string text;       ///< without its line end
    std::uint64_t end = 0;  ///< of the (decompressed) file's bytes up to and with its line end
};

/// Nothing: there are only empty lines. Reads no more of the file than it needs. Throws ReadError.
std::optional<FirstRecord> read_first_record(const TextFile& file, const Format& format);

/// Where the lines that may be rows begin: behind a byte order mark and, in a file that has one,
/// the header. Throws ReadError, also for a header that differs from Format::columns.
std::uint64_t rows_begin(const TextFile& file, const Format& format);

}  // namespace parallel_run::table
