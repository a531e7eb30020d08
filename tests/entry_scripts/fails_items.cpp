// SPDX-License-Identifier: Apache-2.0
// One row per file, but those whose name has "bad" in it are failed items, and those with "lost" in
// it have neither a row nor a reason.
#include <string>

#include <parallel_run/entry_script.hpp>

namespace pr = parallel_run;

namespace {

void init() {}

pr::Rows run(const pr::MiniBatch& mini_batch) {
    pr::Rows rows;
    const auto files = mini_batch.files();
    for (std::size_t i = 0; i < files.size(); ++i) {
        const auto name = files[i].filename().string();
        if (name.find("bad") != std::string::npos) {
            rows.fail(i, name + " is bad");
        } else if (name.find("lost") == std::string::npos) {
            rows.append(name);
        }
    }
    return rows;
}

}  // namespace

PARALLEL_RUN_ENTRY_SCRIPT(init, run)
