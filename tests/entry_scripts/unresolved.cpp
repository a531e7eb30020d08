// SPDX-License-Identifier: Apache-2.0
// Uses a function that nobody defines.
#include <parallel_run/entry_script.hpp>

namespace pr = parallel_run;

namespace missing {
parallel_run::Rows classify(const char* image, int layers);
}

namespace {

void init() {}

pr::Rows run(const pr::MiniBatch&) { return missing::classify("image", 7); }

}  // namespace

PARALLEL_RUN_ENTRY_SCRIPT(init, run)
