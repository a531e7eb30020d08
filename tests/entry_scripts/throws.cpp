// SPDX-License-Identifier: Apache-2.0
// run() throws.
#include <stdexcept>

#include <parallel_run/entry_script.hpp>

namespace pr = parallel_run;

namespace {

void init() {}

pr::Rows run(const pr::MiniBatch& mini_batch) {
    throw std::runtime_error("cannot read " + mini_batch.files()[0].string());
}

}  // namespace

PARALLEL_RUN_ENTRY_SCRIPT(init, run)
