// SPDX-License-Identifier: Apache-2.0
#include "orchestrator/progress_record.hpp"

#include "base/time_format.hpp"
#include "orchestrator/run_history.hpp"

namespace parallel_run::orchestrator {

journal::Progress progress_record(const ProgressState& state, const config::Step& step,
                                  std::chrono::system_clock::time_point began) {
    using std::chrono::milliseconds;
    journal::Progress record;
    record.step = step.name;
    record.began = base::format_iso8601(began);
    record.updated = base::format_iso8601(std::chrono::system_clock::now());
    record.elapsed = std::chrono::duration_cast<milliseconds>(state.elapsed);
    record.planned = state.counts.planned;
    record.planning_done = state.planning_done;
    record.counts = counters_of(state.counts);
    record.done_before = state.before.resolved();
    record.mini_batches_per_second = mini_batch_rate(state);
    record.items_per_second = item_rate(state);
    if (const auto left = time_left(state)) {
        record.left = std::chrono::duration_cast<milliseconds>(*left);
    }
    record.logs = step.logs;
    return record;
}

}  // namespace parallel_run::orchestrator
