// SPDX-License-Identifier: Apache-2.0
#include "scheduler_harness.hpp"

#include <gtest/gtest.h>

namespace parallel_run::scheduling {
namespace {

/// Worker 0 holds all of the last work, worker 1 is idle.
class RecallTest : public testing::Test {
protected:
    Harness job{3};

    /// Leaves worker 0 with `count` mini-batches that take 1 ms each; at most 11, half its credit.
    void load_first_worker(std::uint64_t count) {
        job.ready(0);
        job.plan(1);
        job.succeed(0, 1, 1ms);
        job.plan(count);
        ASSERT_EQ(job.held(0).size(), count);
        job.planning_done();
        ASSERT_TRUE(job.take<Recall>().empty());
    }
    /// The only recall since the last call; 0: none.
    std::uint64_t take_recall(WorkerId expected = 0) {
        const auto recalls = job.take<Recall>();
        EXPECT_LE(recalls.size(), 1U);
        if (recalls.empty()) return 0;
        EXPECT_EQ(recalls.front().worker, expected);
        return recalls.front().count;
    }
};

TEST_F(RecallTest, takes_from_a_busy_worker_for_an_idle_one) {
    load_first_worker(11);
    job.ready(1);
    EXPECT_EQ(take_recall(), 6U);
    job.give_back(0, 6);
    EXPECT_FALSE(job.held(1).empty());
}

TEST_F(RecallTest, leaves_the_busy_one_its_share_of_all) {
    load_first_worker(11);
    job.ready(1);
    take_recall();
    job.ready(2);
    EXPECT_EQ(take_recall(), 0U);  // one at a time
    job.give_back(0, 6);
    EXPECT_FALSE(job.held(1).empty());
    EXPECT_FALSE(job.held(2).empty());
}

TEST_F(RecallTest, does_not_happen_while_work_is_still_planned) {
    job.ready(0);
    job.plan(1);
    job.succeed(0, 1, 1ms);
    job.plan(11);
    job.ready(1);
    EXPECT_EQ(take_recall(), 0U);
    job.planning_done();
    EXPECT_EQ(take_recall(), 6U);
}

TEST_F(RecallTest, does_not_happen_for_little_work) {
    load_first_worker(5);  // 4 ms beside what runs
    job.ready(1);
    EXPECT_EQ(take_recall(), 0U);
}

TEST_F(RecallTest, does_not_take_what_runs) {
    job.ready(0);
    job.plan_all(1);
    job.ready(1);
    EXPECT_EQ(take_recall(), 0U);
}

TEST_F(RecallTest, is_not_repeated_before_it_is_answered) {
    load_first_worker(11);
    job.ready(1);
    EXPECT_EQ(take_recall(), 6U);
    job.succeed(0, 1, 1ms);  // was on its way already
    EXPECT_EQ(take_recall(), 0U);
    job.give_back(0, 6);
    job.succeed(1, 1, 1ms);
    EXPECT_GT(take_recall(), 0U);
}

TEST_F(RecallTest, that_returns_nothing_is_not_repeated_until_the_worker_reports_again) {
    load_first_worker(11);
    job.ready(1);
    EXPECT_EQ(take_recall(), 6U);
    job.give_back(0, 0);
    EXPECT_EQ(take_recall(), 0U);
    job.ready(2);
    EXPECT_EQ(take_recall(), 0U);
    job.succeed(0, 1, 1ms);
    EXPECT_GT(take_recall(), 0U);
}

TEST_F(RecallTest, is_repeated_after_an_answer_when_somebody_is_idle_again) {
    load_first_worker(11);
    job.ready(1);
    job.give_back(0, take_recall());
    while (!job.held(1).empty()) job.succeed(1, 1, 1us);
    EXPECT_GT(take_recall(), 0U);
}

}  // namespace
}  // namespace parallel_run::scheduling
