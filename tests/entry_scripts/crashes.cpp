// SPDX-License-Identifier: Apache-2.0
// run() dies of SIGSEGV.
#include <csignal>

#include <parallel_run/entry_script.hpp>

namespace pr = parallel_run;

namespace {

void init() {}

pr::Rows run(const pr::MiniBatch&) {
    std::signal(SIGSEGV, SIG_DFL);  // also under a sanitizer
    std::raise(SIGSEGV);
    return {};
}

}  // namespace

PARALLEL_RUN_ENTRY_SCRIPT(init, run)
