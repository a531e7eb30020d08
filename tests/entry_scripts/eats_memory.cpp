// SPDX-License-Identifier: Apache-2.0
// run() gives a row with the name of each file, and takes --megabytes of memory when it comes to
// the file "bad", all of which it uses.
#include <cstring>
#include <string>
#include <vector>

#include <parallel_run/entry_script.hpp>

namespace pr = parallel_run;

namespace {

constexpr std::size_t kMegabyte = 1 << 20;

}  // namespace

pr::Rows run(const pr::MiniBatch& mini_batch) {
    const auto& script = pr::EntryScript::instance();
    pr::Rows rows;
    for (const auto& path : mini_batch.files()) {
        if (path.filename() == "bad") {
            std::vector<std::vector<char>> eaten;
            for (auto left = std::stoul(script.argument("--megabytes")); left > 0; --left) {
                eaten.emplace_back(kMegabyte, 'x');
            }
        }
        rows.append(path.filename().string());
    }
    return rows;
}

void init() {}

PARALLEL_RUN_ENTRY_SCRIPT(init, run)
