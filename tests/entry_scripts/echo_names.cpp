// SPDX-License-Identifier: Apache-2.0
// One row per file: its name. Also compiled by clang++, and by nvcc.
#include <parallel_run/entry_script.hpp>

namespace pr = parallel_run;

namespace {

void init() { pr::EntryScript::instance().logger().info("ready"); }

pr::Rows run(const pr::MiniBatch& mini_batch) {
    pr::Rows rows;
    for (const auto& path : mini_batch.files()) rows.append(path.filename().string());
    return rows;
}

}  // namespace

PARALLEL_RUN_ENTRY_SCRIPT(init, run)
