// SPDX-License-Identifier: Apache-2.0
// A static initialiser crashes: no entry point is ever called.
#include <csignal>

#include <parallel_run/entry_script.hpp>

namespace pr = parallel_run;

namespace {

int read_model() {
    std::signal(SIGSEGV, SIG_DFL);  // also under a sanitizer
    std::raise(SIGSEGV);
    return 0;
}

const int model = read_model();

void init() {}

pr::Rows run(const pr::MiniBatch& mini_batch) {
    pr::Rows rows;
    rows.append("{} {}", mini_batch.index(), model);
    return rows;
}

}  // namespace

PARALLEL_RUN_ENTRY_SCRIPT(init, run)
