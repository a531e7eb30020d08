// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>

#include "table/line_number.hpp"
#include "table/table.hpp"

namespace parallel_run::entry_host {

/// On which lines of its file the records of a text table lie, for messages. The file is looked at
/// when the first line of a table is asked for, its bytes in memory from then on.
class PartLines {
public:
    /// Goes on with another table, or with none.
    void begin() { counted_to_.reset(); }

    /// The line, from 1, of a byte of the table's part; nothing where it is too far from the file's
    /// beginning to be counted.
    std::optional<std::uint64_t> at(const table::Table& table, std::uint64_t position);

private:
    table::LineNumbers file_;
    std::uint64_t first_line_ = 0;             ///< of the part; 0: not known
    std::optional<std::uint64_t> counted_to_;  ///< offset in the part; nothing: not begun
    std::uint64_t line_ = 0;                   ///< there
};

}  // namespace parallel_run::entry_host
