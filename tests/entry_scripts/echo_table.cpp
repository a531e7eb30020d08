// SPDX-License-Identifier: Apache-2.0
// One row per row of the table: name=field|name=field. An absent field is "-", numbers are shown by
// the whole part of their sum, those of other types than double, float and int64 by "?".
#include <numeric>
#include <string>

#include <parallel_run/entry_script.hpp>

namespace pr = parallel_run;

namespace {

void init() {}

template <typename T>
std::string sum_of_row(const pr::Table& table, std::size_t row, std::size_t column) {
    const auto values = table.values<T>(column).row(row);
    return std::to_string(
        static_cast<std::int64_t>(std::accumulate(values.begin(), values.end(), T{})));
}

std::string shown(const pr::Table& table, std::size_t row, std::size_t column) {
    switch (table.type(column)) {
        case PARALLEL_RUN_TEXT:
            return table.has(row, column) ? std::string(table.text(row, column)) : "-";
        case PARALLEL_RUN_FLOAT64: return sum_of_row<double>(table, row, column);
        case PARALLEL_RUN_FLOAT32: return sum_of_row<float>(table, row, column);
        case PARALLEL_RUN_INT64: return sum_of_row<std::int64_t>(table, row, column);
        default: return "?";
    }
}

pr::Rows run(const pr::MiniBatch& mini_batch) {
    const auto table = mini_batch.table();
    pr::Rows rows;
    for (std::size_t row = 0; row < table.row_count(); ++row) {
        std::string text;
        for (std::size_t column = 0; column < table.column_count(); ++column) {
            text.append(column == 0 ? "" : "|").append(table.column_name(column)).append("=");
            text.append(shown(table, row, column));
        }
        rows.append(text);
    }
    return rows;
}

}  // namespace

PARALLEL_RUN_ENTRY_SCRIPT(init, run)
