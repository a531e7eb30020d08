// SPDX-License-Identifier: Apache-2.0
#include "scheduler_harness.hpp"

#include <gtest/gtest.h>

namespace parallel_run::scheduling {
namespace {

Policy tries(std::uint32_t run_max_try) {
    Policy policy;
    policy.run_max_try = run_max_try;
    return policy;
}

TEST(Retry, goes_to_another_worker_that_is_free) {
    Harness job(2);
    job.ready(0);
    job.plan_all(1);
    job.ready(1);
    job.fail(0);
    EXPECT_TRUE(job.held(0).empty());
    EXPECT_EQ(job.held(1), (std::vector<Harness::Held>{{0, 2}}));
}

TEST(Retry, goes_to_the_same_worker_when_it_is_alone) {
    Harness job(1);
    job.ready(0);
    job.plan_all(1);
    job.fail(0);
    EXPECT_EQ(job.held(0), (std::vector<Harness::Held>{{0, 2}}));
}

TEST(Retry, goes_to_the_same_worker_when_all_others_are_busy) {
    Harness job(2);
    job.all_ready();
    job.plan_all(2);
    job.fail(0);
    EXPECT_EQ(job.held(0), (std::vector<Harness::Held>{{0, 2}}));
}

TEST(Retry, goes_to_the_same_worker_when_the_free_one_went_away) {
    Harness job(2);
    job.ready(0);
    job.plan_all(1);
    job.ready(1);
    job.unavailable(1);
    job.fail(0);
    EXPECT_EQ(job.held(0), (std::vector<Harness::Held>{{0, 2}}));
}

TEST(Retry, does_not_go_to_a_worker_that_has_lost_its_process_before_it_is_ready) {
    Harness job(1);
    job.ready(0);
    job.plan_all(1);
    job.unavailable(0);
    job.fail(0);
    EXPECT_TRUE(job.held(0).empty());
    job.ready(0);
    EXPECT_EQ(job.held(0), (std::vector<Harness::Held>{{0, 2}}));
}

TEST(Retry, comes_before_what_was_not_tried_yet) {
    Harness job(2);
    job.all_ready();
    job.plan_all(10);
    job.fail(0);
    EXPECT_EQ(job.held(0), (std::vector<Harness::Held>{{0, 2}}));
}

TEST(Retry, ends_with_the_last_attempt) {
    Harness job(1, tries(3));
    job.ready(0);
    job.plan_all(1, 5);
    job.fail(0);
    job.fail(0);
    EXPECT_EQ(job.counts().retries, 2U);
    EXPECT_EQ(job.counts().failed, 0U);
    EXPECT_EQ(job.held(0), (std::vector<Harness::Held>{{0, 3}}));
    job.fail(0);
    EXPECT_TRUE(job.held(0).empty());
    EXPECT_EQ(job.counts().retries, 2U);
    EXPECT_EQ(job.counts().failed, 1U);
    EXPECT_EQ(job.counts().items_failed, 5U);
    EXPECT_TRUE(job.scheduler().finished());
}

TEST(Retry, does_not_happen_when_one_attempt_is_all) {
    Harness job(2, tries(1));
    job.all_ready();
    job.plan_all(2);
    job.fail(0);
    EXPECT_EQ(job.counts().retries, 0U);
    EXPECT_EQ(job.counts().failed, 1U);
    EXPECT_TRUE(job.held(0).empty());
}

TEST(Retry, that_succeeds_leaves_no_failure) {
    Harness job(1, tries(2));
    job.ready(0);
    job.plan_all(1);
    job.fail(0);
    job.succeed(0);
    EXPECT_EQ(job.counts().processed, 1U);
    EXPECT_EQ(job.counts().failed, 0U);
    EXPECT_EQ(job.counts().items_failed, 0U);
}

TEST(Retry, never_goes_beyond_run_max_try_whatever_fails_where) {
    for (const std::uint32_t run_max_try : {1U, 2U, 5U}) {
        auto policy = tries(run_max_try);
        policy.needs_a_succeeded_item = false;
        Harness job(3, policy);
        job.all_ready();
        job.plan_all(20);
        for (WorkerId worker = 0; !job.scheduler().finished(); worker = (worker + 1) % 3) {
            if (job.held(worker).empty()) continue;
            ASSERT_LE(job.held(worker).front().attempt, run_max_try);
            job.fail(worker);
        }
        EXPECT_EQ(job.counts().failed, 20U);
        EXPECT_EQ(job.counts().retries, 20U * (run_max_try - 1));
    }
}

TEST(Retry, knows_which_outcome_is_final) {
    const Harness job(1, tries(3));
    const auto& scheduler = job.scheduler();
    EXPECT_TRUE(scheduler.is_final({0, 1, Outcome::Kind::succeeded, 1, 0ns}));
    EXPECT_FALSE(scheduler.is_final({0, 2, Outcome::Kind::failed, 0, 0ns}));
    EXPECT_TRUE(scheduler.is_final({0, 3, Outcome::Kind::failed, 0, 0ns}));
    EXPECT_FALSE(scheduler.is_final({0, 3, Outcome::Kind::returned, 0, 0ns}));
}

}  // namespace
}  // namespace parallel_run::scheduling
