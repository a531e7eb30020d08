// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory_resource>
#include <optional>
#include <vector>

namespace parallel_run::dataset {

/// What a directory says about an entry without looking at the entry itself.
enum class EntryKind : char { file, directory, unknown };

struct Entry {
    const char* name;  ///< zero-ended
    EntryKind kind;
};

/// The names of one directory: added in any order, read back once in byte order. Sorting is spread
/// over the reading, so that the first of ten million names costs little more than adding them. A
/// name costs its length and 10 bytes, and up to as much again while the memory grows.
class OrderedNames {
public:
    void add(const char* name, EntryKind kind);

    /// The next in byte order; `name` lives as long as this object. Nothing may be added any more.
    std::optional<Entry> next();

private:
    void sort_next_block();

    std::pmr::monotonic_buffer_resource memory_;
    std::vector<const char*> names_;  ///< each points at its EntryKind, followed by the name
    std::size_t taken_ = 0;
    std::size_t sorted_ = 0;  ///< names before this one are at their final places
    /// Further places, descending, that no name has to cross any more.
    std::vector<std::size_t> borders_;
};

}  // namespace parallel_run::dataset
