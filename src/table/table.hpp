// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <parallel_run/entry_script.h>

#include "table/buffer.hpp"

namespace parallel_run::table {

/// A column, by name; its values unless they are text that lies in Table::fields.
struct Column {
    std::string name;
    parallel_run_type type = PARALLEL_RUN_TEXT;
    std::vector<std::uint64_t> dimensions;  ///< of one row's values; empty: a single one
    Buffer values;                          ///< numbers, as parallel_run_column has them
    Buffer text;                            ///< text of a column of its own (hdf5) ...
    std::vector<parallel_run_span> spans;   ///< ... one a row
};

/// A record that cannot become a row.
struct BadRecord {
    std::uint64_t position = 0;  ///< text: byte in the file at which it begins; hdf5: row
    std::uint32_t number = 0;    ///< among the records of the part, from 0
    std::string reason;
};

/// The rows of one mini-batch in memory: filled by a Reader, seen by the script through view().
/// A text format keeps all bytes in `bytes` and its fields row by row in `fields`; hdf5 keeps each
/// column by itself. Public members are what readers fill in; memory is kept from one mini-batch to
/// the next.
class Table {
public:
    Table() = default;
    Table(const Table&) = delete;
    Table& operator=(const Table&) = delete;

    /// Forgets all rows, bad records and columns' values; the columns themselves stay.
    void clear();

    std::string file;            ///< absolute path
    std::uint64_t position = 0;  ///< as in parallel_run_table
    std::int64_t first_record = -1;
    std::uint64_t row_count = 0;
    std::vector<Column> columns;

    Buffer bytes;                               ///< the file's, then fields rid of their quotes
    std::vector<parallel_run_span> fields;      ///< text formats: row_count x columns.size()
    std::vector<parallel_run_span> records;     ///< text formats: row_count
    std::vector<std::uint32_t> record_numbers;  ///< one a row; empty: row r is record r

    /// The first ones of the bad records, and how many there are.
    std::vector<BadRecord> bad_records;
    std::uint64_t bad_count = 0;

    /// Well-formed or not: the mini-batch's items.
    [[nodiscard]] std::uint64_t record_count() const { return row_count + bad_count; }

    /// Keeps the bad records only.
    void leave_out_rows();
    /// Counts a record that cannot become a row; keeps the first kMaxBadRecords with their reasons.
    void add_bad(BadRecord record);
    static constexpr std::size_t kMaxBadRecords = 10'000;

    /// For the script; valid until the table is changed.
    const parallel_run_table& view();

private:
    std::vector<parallel_run_column> column_views_;
    std::vector<const parallel_run_column*> column_pointers_;
    parallel_run_table view_{};
};

}  // namespace parallel_run::table
