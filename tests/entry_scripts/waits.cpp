// SPDX-License-Identifier: Apache-2.0
// In its first attempt run() leaves its process id in a file --meet/INDEX, and waits for --meet/go.
// One row: "INDEX ATTEMPT".
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>

#include <parallel_run/entry_script.hpp>

namespace pr = parallel_run;

namespace {

std::filesystem::path meeting_place;

void init() { meeting_place = pr::EntryScript::instance().argument("--meet"); }

void wait_for_go(const std::string& name) {
    const auto hidden = meeting_place / ("." + name);
    std::ofstream(hidden) << ::getpid() << std::endl;
    std::filesystem::rename(hidden, meeting_place / name);
    while (!std::filesystem::exists(meeting_place / "go")) {
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
}

pr::Rows run(const pr::MiniBatch& mini_batch) {
    if (mini_batch.attempt() == 1) wait_for_go(std::to_string(mini_batch.index()));
    pr::Rows rows;
    rows.append("{} {}", mini_batch.index(), mini_batch.attempt());
    return rows;
}

}  // namespace

PARALLEL_RUN_ENTRY_SCRIPT(init, run)
