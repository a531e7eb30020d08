// SPDX-License-Identifier: Apache-2.0
// --rows records of float32[64] for each mini-batch.
#include <string>
#include <vector>

#include <parallel_run/entry_script.hpp>

namespace pr = parallel_run;

namespace {

std::size_t rows_in_mini_batch = 0;

void init() {
    auto& script = pr::EntryScript::instance();
    rows_in_mini_batch = std::stoul(script.argument("--rows"));
    script.declare_columns({pr::column<float>("embedding", {64})});
}

pr::Rows run(const pr::MiniBatch&) {
    const std::vector<float> embedding(64, 0.5F);
    pr::Rows rows;
    for (std::size_t i = 0; i < rows_in_mini_batch; ++i) rows.append_record(embedding);
    return rows;
}

}  // namespace

PARALLEL_RUN_ENTRY_SCRIPT(init, run)
