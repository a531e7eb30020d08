// SPDX-License-Identifier: Apache-2.0
// For benchmarks: computes for the microseconds of --busy_us, then one row per file.
#include <chrono>
#include <string>

#include <parallel_run/entry_script.hpp>

namespace pr = parallel_run;

namespace {

std::chrono::microseconds busy;

void init() {
    busy = std::chrono::microseconds(
        std::stol(pr::EntryScript::instance().argument("--busy_us", "1000")));
}

pr::Rows run(const pr::MiniBatch& mini_batch) {
    const auto end = std::chrono::steady_clock::now() + busy;
    while (std::chrono::steady_clock::now() < end) {
    }
    pr::Rows rows;
    for (const auto& path : mini_batch.files()) rows.append(path.filename().string());
    return rows;
}

}  // namespace

PARALLEL_RUN_ENTRY_SCRIPT(init, run)
