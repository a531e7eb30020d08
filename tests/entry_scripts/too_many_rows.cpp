// SPDX-License-Identifier: Apache-2.0
// Two rows per file.
#include <parallel_run/entry_script.hpp>

namespace pr = parallel_run;

namespace {

void init() {}

pr::Rows run(const pr::MiniBatch& mini_batch) {
    pr::Rows rows;
    for (const auto& path : mini_batch.files()) {
        const auto name = path.filename().string();
        rows.append("{} once", name);
        rows.append("{} twice", name);
    }
    return rows;
}

}  // namespace

PARALLEL_RUN_ENTRY_SCRIPT(init, run)
