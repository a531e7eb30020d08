// SPDX-License-Identifier: Apache-2.0
// What faults/known_rows.hpp says: rows, failed items, mini-batches that throw at first or always.
#include "faults/known_rows.hpp"

#include <chrono>
#include <stdexcept>
#include <string>
#include <thread>

#include <parallel_run/entry_script.hpp>

namespace faults = parallel_run::faults;
namespace pr = parallel_run;

namespace {

void init() {}

void throw_if_due(const pr::MiniBatch& mini_batch) {
    const auto fate = faults::fate_of_batch(mini_batch.index());
    if (fate == faults::BatchFate::throws_always ||
        (fate == faults::BatchFate::throws_at_first && mini_batch.attempt() == 1)) {
        throw std::runtime_error("this mini-batch throws");
    }
}

pr::Rows run(const pr::MiniBatch& mini_batch) {
    std::this_thread::sleep_for(
        std::chrono::microseconds(faults::microseconds_of_batch(mini_batch.index())));
    throw_if_due(mini_batch);
    pr::Rows rows;
    const auto files = mini_batch.files();
    for (std::size_t i = 0; i < files.size(); ++i) {
        const auto item = std::stoull(files[i].filename().string());
        if (faults::item_fails(item)) {
            rows.fail(i, "this item fails");
        } else {
            rows.append(faults::row_of_item(item));
        }
    }
    return rows;
}

}  // namespace

PARALLEL_RUN_ENTRY_SCRIPT(init, run)
