// SPDX-License-Identifier: Apache-2.0
#include "orchestrator/abort_text.hpp"

#include <gtest/gtest.h>

namespace parallel_run::orchestrator {
namespace {

using scheduling::AbortReason;

TEST(AbortText, names_the_limit_and_how_far_the_job_is_beyond_it) {
    config::Step step;
    step.error_threshold = 2;
    step.allowed_failed_count = 4;
    step.allowed_failed_percent = 12.5;
    scheduling::Counts counts;
    counts.planned = 30;
    counts.failed = 5;
    counts.items_failed = 3;
    counts.items_planned = 60;
    counts.init_failures = 7;
    EXPECT_EQ(abort_text(AbortReason::error_threshold, counts, {}, step),
              "3 failed items are more than error_threshold = 2");
    EXPECT_EQ(abort_text(AbortReason::allowed_failed_count, counts, {}, step),
              "5 failed mini-batches are more than allowed_failed_count = 4");
    EXPECT_EQ(abort_text(AbortReason::allowed_failed_percent, counts, {}, step),
              "5 of 30 mini-batches failed, more than allowed_failed_percent = 12.5");
    EXPECT_EQ(abort_text(AbortReason::no_item_succeeded, counts, {}, step),
              "not one of 60 items succeeded");
    EXPECT_EQ(abort_text(AbortReason::init_failed, counts, {}, step), "init() failed 7 times");
    EXPECT_NE(abort_text(AbortReason::init_stuck, counts, {}, step).find("run_invocation_timeout"),
              std::string::npos);
    step.progress_update_timeout = std::chrono::milliseconds(500);
    EXPECT_EQ(abort_text(AbortReason::no_progress, counts, {}, step, "rank 3 holds mini-batch 7"),
              "no mini-batch started or ended within progress_update_timeout = 0.5 s: rank 3 holds "
              "mini-batch 7; raise that option if a mini-batch may take longer, else look at these "
              "nodes");
}

TEST(AbortText, says_what_to_do_about_items_that_failed_in_earlier_starts) {
    config::Step step;
    step.error_threshold = 2;
    scheduling::Counts counts;
    counts.items_planned = counts.items_failed = 3;
    scheduling::Counts before;
    before.items_failed = 1;
    EXPECT_EQ(abort_text(AbortReason::error_threshold, counts, before, step),
              "3 failed items are more than error_threshold = 2; 1 items failed in earlier starts: "
              "a higher limit goes on, --overwrite tries them again");
    EXPECT_EQ(abort_text(AbortReason::no_item_succeeded, counts, before, step),
              "not one of 3 items succeeded; 1 items failed in earlier starts: --overwrite tries "
              "them again");
    EXPECT_EQ(abort_text(AbortReason::init_failed, counts, before, step), "init() failed 0 times");
}

TEST(BeyondThresholds, judges_a_result_by_other_limits) {
    config::Step step;
    scheduling::Counts counts;
    counts.planned = counts.processed = 10;
    counts.items_planned = 100;
    counts.items_succeeded = 95;
    counts.items_failed = 5;
    EXPECT_FALSE(beyond_thresholds(counts, step));
    step.error_threshold = 4;
    EXPECT_EQ(beyond_thresholds(counts, step), "5 failed items are more than error_threshold = 4");
}

}  // namespace
}  // namespace parallel_run::orchestrator
