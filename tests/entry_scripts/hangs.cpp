// SPDX-License-Identifier: Apache-2.0
// run() never ends, some frames down. With --ignore-sigterm it does not even end when asked to.
#include <unistd.h>

#include <csignal>

#include <parallel_run/entry_script.hpp>

namespace pr = parallel_run;

namespace {

[[gnu::noinline]] void wait_for_camera() {
    while (true) ::pause();
}

void init() {
    for (const auto& argument : pr::EntryScript::instance().arguments()) {
        if (argument == "--ignore-sigterm") std::signal(SIGTERM, SIG_IGN);
    }
}

pr::Rows run(const pr::MiniBatch&) {
    wait_for_camera();
    return {};
}

}  // namespace

PARALLEL_RUN_ENTRY_SCRIPT(init, run)
