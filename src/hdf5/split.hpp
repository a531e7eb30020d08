// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <limits>
#include <span>

#include "hdf5/element.hpp"
#include "table/table.hpp"

namespace parallel_run::hdf5 {

constexpr std::uint64_t kMaxText = std::numeric_limits<std::uint32_t>::max();

/// How many columns a member of an element becomes where each row has so many elements: text has
/// one for each text of a row, numbers have one with dimensions.
std::uint64_t column_count(const Member& member, std::uint64_t elements_per_row);

/// Appends elements, which lie one after another as Element says, to the columns of their members:
/// as many as column_count() says, in the order of the members. False, and the columns have any
/// content: the text of one of them is longer than `max_text` bytes.
[[nodiscard]] bool split(const Element& element, const char* elements, std::uint64_t rows,
                         std::uint64_t elements_per_row, std::span<table::Column> columns,
                         std::uint64_t max_text = kMaxText);

}  // namespace parallel_run::hdf5
