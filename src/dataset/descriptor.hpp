// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "table/range.hpp"

namespace parallel_run::dataset {

/// Of the paths of one mini-batch.
inline constexpr std::size_t kMaxDescriptorBytes = std::size_t{64} << 20;

/// What a mini-batch consists of, as it travels from the orchestrator to a worker process. The
/// engine between the two carries the encoded form without looking into it.
struct Descriptor {
    std::uint32_t input = 0;                ///< position in Step::input
    std::vector<std::string> files;         ///< absolute paths, in the plan's order; of a table one
    std::optional<table::Range> part = {};  ///< of that file; nothing: the items are files
    /// As add_to_key() makes it; empty: the items have none in common. A table with one is not in
    /// a file of the input, but in one to which the rows of many were gathered.
    std::string partition_key = {};
    /// Of the part only the records that are no rows: all others were gathered by their keys.
    bool only_malformed = false;

    bool operator==(const Descriptor&) const = default;
};

/// The same, decoded: the views point into the encoded bytes.
struct DescriptorView {
    std::uint32_t input = 0;
    std::vector<std::string_view> files;
    bool is_table = false;
    table::Range part = {};  ///< where it is
    std::string_view partition_key = {};
    bool only_malformed = false;
};

/// Appends the encoded form: varint input, varint file count, then each path as length and bytes;
/// then, where there is more to say, which of the following there are (1: part, 2: key, 4: only
/// malformed records): the members of the part but the file, as varints; the key as length and
/// bytes.
void encode(const Descriptor& descriptor, std::string& out);
/// The same for a part of a table's file.
void encode(std::uint32_t input, const table::Range& part, std::string& out);
/// The same for a group of files, whose paths are encoded strings.
void encode(std::uint32_t input, std::uint64_t files, std::string_view paths,
            std::string_view partition_key, std::string& out);

/// Reads what encode() wrote from bytes that nobody vouches for; reuses the capacity of `out`.
/// Returns whether the bytes were a whole descriptor and nothing else.
bool decode(std::string_view bytes, DescriptorView& out);

/// "/data/1.png and 9 more", "/data/a.csv, 0 to 1,048,576": for people.
std::string describe(const DescriptorView& descriptor);
/// "0 to 1,048,576", "all": where in its file a part is, in bytes or, for hdf5, rows.
std::string describe(const table::Range& part);

}  // namespace parallel_run::dataset
