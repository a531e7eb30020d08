// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "table/range.hpp"

namespace parallel_run::dataset {

/// What a mini-batch consists of, as it travels from the orchestrator to a worker process. The
/// engine between the two carries the encoded form without looking into it.
struct Descriptor {
    std::uint32_t input = 0;         ///< position in Step::input
    std::vector<std::string> files;  ///< absolute paths, in the plan's order; of a table one
    std::optional<table::Range> part =
        std::nullopt;  ///< of that file; nothing: the items are files

    bool operator==(const Descriptor&) const = default;
};

/// The same, decoded: the views point into the encoded bytes.
struct DescriptorView {
    std::uint32_t input = 0;
    std::vector<std::string_view> files;
    bool is_table = false;
    table::Range part = {};  ///< where it is
};

/// Appends the encoded form: varint input, varint file count, then each path as length and bytes;
/// then, for a table, the members of its part but the file as varints.
void encode(const Descriptor& descriptor, std::string& out);
/// The same for a part of a table's file.
void encode(std::uint32_t input, const table::Range& part, std::string& out);

/// Reads what encode() wrote from bytes that nobody vouches for; reuses the capacity of `out`.
/// Returns whether the bytes were a whole descriptor and nothing else.
bool decode(std::string_view bytes, DescriptorView& out);

/// "/data/1.png and 9 more", "/data/a.csv, 0 to 1,048,576": for people.
std::string describe(const DescriptorView& descriptor);
/// "0 to 1,048,576", "all": where in its file a part is, in bytes or, for hdf5, rows.
std::string describe(const table::Range& part);

}  // namespace parallel_run::dataset
