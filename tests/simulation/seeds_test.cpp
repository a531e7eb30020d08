// SPDX-License-Identifier: Apache-2.0
#include <optional>
#include <set>

#include <gtest/gtest.h>

#include "simulation/simulation.hpp"

namespace parallel_run::simulation {

namespace {

constexpr std::uint64_t kSeedsEach = 1500;

class SeedsTest : public testing::TestWithParam<std::uint64_t> {};

TEST_P(SeedsTest, hold_what_the_scheduler_promises) {
    for (std::uint64_t i = 0; i < kSeedsEach; ++i) {
        ASSERT_NO_THROW(run_seed(GetParam() * kSeedsEach + i));
    }
}

INSTANTIATE_TEST_SUITE_P(Block, SeedsTest, testing::Range<std::uint64_t>(0, 8));

TEST(Seeds, meet_every_way_in_which_a_job_can_end) {
    std::set<std::optional<scheduling::AbortReason>> ends;
    std::uint64_t retries = 0;
    std::uint64_t recalls = 0;
    for (std::uint64_t seed = 0; seed < kSeedsEach; ++seed) {
        const auto summary = run_seed(seed);
        ends.insert(summary.aborted);
        retries += summary.counts.retries;
        recalls += summary.recalls;
    }
    EXPECT_EQ(ends.size(), 8U) << "Completed and seven reasons to give a job up";
    EXPECT_GT(retries, 0U);
    EXPECT_GT(recalls, 0U);
}

TEST(Simulation, is_the_same_in_each_run_of_a_seed) {
    const auto first = run_seed(7);
    const auto second = run_seed(7);
    EXPECT_EQ(first.events, second.events);
    EXPECT_EQ(first.duration, second.duration);
}

TEST(Simulation, ends_a_job_without_mini_batches) {
    auto scenario = faultless_scenario(1, RunTimeLaw::constant, 3, 0, Time(1000000));
    scenario.policy.needs_a_succeeded_item = false;
    EXPECT_FALSE(Simulation(scenario).run().aborted);
}

TEST(Simulation, ends_a_job_whose_last_work_is_with_an_agent_that_answers_no_more) {
    auto scenario = faultless_scenario(1, RunTimeLaw::constant, 3, 100, Time(1000000));
    scenario.faults.worker_goes_silent = 0.05;
    EXPECT_EQ(Simulation(scenario).run().aborted, scheduling::AbortReason::no_progress);
}

}  // namespace

}  // namespace parallel_run::simulation
