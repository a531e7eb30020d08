// SPDX-License-Identifier: Apache-2.0
// Ends its process by SIGSEGV at the first attempt of each mini-batch whose index is a multiple of
// --every, so that a benchmark can count what crashes cost; otherwise works for --busy_us.
#include <chrono>
#include <csignal>
#include <string>

#include <parallel_run/entry_script.hpp>

namespace pr = parallel_run;

namespace {

unsigned long every = 100;
std::chrono::microseconds busy{0};

}  // namespace

void init() {
    const auto& script = pr::EntryScript::instance();
    every = std::stoul(script.argument("--every", "100"));
    busy = std::chrono::microseconds(std::stoul(script.argument("--busy_us", "0")));
}

pr::Rows run(const pr::MiniBatch& mini_batch) {
    if (every != 0 && mini_batch.index() % every == 0 && mini_batch.attempt() == 1) {
        std::raise(SIGSEGV);
    }
    const auto end = std::chrono::steady_clock::now() + busy;
    while (std::chrono::steady_clock::now() < end) {
    }
    pr::Rows rows;
    for (const auto& path : mini_batch.files()) rows.append(path.filename().string());
    return rows;
}

PARALLEL_RUN_ENTRY_SCRIPT(init, run)
