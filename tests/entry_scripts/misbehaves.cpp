// SPDX-License-Identifier: Apache-2.0
// One row per file, its name; but a file's name makes run() throw, crash, exit or hang: "throw",
// "crash", "exit" and "hang" always, "throw_once" and the like in the first attempt only.
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <stdexcept>
#include <string>

#include <parallel_run/entry_script.hpp>

namespace pr = parallel_run;

namespace {

void init() {}

void misbehave(const std::string& name) {
    if (name.find("throw") == 0) throw std::runtime_error("cannot read " + name);
    if (name.find("exit") == 0) std::_Exit(3);
    if (name.find("hang") == 0) {
        while (true) ::pause();
    }
    if (name.find("crash") == 0) {
        std::signal(SIGSEGV, SIG_DFL);  // also under a sanitizer
        std::raise(SIGSEGV);
    }
}

pr::Rows run(const pr::MiniBatch& mini_batch) {
    pr::Rows rows;
    for (const auto& path : mini_batch.files()) {
        const auto name = path.filename().string();
        const bool once = name.find("_once") != std::string::npos;
        if (!once || mini_batch.attempt() == 1) misbehave(name);
        rows.append(name);
    }
    return rows;
}

}  // namespace

PARALLEL_RUN_ENTRY_SCRIPT(init, run)
