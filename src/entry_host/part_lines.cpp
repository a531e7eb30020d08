// SPDX-License-Identifier: Apache-2.0
#include "entry_host/part_lines.hpp"

#include <algorithm>

namespace parallel_run::entry_host {

std::optional<std::uint64_t> PartLines::at(const table::Table& table, std::uint64_t position) {
    if (!counted_to_) first_line_ = file_.at(table.file, table.position).value_or(0);
    if (first_line_ == 0 || position < table.position) return std::nullopt;
    const auto offset = position - table.position;
    if (!counted_to_ || offset < *counted_to_) {
        counted_to_ = 0;
        line_ = first_line_;
    }
    const auto end = std::min<std::uint64_t>(offset, table.bytes.size());
    const auto* const bytes = table.bytes.data();
    line_ += static_cast<std::uint64_t>(std::count(bytes + *counted_to_, bytes + end, '\n'));
    counted_to_ = end;
    return line_;
}

}  // namespace parallel_run::entry_host
