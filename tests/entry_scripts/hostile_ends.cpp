// SPDX-License-Identifier: Apache-2.0
// init() or shutdown() does what --deed says; run() gives a row with the name of each file.
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <stdexcept>
#include <string>

#include <parallel_run/entry_script.hpp>

namespace pr = parallel_run;

namespace {

std::string deed;

void hang() {
    while (true) ::pause();
}

void init() {
    const auto& script = pr::EntryScript::instance();
    deed = script.argument("--deed");
    if (deed == "init_hangs_in_one_process" && script.worker_index() == 1) hang();
    if (deed == "init_forks") {
        if (const pid_t child = ::fork(); child > 0) ::waitpid(child, nullptr, 0);
    }
}

pr::Rows run(const pr::MiniBatch& mini_batch) {
    pr::Rows rows;
    for (const auto& path : mini_batch.files()) rows.append(path.filename().string());
    return rows;
}

void shutdown() {
    if (deed == "shutdown_throws") throw std::runtime_error("cannot shut down");
    if (deed == "shutdown_hangs") hang();
    if (deed == "shutdown_crashes") std::abort();
    if (deed == "shutdown_exits") std::exit(3);
}

}  // namespace

PARALLEL_RUN_ENTRY_SCRIPT(init, run, shutdown)
