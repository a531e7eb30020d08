// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <limits>
#include <string>

namespace parallel_run::table {

/// A part of a file that makes a mini-batch.
struct Range {
    static constexpr auto kAll = std::numeric_limits<std::uint64_t>::max();

    std::string file;  ///< absolute path
    /// Of the file when it was planned: another one now means that it was changed since.
    std::uint64_t file_size = 0;
    std::int64_t modified_ns = 0;  ///< since 1970

    /// Text: bytes of the file. A record belongs to the part in which its first byte lies, so that
    /// parts may be cut anywhere. hdf5: rows. Compressed text is one part, 0 to kAll.
    std::uint64_t begin = 0;
    std::uint64_t end = kAll;
    bool inside_quotes = false;  ///< the byte at `begin` is (multi_line only)

    /// Of the records that begin in the part: leave out so many, then take at most so many.
    std::uint64_t skip = 0;
    std::uint64_t count = kAll;

    /// The number in the whole input of the first record that is taken; -1: not known.
    std::int64_t first_record = -1;

    bool operator==(const Range&) const = default;
};

}  // namespace parallel_run::table
