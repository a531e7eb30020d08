// SPDX-License-Identifier: Apache-2.0
// One row per row of the table: its number in the whole input ("-": not known), its byte in the
// file, and its first field.
#include <string>

#include <parallel_run/entry_script.hpp>

namespace pr = parallel_run;

namespace {

void init() {}

pr::Rows run(const pr::MiniBatch& mini_batch) {
    const auto table = mini_batch.table();
    pr::Rows rows;
    for (std::size_t row = 0; row < table.row_count(); ++row) {
        const auto number = table.row_number(row);
        rows.append("{} {} {}", number ? std::to_string(*number) : "-", table.row_position(row),
                    table.text(row, std::size_t{0}));
    }
    return rows;
}

}  // namespace

PARALLEL_RUN_ENTRY_SCRIPT(init, run)
