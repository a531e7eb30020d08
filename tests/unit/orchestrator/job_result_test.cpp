// SPDX-License-Identifier: Apache-2.0
#include "orchestrator/job_result.hpp"

#include <gtest/gtest.h>

namespace parallel_run::orchestrator {
namespace {

using namespace std::chrono_literals;

class SummaryTest : public testing::Test {
protected:
    SummaryTest() {
        step.name = "score";
        step.output = "/results";
        step.logs = "/results/logs";
        result.counts.planned = 1234;
        result.counts.processed = 1234;
        result.counts.items_planned = 12340;
        result.counts.items_succeeded = 12340;
        result.counts.rows = 12340;
        result.elapsed = 10s;
        result.run_time = 30s;
        result.workers = 4;
        result.output_bytes = 2048;
    }
    void expect_has(const std::string& part) const {
        const auto text = summary(result, step, false);
        EXPECT_NE(text.find(part), std::string::npos) << '"' << part << "\" is not in:\n" << text;
    }
    void expect_lacks(const std::string& part) const {
        const auto text = summary(result, step, false);
        EXPECT_EQ(text.find(part), std::string::npos) << '"' << part << "\" is in:\n" << text;
    }

    config::Step step;
    JobResult result;
};

TEST_F(SummaryTest, of_a_completed_job_says_what_came_out_and_where) {
    EXPECT_EQ(summary(result, step, false).rfind("Completed: score\n", 0), 0U);
    expect_has("1,234 processed, 0 failed\n");
    expect_has("12,340 succeeded, 0 failed\n");
    expect_has("10.0 s, 1,234 items/s, 123.4 mini-batches/s\n");
    expect_has("4, 75.0 % of their time in run()\n");
    expect_has(config::final_output_path(step) + " (12,340 rows, 2.0 KB)\n");
    expect_has("/results/logs\n");
    for (const auto* const part : {"not run", "repeated", "warning", "first error", "\033"}) {
        expect_lacks(part);
    }
}

TEST_F(SummaryTest, of_a_stopped_job_says_that_the_same_command_goes_on) {
    result.status = JobResult::Status::stopped;
    result.reason = "interrupted by SIGTERM";
    expect_has("Stopped: score: interrupted by SIGTERM; the same command goes on from here\n");
    expect_has(config::partial_output_path(step));
}

TEST_F(SummaryTest, of_a_stopped_job_warns_of_overwrite) {
    result.status = JobResult::Status::stopped;
    step.overwrite = true;
    expect_has("; the same command without overwrite goes on from here\n");
}

TEST_F(SummaryTest, counts_one_as_one) {
    result.counts.rows = result.counts.retries = result.counts.surplus_rows = 1;
    expect_has(" (1 row, ");
    expect_has(", 1 attempt repeated\n");
    expect_has("1 row more than items");
}

TEST_F(SummaryTest, of_a_job_that_went_on_tells_earlier_work_apart) {
    result.before.processed = 1000;
    result.before.items_succeeded = 10000;
    expect_has("1,234 processed, 0 failed (1,000 of them before this start)\n");
    expect_has("10.0 s, 234 items/s, 23.4 mini-batches/s\n");
}

TEST(ExitStatus, is_what_batch_systems_understand) {
    EXPECT_EQ(exit_status(JobResult::Status::completed), 0);
    EXPECT_EQ(exit_status(JobResult::Status::failed), 1);
    EXPECT_EQ(exit_status(JobResult::Status::stopped), 75);
}

TEST_F(SummaryTest, of_a_failed_job_says_why_and_what_was_not_run) {
    result.status = JobResult::Status::failed;
    result.reason = "3 failed items are more than error_threshold = 2";
    result.counts.processed = 1000;
    result.counts.failed = 3;
    result.counts.retries = 7;
    EXPECT_EQ(summary(result, step, false)
                  .rfind("Failed: score: 3 failed items are more than error_threshold = 2\n", 0),
              0U);
    expect_has("1,000 processed, 3 failed, 231 not run, 7 attempts repeated\n");
    expect_has(config::partial_output_path(step) + " (");
}

TEST_F(SummaryTest, shows_the_first_error_and_how_many_are_like_it) {
    result.first_error = ErrorBook::Kind{"boom", "mini-batch 17", "/results/logs/e.txt", 1};
    expect_has("boom\n");
    expect_has("mini-batch 17\n");
    expect_has("/results/logs/e.txt\n");
    expect_lacks("like it");
    result.first_error->count = 1500;
    expect_has("1,500 like it");
}

TEST_F(SummaryTest, warns_of_rows_beyond_the_items) {
    result.counts.surplus_rows = 5;
    expect_has("warning       5 rows more than items");
}

TEST_F(SummaryTest, of_summary_only_names_the_directory) {
    step.output_action = config::OutputAction::summary_only;
    expect_has("/results (what the script wrote)\n");
    expect_lacks("rows");
}

TEST_F(SummaryTest, survives_a_job_that_ended_at_once) {
    result = {};
    expect_has("0 processed, 0 failed\n");
    expect_lacks("nan");
    expect_lacks("inf");
}

TEST_F(SummaryTest, paints_only_where_it_may) {
    EXPECT_EQ(summary(result, step, true).rfind("\033[1;32mCompleted\033[0m: score", 0), 0U);
    result.status = JobResult::Status::failed;
    EXPECT_EQ(summary(result, step, true).rfind("\033[1;31mFailed\033[0m: score", 0), 0U);
}

}  // namespace
}  // namespace parallel_run::orchestrator
