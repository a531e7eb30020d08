// SPDX-License-Identifier: Apache-2.0
// One row of --bytes for each mini-batch, always the same.
#include <string>

#include <parallel_run/entry_script.hpp>

namespace pr = parallel_run;

namespace {

std::string row;

void init() { row.assign(std::stoul(pr::EntryScript::instance().argument("--bytes")) - 1, 'x'); }

pr::Rows run(const pr::MiniBatch&) {
    pr::Rows rows;
    rows.append(row);
    return rows;
}

}  // namespace

PARALLEL_RUN_ENTRY_SCRIPT(init, run)
