// SPDX-License-Identifier: Apache-2.0
// run() appends a row with a line break in it.
#include <parallel_run/entry_script.hpp>

namespace pr = parallel_run;

namespace {

void init() {}

pr::Rows run(const pr::MiniBatch&) {
    pr::Rows rows;
    rows.append("whole");
    rows.append("in {} two", "\n");
    return rows;
}

}  // namespace

PARALLEL_RUN_ENTRY_SCRIPT(init, run)
