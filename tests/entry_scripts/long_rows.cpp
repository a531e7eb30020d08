// SPDX-License-Identifier: Apache-2.0
// One row per file: its name, a blank, and as many letters x as --letters says.
#include <string>

#include <parallel_run/entry_script.hpp>

namespace pr = parallel_run;

namespace {

std::string letters;

void init() { letters.assign(std::stoul(pr::EntryScript::instance().argument("--letters")), 'x'); }

pr::Rows run(const pr::MiniBatch& mini_batch) {
    pr::Rows rows;
    for (const auto& path : mini_batch.files()) {
        rows.append("{} {}", path.filename().string(), letters);
    }
    return rows;
}

}  // namespace

PARALLEL_RUN_ENTRY_SCRIPT(init, run)
