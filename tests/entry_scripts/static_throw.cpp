// SPDX-License-Identifier: Apache-2.0
// A static initialiser prints a line and throws: no entry point is ever called.
#include <cstdio>
#include <stdexcept>

#include <parallel_run/entry_script.hpp>

namespace pr = parallel_run;

namespace {

int read_model() {
    std::puts("reading the model");
    std::fflush(stdout);
    throw std::runtime_error("the model is missing");
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
