// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <memory>

#include "journal/output_lock.hpp"
#include "journal/writer.hpp"
#include "scheduling/types.hpp"

namespace parallel_run::orchestrator {

/// What rank 0 brings along: the right to the output directory, and its journal with what earlier
/// starts of the run recorded.
struct RunHistory {
    std::unique_ptr<journal::OutputLock> lock;
    journal::JournalWriter journal;
    std::chrono::system_clock::time_point began;  ///< the first start of the run
};

/// What earlier starts of the run left.
struct Earlier {
    journal::State state;
    std::chrono::system_clock::time_point began;  ///< the first start
};

/// The counts of a job that begins with what the journal holds.
inline scheduling::Counts counts_of(const journal::State& recorded) {
    const auto& counters = recorded.counters;
    scheduling::Counts counts;
    counts.planned = counters.processed + counters.failed;
    counts.processed = counters.processed;
    counts.failed = counters.failed;
    counts.retries = counters.retries;
    counts.items_planned = counters.items_succeeded + counters.items_failed;
    counts.items_succeeded = counters.items_succeeded;
    counts.items_failed = counters.items_failed;
    counts.rows = counters.rows;
    counts.surplus_rows = counters.surplus_rows;
    return counts;
}

/// And back, for what is to be recorded or shown.
inline journal::Counters counters_of(const scheduling::Counts& counts) {
    return {counts.processed, counts.failed,       counts.items_succeeded, counts.items_failed,
            counts.rows,      counts.surplus_rows, counts.retries};
}

}  // namespace parallel_run::orchestrator
