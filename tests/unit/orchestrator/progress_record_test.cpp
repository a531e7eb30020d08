// SPDX-License-Identifier: Apache-2.0
#include "orchestrator/progress_record.hpp"

#include <gtest/gtest.h>

#include "orchestrator/run_history.hpp"

namespace parallel_run::orchestrator {
namespace {

using namespace std::chrono_literals;

TEST(ProgressRecord, counts_all_and_rates_this_start_only) {
    ProgressState state;
    state.before.planned = state.before.processed = 100;
    state.before.items_succeeded = 1000;
    state.counts = state.before;
    state.counts.planned = 200;
    state.counts.processed = 150;
    state.counts.items_succeeded = 1500;
    state.planning_done = true;
    state.elapsed = 10s;
    config::Step step;
    step.name = "score";
    step.logs = "/logs";
    const auto record = progress_record(state, step, {});
    EXPECT_EQ(record.state, journal::RunState::running);
    EXPECT_EQ(record.step, "score");
    EXPECT_EQ(record.logs, "/logs");
    EXPECT_EQ(record.planned, 200U);
    EXPECT_EQ(record.counts.processed, 150U);
    EXPECT_EQ(record.done_before, 100U);
    EXPECT_DOUBLE_EQ(record.mini_batches_per_second, 5);
    EXPECT_DOUBLE_EQ(record.items_per_second, 50);
    EXPECT_EQ(record.left, 10s);
    EXPECT_EQ(record.elapsed, 10s);
}

TEST(CountsOfAState, are_counted_back) {
    journal::State state;
    state.counters = {5, 2, 40, 16, 50, 10, 6};
    const auto counts = counts_of(state);
    EXPECT_EQ(counts.planned, 7U);
    EXPECT_EQ(counts.items_planned, 56U);
    EXPECT_EQ(counters_of(counts), state.counters);
}

}  // namespace
}  // namespace parallel_run::orchestrator
