// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "table/format.hpp"
#include "table/range.hpp"

namespace parallel_run::dataset {

// The rows of a table are gathered by their keys in two steps, which all ranks share. First each
// piece of the input is split: its rows go, grouped by key, to a file of its own. The keys are
// spread over buckets by their hash, so that then each bucket can be merged by itself (see
// key_merge.hpp). A bucket is about as large as one rank can well handle, whatever the input.
//
// A split file has, in numbers of 8 bytes, low ones first: "PRSPLIT1", the number of buckets, of
// each bucket the place and the size of its slice and the XXH3-128 digest of that; then the slices.
// A slice has of each group, in the order of their keys: its key as length and bytes, the number of
// its rows, and their text as length and bytes (lengths and numbers as varints). The text is the
// records as they were in the input, each with a line end.

/// The rows of a piece are to be grouped.
struct SplitTask {
    table::Range piece;
    std::vector<std::string> keys;  ///< columns
    std::uint64_t buckets = 1;      ///< at least 1
    std::string to;                 ///< the split file; replaced if it exists

    bool operator==(const SplitTask&) const = default;
};

/// What became of the records of a piece.
struct SplitSummary {
    std::uint64_t rows = 0;
    std::uint64_t malformed = 0;  ///< which have no key

    bool operator==(const SplitSummary&) const = default;
};

/// Reads the piece and writes its split file. In memory: the piece, its fields, and about 100 bytes
/// and the key a group. Throws table::ReadError, base::UsageError as key_columns() does.
SplitSummary split_by_key(const SplitTask& task, const table::Format& format);

/// One slice of a split file as it was written. Throws table::ReadError, also for a file that is
/// not what was written.
std::string read_slice(const std::string& split_file, std::uint64_t bucket);

/// The rows of one key in a slice; views into it.
struct SliceGroup {
    std::string_view key;
    std::uint64_t rows = 0;
    std::string_view text;
};

/// Those of a slice, in order. Throws table::ReadError, which names the file, when it makes no
/// sense.
std::vector<SliceGroup> groups_of(std::string_view slice, const std::string& split_file);

}  // namespace parallel_run::dataset
