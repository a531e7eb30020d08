// SPDX-License-Identifier: Apache-2.0
#include "scheduler_harness.hpp"

#include <gtest/gtest.h>

namespace parallel_run::scheduling {
namespace {

/// Failing is final at once.
Policy strict() {
    Policy policy;
    policy.run_max_try = 1;
    return policy;
}

TEST(Threshold, error_threshold_tolerates_as_many_items_and_not_one_more) {
    auto policy = strict();
    policy.error_threshold = 6;
    Harness job(1, policy);
    job.ready(0);
    job.plan_all(10, 3);
    job.fail(0);
    job.fail(0);
    EXPECT_EQ(job.counts().items_failed, 6U);
    EXPECT_FALSE(job.take_abort());
    job.succeed(0, 2);  // one item without a row
    EXPECT_EQ(job.take_abort(), AbortReason::error_threshold);
}

TEST(Threshold, error_threshold_of_zero_tolerates_none) {
    auto policy = strict();
    policy.error_threshold = 0;
    Harness job(1, policy);
    job.ready(0);
    job.plan_all(2, 3);
    job.succeed(0, 3);
    EXPECT_FALSE(job.take_abort());
    job.succeed(0, 2);
    EXPECT_EQ(job.take_abort(), AbortReason::error_threshold);
}

TEST(Threshold, of_minus_one_tolerates_any_number) {
    Harness job(1, strict());
    job.ready(0);
    job.plan_all(100, 100);
    job.succeed(0, 1);
    while (!job.scheduler().finished()) job.fail(0);
    EXPECT_FALSE(job.take_abort());
    EXPECT_EQ(job.counts().items_failed, 9'999U);
}

TEST(Threshold, attempts_that_will_be_repeated_do_not_count) {
    Policy policy;
    policy.run_max_try = 2;
    policy.error_threshold = 0;
    policy.allowed_failed_count = 0;
    Harness job(1, policy);
    job.ready(0);
    job.plan_all(1);
    job.fail(0);
    EXPECT_FALSE(job.take_abort());
    job.fail(0);
    EXPECT_EQ(job.take_abort(), AbortReason::error_threshold);
}

TEST(Threshold, allowed_failed_count_tolerates_as_many_and_not_one_more) {
    auto policy = strict();
    policy.allowed_failed_count = 2;
    Harness job(1, policy);
    job.ready(0);
    job.plan_all(10);
    job.fail(0);
    job.fail(0);
    job.succeed(0, 0);  // a failed item, not a failed mini-batch
    EXPECT_FALSE(job.take_abort());
    job.fail(0);
    EXPECT_EQ(job.take_abort(), AbortReason::allowed_failed_count);
}

TEST(Threshold, allowed_failed_percent_is_judged_at_the_exact_share) {
    auto policy = strict();
    policy.allowed_failed_percent = 20;
    Harness job(1, policy);
    job.ready(0);
    job.plan_all(10);
    job.fail(0);
    job.fail(0);
    EXPECT_FALSE(job.take_abort());
    job.fail(0);
    EXPECT_EQ(job.take_abort(), AbortReason::allowed_failed_percent);
}

TEST(Threshold, allowed_failed_percent_waits_until_all_are_planned) {
    auto policy = strict();
    policy.allowed_failed_percent = 10;
    Harness job(1, policy);
    job.ready(0);
    job.plan(2);
    job.fail(0);
    job.fail(0);
    job.plan(17);
    EXPECT_FALSE(job.take_abort());
    job.planning_done();
    EXPECT_EQ(job.take_abort(), AbortReason::allowed_failed_percent);
}

TEST(Threshold, allowed_failed_percent_forgives_what_becomes_a_small_share) {
    auto policy = strict();
    policy.allowed_failed_percent = 10;
    Harness job(1, policy);
    job.ready(0);
    job.plan(2);
    job.fail(0);
    job.fail(0);
    job.plan_all(18);
    EXPECT_FALSE(job.take_abort());
}

TEST(Threshold, a_job_without_a_succeeded_item_fails_whatever_the_thresholds) {
    Harness job(1, strict());
    job.ready(0);
    job.plan_all(2);
    job.succeed(0, 0);
    EXPECT_FALSE(job.take_abort());
    job.fail(0);
    EXPECT_EQ(job.take_abort(), AbortReason::no_item_succeeded);
}

TEST(Threshold, a_job_that_keeps_no_rows_needs_no_succeeded_item) {
    auto policy = strict();
    policy.needs_a_succeeded_item = false;
    Harness job(1, policy);
    job.ready(0);
    job.plan_all(1);
    job.fail(0);
    EXPECT_TRUE(job.scheduler().finished());
    EXPECT_FALSE(job.take_abort());
}

TEST(Threshold, nothing_is_given_after_the_abort) {
    auto policy = strict();
    policy.error_threshold = 0;
    Harness job(2, policy);
    job.all_ready();
    job.plan(10);
    job.take<Assign>();
    job.fail(0);
    job.plan(10);
    job.succeed(1);
    job.unavailable(0);
    job.ready(0);
    job.planning_done();
    EXPECT_TRUE(job.take<Assign>().empty());
    EXPECT_TRUE(job.take<Recall>().empty());
}

TEST(Threshold, aborts_once_however_much_fails) {
    auto policy = strict();
    policy.error_threshold = 0;
    policy.allowed_failed_count = 0;
    Harness job(2, policy);
    job.all_ready();
    job.plan_all(2);
    job.fail(0);
    job.fail(1);
    EXPECT_EQ(job.take_abort(), AbortReason::error_threshold);
    EXPECT_EQ(job.counts().failed, 2U);
}

TEST(Threshold, no_progress_is_judged_while_work_is_held) {
    Policy policy;
    policy.progress_limit = 10s;
    Harness job(1, policy);
    job.ready(0);
    job.time(1h);
    EXPECT_FALSE(job.take_abort());
    job.plan(10);
    job.time(10s);
    job.succeed(0);
    job.time(10s);
    EXPECT_FALSE(job.take_abort());
    job.time(1ns);
    EXPECT_EQ(job.take_abort(), AbortReason::no_progress);
}

}  // namespace
}  // namespace parallel_run::scheduling
