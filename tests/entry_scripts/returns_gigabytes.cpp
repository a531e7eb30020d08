// SPDX-License-Identifier: Apache-2.0
// For each file --rows rows of --row_bytes bytes, their line breaks included.
#include <string>

#include <parallel_run/entry_script.hpp>

namespace pr = parallel_run;

namespace {

std::size_t row_count = 0;
std::size_t row_bytes = 0;

std::size_t number(const char* name) {
    return std::stoull(pr::EntryScript::instance().argument(name));
}

void init() {
    row_count = number("--rows");
    row_bytes = number("--row_bytes");
}

pr::Rows run(const pr::MiniBatch& mini_batch) {
    pr::Rows rows;
    for (std::size_t file = 0; file < mini_batch.files().size(); ++file) {
        for (std::size_t i = 0; i < row_count; ++i) rows.append(std::string(row_bytes - 1, 'x'));
    }
    return rows;
}

}  // namespace

PARALLEL_RUN_ENTRY_SCRIPT(init, run)
