// SPDX-License-Identifier: Apache-2.0
// Adds up the income of one store with one brand, over all weeks, and adds it to each row.
#include <cstdint>

#include <parallel_run/entry_script.hpp>

namespace pr = parallel_run;

namespace {

void init() {}

pr::Rows run(const pr::MiniBatch& mini_batch) {
    const auto table = mini_batch.table();
    const auto income = table.column("income");
    std::int64_t total = 0;
    for (const auto row : table) total += row.number<std::int64_t>(income);
    pr::Rows rows;
    for (const auto row : table) {
        rows.append_fields(mini_batch.partition_value("store"), mini_batch.partition_value("brand"),
                           row["week"], row[income], total);
    }
    return rows;
}

}  // namespace

PARALLEL_RUN_ENTRY_SCRIPT(init, run)
