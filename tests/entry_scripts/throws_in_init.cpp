// SPDX-License-Identifier: Apache-2.0
// init() throws.
#include <stdexcept>

#include <parallel_run/entry_script.hpp>

namespace pr = parallel_run;

namespace {

void init() { throw std::runtime_error("the model is missing"); }

pr::Rows run(const pr::MiniBatch&) { return {}; }

}  // namespace

PARALLEL_RUN_ENTRY_SCRIPT(init, run)
