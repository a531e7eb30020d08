// SPDX-License-Identifier: Apache-2.0
// A record of 512 KiB for each file, all of it its item's number.
#include <cstdint>
#include <vector>

#include <parallel_run/entry_script.hpp>

namespace pr = parallel_run;

namespace {

constexpr std::size_t kNumbers = 64 << 10;

void init() {
    pr::EntryScript::instance().declare_columns({pr::column<std::uint64_t>("wide", {kNumbers})});
}

pr::Rows run(const pr::MiniBatch& mini_batch) {
    pr::Rows rows;
    for (std::size_t item = 0; item < mini_batch.files().size(); ++item) {
        rows.append_record(std::vector<std::uint64_t>(kNumbers, item));
    }
    return rows;
}

}  // namespace

PARALLEL_RUN_ENTRY_SCRIPT(init, run)
