// SPDX-License-Identifier: Apache-2.0
// For benchmarks: one short row per mini-batch, and nothing else.
#include <parallel_run/entry_script.hpp>

namespace pr = parallel_run;

namespace {

void init() {}

pr::Rows run(const pr::MiniBatch&) {
    pr::Rows rows;
    rows.append("done");
    return rows;
}

}  // namespace

PARALLEL_RUN_ENTRY_SCRIPT(init, run)
