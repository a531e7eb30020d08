// SPDX-License-Identifier: Apache-2.0
#include "scheduler_harness.hpp"

#include <gtest/gtest.h>

namespace parallel_run::scheduling {
namespace {

TEST(Assignment, waits_for_a_worker_and_for_work) {
    Harness job(2);
    job.plan(3);
    EXPECT_TRUE(job.held(0).empty());
    job.ready(0);
    EXPECT_EQ(job.held(0).size(), 1U);
    job.ready(1);
    EXPECT_EQ(job.held(1).size(), 1U);
}

TEST(Assignment, gives_work_that_is_planned_later_to_those_who_wait) {
    Harness job(2);
    job.all_ready();
    job.plan(1);
    job.plan(1);
    EXPECT_EQ(job.held(0), (std::vector<Harness::Held>{{0, 1}}));
    EXPECT_EQ(job.held(1), (std::vector<Harness::Held>{{1, 1}}));
}

TEST(Assignment, shares_a_small_input_evenly) {
    Harness job(4);
    job.all_ready();
    job.plan_all(4);
    for (WorkerId worker = 0; worker < 4; ++worker) EXPECT_EQ(job.held(worker).size(), 1U);
}

TEST(Assignment, gives_one_at_a_time_until_it_knows_how_long_they_take) {
    Harness job(1);
    job.ready(0);
    job.plan_all(1000);
    EXPECT_EQ(job.held(0).size(), 1U);
    job.succeed(0, 1, 1h);
    EXPECT_EQ(job.held(0).size(), 2U);
}

TEST(Assignment, gives_many_short_mini_batches_at_once) {
    Harness job(1);
    job.ready(0);
    job.plan(1'000'000);
    job.succeed(0, 1, 1us);
    EXPECT_EQ(job.held(0).size(), Credit::kMax);
}

TEST(Assignment, refills_when_half_is_done) {
    Harness job(1);
    job.ready(0);
    job.plan(1'000'000);
    job.succeed(0, 1, 1ms);
    const auto depth = job.held(0).size();
    ASSERT_EQ(depth, 21U);
    while (job.held(0).size() > depth / 2 + 1) job.succeed(0, 1, 1ms);
    EXPECT_EQ(job.held(0).size(), depth / 2 + 1);
    job.succeed(0, 1, 1ms);
    EXPECT_EQ(job.held(0).size(), depth);
}

TEST(Assignment, splits_the_last_work_whatever_the_credit) {
    Harness job(4);
    job.all_ready();
    job.plan(4);
    for (WorkerId worker = 0; worker < 4; ++worker) job.succeed(worker, 1, 1us);
    job.plan_all(400);
    for (WorkerId worker = 0; worker < 4; ++worker) {
        EXPECT_GE(job.held(worker).size(), 50U);
        EXPECT_LE(job.held(worker).size(), 150U);
    }
}

TEST(Assignment, gives_nothing_to_a_worker_that_is_away) {
    Harness job(2);
    job.all_ready();
    job.unavailable(0);
    job.plan(10);
    EXPECT_TRUE(job.held(0).empty());
    EXPECT_EQ(job.held(1).size(), 1U);
    job.ready(0);
    EXPECT_EQ(job.held(0).size(), 1U);
}

TEST(Assignment, gives_what_was_returned_first) {
    Harness job(2);
    job.ready(0);
    job.plan_all(3);
    job.report(0, {{0, 1, Outcome::Kind::returned, 0, 0ns}});
    EXPECT_EQ(job.held(0), (std::vector<Harness::Held>{{0, 1}}));
    EXPECT_EQ(job.counts().retries, 0U);
}

TEST(Assignment, ignores_outcomes_of_what_a_worker_does_not_hold_and_counts_them) {
    Harness job(2);
    job.all_ready();
    job.plan_all(2);
    EXPECT_EQ(job.report(0, {{1, 1, Outcome::Kind::succeeded, 1, 1s},    // the other's
                             {0, 2, Outcome::Kind::failed, 0, 1s},       // another attempt
                             {7, 1, Outcome::Kind::returned, 0, 0ns}}),  // never planned
              3U);
    EXPECT_EQ(job.counts().resolved(), 0U);
    EXPECT_EQ(job.report(0, {{0, 1, Outcome::Kind::succeeded, 1, 1s},
                             {0, 1, Outcome::Kind::succeeded, 1, 1s}}),
              1U);
    EXPECT_EQ(job.counts().processed, 1U);
}

TEST(Assignment, knows_what_a_worker_holds_and_which_it_got_first) {
    Harness job(2);
    job.all_ready();
    job.plan(100);
    job.succeed(0, 1, 1ms);
    ASSERT_EQ(job.scheduler().held(0), 21U);
    EXPECT_EQ(job.scheduler().oldest_held(0), 2U);
    EXPECT_EQ(job.scheduler().held(1), 1U);
    EXPECT_EQ(job.scheduler().oldest_held(1), 1U);
    job.succeed(0, 1, 1ms);
    EXPECT_EQ(job.scheduler().oldest_held(0), 3U);
}

TEST(Assignment, finishes_when_all_is_planned_and_ended) {
    Harness job(1);
    job.ready(0);
    job.plan(2);
    job.succeed(0);
    job.succeed(0);
    EXPECT_FALSE(job.scheduler().finished());
    job.planning_done();
    EXPECT_TRUE(job.scheduler().finished());
    EXPECT_FALSE(job.take_abort());
}

TEST(Assignment, counts_rows_and_items) {
    Harness job(1);
    job.ready(0);
    job.plan_all(3, 10);
    job.succeed(0, 10);
    job.succeed(0, 7);
    job.succeed(0, 13);
    const auto& counts = job.counts();
    EXPECT_EQ(counts.planned, 3U);
    EXPECT_EQ(counts.processed, 3U);
    EXPECT_EQ(counts.items_planned, 30U);
    EXPECT_EQ(counts.items_succeeded, 27U);
    EXPECT_EQ(counts.items_failed, 3U);
    EXPECT_EQ(counts.rows, 30U);
    EXPECT_EQ(counts.surplus_rows, 3U);
}

TEST(Assignment, counts_the_items_of_tables_as_they_were_read) {
    Harness job(1);
    job.ready(0);
    job.plan_all(2, 0);
    job.report(0, {{0, 1, Outcome::Kind::succeeded, 3, 1s, 5}});
    EXPECT_EQ(job.counts().items_planned, 5U);
    job.report(0, {{1, 1, Outcome::Kind::succeeded, 0, 1s, 0}});
    EXPECT_EQ(job.counts().items_planned, 5U);
    EXPECT_EQ(job.counts().items_succeeded, 3U);
    EXPECT_EQ(job.counts().items_failed, 2U);
}

TEST(Assignment, counts_a_table_that_nobody_could_read_as_one_failed_item) {
    Policy policy;
    policy.run_max_try = 1;
    Harness job(1, policy);
    job.ready(0);
    job.plan(1, 0);
    job.report(0, {{0, 1, Outcome::Kind::failed, 0, 0s, 0}});
    EXPECT_EQ(job.counts().items_failed, 1U);
    job.plan(1, 0);
    job.report(0, {{1, 1, Outcome::Kind::failed, 0, 0s, 40}});
    EXPECT_EQ(job.counts().items_failed, 41U);
}

}  // namespace
}  // namespace parallel_run::scheduling
