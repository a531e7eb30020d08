// SPDX-License-Identifier: Apache-2.0
#include "scheduler_harness.hpp"

#include <gtest/gtest.h>

namespace parallel_run::scheduling {
namespace {

constexpr std::uint32_t kPerNode = 2;

Policy two_a_node() {
    Policy policy;
    policy.process_count_per_node = kPerNode;
    policy.init_limit = 100s;
    return policy;
}

/// Two nodes of two workers each.
class InitPolicy : public testing::Test {
protected:
    Harness job{4, two_a_node(), kPerNode};

    void fail_times(WorkerId worker, int times) {
        for (int i = 0; i < times; ++i) job.init_failed(worker);
    }
};

TEST_F(InitPolicy, tries_again_in_a_new_process) {
    job.init_failed(2);
    const auto restarts = job.take<Restart>();
    ASSERT_EQ(restarts.size(), 1U);
    EXPECT_EQ(restarts.front().worker, 2U);
    EXPECT_EQ(job.counts().init_failures, 1U);
}

TEST_F(InitPolicy, a_node_gives_up_at_three_times_its_processes) {
    fail_times(0, 3);
    fail_times(1, 2);
    EXPECT_EQ(job.take<Restart>().size(), 5U);
    EXPECT_TRUE(job.take<GiveUp>().empty());
    job.init_failed(1);
    EXPECT_TRUE(job.take<Restart>().empty());
    ASSERT_EQ(job.take<GiveUp>().size(), 1U);
    job.init_failed(0);
    ASSERT_EQ(job.take<GiveUp>().size(), 1U);
    EXPECT_FALSE(job.take_abort());
}

TEST_F(InitPolicy, a_node_counts_its_own_failures_only) {
    fail_times(0, 5);
    fail_times(2, 5);
    EXPECT_TRUE(job.take<GiveUp>().empty());
}

TEST_F(InitPolicy, a_node_that_succeeded_once_is_not_given_up) {
    job.ready(0);
    fail_times(1, 50);
    EXPECT_EQ(job.take<Restart>().size(), 50U);
    EXPECT_TRUE(job.take<GiveUp>().empty());
}

TEST_F(InitPolicy, the_job_ends_when_every_worker_is_given_up) {
    fail_times(0, 6);
    fail_times(1, 1);
    fail_times(2, 6);
    EXPECT_FALSE(job.take_abort());
    job.init_failed(3);
    EXPECT_EQ(job.take_abort(), AbortReason::init_failed);
}

TEST_F(InitPolicy, a_rank_without_a_worker_is_not_waited_for) {
    job.no_worker(0);
    fail_times(1, 6);
    fail_times(2, 6);
    EXPECT_FALSE(job.take_abort());
    job.init_failed(3);
    EXPECT_EQ(job.take_abort(), AbortReason::init_failed);
}

TEST_F(InitPolicy, the_job_ends_after_two_minutes_with_twice_as_many_failures_as_processes) {
    job.ready(0);
    job.ready(2);
    job.now += 2min + 1ns;
    fail_times(1, 7);
    EXPECT_FALSE(job.take_abort());
    job.init_failed(3);
    EXPECT_EQ(job.take_abort(), AbortReason::init_failed);
}

TEST_F(InitPolicy, as_many_failures_do_not_end_the_job_before_two_minutes) {
    job.ready(0);
    job.ready(2);
    job.now += 2min;
    fail_times(1, 100);
    EXPECT_FALSE(job.take_abort());
}

TEST_F(InitPolicy, the_job_ends_when_every_worker_is_stuck_in_init) {
    job.plan(1);
    job.time(100s);
    EXPECT_FALSE(job.take_abort());
    job.time(1ns);
    EXPECT_EQ(job.take_abort(), AbortReason::init_stuck);
}

TEST_F(InitPolicy, one_worker_that_is_ready_keeps_the_job_going) {
    job.ready(3);
    job.time(1h);
    EXPECT_FALSE(job.take_abort());
}

TEST_F(InitPolicy, a_new_process_has_the_whole_time) {
    job.now += 99s;
    job.init_failed(1);
    job.time(100s);
    EXPECT_FALSE(job.take_abort());
    job.time(1ns);
    EXPECT_EQ(job.take_abort(), AbortReason::init_stuck);
}

TEST_F(InitPolicy, a_worker_that_went_away_is_in_init_from_then_on) {
    job.ready(0);
    job.now += 1h;
    job.unavailable(0);
    job.time(100s);
    EXPECT_FALSE(job.take_abort());
    job.time(1ns);
    EXPECT_EQ(job.take_abort(), AbortReason::init_stuck);
}

TEST_F(InitPolicy, given_up_workers_count_as_stuck) {
    fail_times(0, 6);
    job.init_failed(1);
    job.take<GiveUp>();
    job.time(100s + 1ns);
    EXPECT_EQ(job.take_abort(), AbortReason::init_stuck);
}

TEST_F(InitPolicy, nobody_is_stuck_when_the_job_is_finished) {
    job.ready(0);
    job.plan_all(1);
    job.succeed(0);
    job.unavailable(0);
    job.time(1h);
    EXPECT_FALSE(job.take_abort());
}

}  // namespace
}  // namespace parallel_run::scheduling
