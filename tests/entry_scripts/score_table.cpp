// SPDX-License-Identifier: Apache-2.0
// For each row of a table with columns "id" and "x" a row of two fields, the id and twice x, for an
// output in .csv or .tsv. A row whose x is no number is a failed item.
#include <parallel_run/entry_script.hpp>

namespace pr = parallel_run;

namespace {

void init() {}

pr::Rows run(const pr::MiniBatch& mini_batch) {
    const auto table = mini_batch.table();
    const auto id = table.column("id");
    const auto x = table.column("x");
    pr::Rows rows;
    for (const auto row : table) {
        try {
            rows.append_fields(row[id], 2 * row.number<double>(x));
        } catch (const pr::FieldError& error) {
            rows.fail(row.index(), error.what());
        }
    }
    return rows;
}

}  // namespace

PARALLEL_RUN_ENTRY_SCRIPT(init, run)
