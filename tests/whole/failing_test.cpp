// SPDX-License-Identifier: Apache-2.0
// What a script does wrong costs what it must, and no more.
#include "whole_test.hpp"

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <iterator>

namespace parallel_run::whole {

namespace {

/// Ten good files f0000 to f0009, and bad ones, each a mini-batch of its own.
class Failing : public WholeTest {
protected:
    void make_misbehaving(const Words& bad, const std::string& more = "") {
        good_ = make_files("data", 10);
        make_files("data", bad);
        make_step(entry_script("misbehaves"), "mini_batch_size = 1\n" + more);
    }
    Words good_and(Words more) const {
        more.insert(more.end(), good_.begin(), good_.end());
        std::sort(more.begin(), more.end());
        return more;
    }

    Words good_;
};

}  // namespace

TEST_F(Failing, mini_batches_are_tried_again_and_then_leave_the_others_alone) {
    make_misbehaving({"throw", "crash", "exit"});
    const auto finished = run_step();
    EXPECT_TRUE(ended_with(0, finished));
    EXPECT_EQ(rows(), good_);
    EXPECT_TRUE(says(finished.err, "10 processed, 3 failed, 6 attempts repeated"));
    EXPECT_TRUE(says(finished.err, "10 succeeded, 3 failed"));
    const auto log = read("out/logs/sys/master_role.txt");
    EXPECT_EQ(count_of(log, "std::runtime_error: cannot read throw"), 3U);
    EXPECT_EQ(count_of(log, "by signal 11 (Segmentation fault)"), 3U);
    EXPECT_EQ(count_of(log, "exited with status 3"), 3U);
    for (const auto* attempt : {"attempt 1", "attempt 2", "attempt 3"}) {
        EXPECT_TRUE(says(logged("user/error"), attempt));
    }
}

TEST_F(Failing, once_is_no_failure) {
    make_misbehaving({"throw_once", "crash_once", "exit_once"}, "error_threshold = 0\n");
    const auto finished = run_step();
    EXPECT_TRUE(ended_with(0, finished));
    EXPECT_EQ(rows(), good_and({"throw_once", "crash_once", "exit_once"}));
    EXPECT_TRUE(says(finished.err, "13 processed, 0 failed, 3 attempts repeated"));
}

TEST_F(Failing, has_as_many_attempts_as_run_max_try_says) {
    make_misbehaving({"throw"}, "run_max_try = 1\n");
    EXPECT_TRUE(ended_with(0, run_step()));
    EXPECT_EQ(count_of(read("out/logs/sys/master_role.txt"), "cannot read throw"), 1U);
}

TEST_F(Failing, in_a_single_process_replaces_it) {
    make_misbehaving({"crash", "exit_once"});
    EXPECT_TRUE(ended_with(0, run(under_mpirun(1))));
    EXPECT_EQ(rows(), good_and({"exit_once"}));
    const auto files = path("out/logs/user/stdout/" + host_name());
    const std::filesystem::directory_iterator all(files);
    EXPECT_EQ(std::distance(begin(all), end(all)), 5);  // the first, and one for each death
    EXPECT_TRUE(std::filesystem::exists(files + "/process004.stdout.txt"));
}

TEST_F(Failing, run_calls_end_after_run_invocation_timeout) {
    make_misbehaving({"hang_once"}, "run_invocation_timeout = 0.3\n");
    const auto finished = run_step();
    EXPECT_TRUE(ended_with(0, finished));
    EXPECT_EQ(rows(), good_and({"hang_once"}));
    constexpr auto kReason = "run() took longer than run_invocation_timeout = 0.3 s";
    EXPECT_TRUE(says(finished.err, kReason));
    EXPECT_EQ(count_of(logged("user/error"), kReason), 1U);
}

TEST_F(Failing, items_within_the_error_threshold_are_tolerated) {
    make_misbehaving({"throw0", "throw1"}, "run_max_try = 1\nerror_threshold = 2\n");
    EXPECT_TRUE(ended_with(0, run_step()));
    EXPECT_EQ(rows(), good_);
}

TEST_F(Failing, items_beyond_the_error_threshold_fail_the_job) {
    make_misbehaving({"throw0", "throw1"}, "run_max_try = 1\nerror_threshold = 1\n");
    const auto finished = run_step();
    EXPECT_TRUE(ended_with(1, finished));
    EXPECT_TRUE(
        says(finished.err, "Failed: step: 2 failed items are more than error_threshold = 1"));
    EXPECT_TRUE(says(finished.err, "first error   std::runtime_error: cannot read throw"));
    EXPECT_TRUE(says(finished.err, path("data/throw")));
    EXPECT_FALSE(exists("out/parallel_run_step.txt"));
    EXPECT_TRUE(exists("out/parallel_run_step.txt.partial"));
    EXPECT_EQ(read("out/logs/job_result.txt"), finished.err);
}

TEST_F(Failing, mini_batches_beyond_the_allowed_count_or_share_fail_the_job) {
    make_misbehaving({"throw0", "throw1"}, "run_max_try = 1\n");
    const auto by_count = run_step({"--allowed_failed_count", "1"});
    EXPECT_TRUE(ended_with(1, by_count));
    EXPECT_TRUE(says(by_count.err, "allowed_failed_count = 1"));
    const auto by_share = run_step({"--allowed_failed_percent", "10", "--overwrite"});
    EXPECT_TRUE(ended_with(1, by_share));
    EXPECT_TRUE(says(by_share.err, "allowed_failed_percent = 10"));
    EXPECT_TRUE(ended_with(0, run_step({"--allowed_failed_percent", "20", "--overwrite"})));
}

TEST_F(Failing, all_items_fails_the_job_whatever_the_thresholds) {
    make_files("data", 6);
    make_step(entry_script("throws"), "mini_batch_size = 2\n");
    const auto finished = run_step();
    EXPECT_TRUE(ended_with(1, finished));
    EXPECT_TRUE(says(finished.err, "Failed: step: not one of 6 items succeeded"));
    EXPECT_TRUE(says(finished.err, "9 like it; all kinds: " + path("out/logs/user/error.txt")));
}

TEST_F(Failing, crashes_of_every_call_count_as_one_error) {
    make_files("data", 6);
    make_step(entry_script("crashes"), "mini_batch_size = 2\n");
    const auto finished = run_step();
    EXPECT_TRUE(ended_with(1, finished));
    EXPECT_TRUE(says(finished.err, "by signal 11 (Segmentation fault)"));
    EXPECT_TRUE(says(finished.err, "9 like it"));
    EXPECT_EQ(count_of(logged("user/error"), "by signal 11 (Segmentation fault)"), 9U);
}

TEST_F(Failing, items_that_the_script_names_are_counted_and_logged) {
    make_files("data", {"bad0", "bad1", "good"});
    make_step(entry_script("fails_items"));
    const auto finished = run_step();
    EXPECT_TRUE(ended_with(0, finished));
    EXPECT_EQ(rows(), Words{"good"});
    EXPECT_TRUE(says(finished.err, "1 succeeded, 2 failed"));
    EXPECT_TRUE(says(logged("user/error"), path("data/bad1") + ": bad1 is bad"));
    const auto first = "failed item " + path("data/bad0") + ": bad0 is bad";
    EXPECT_TRUE(says(finished.err, "first error   " + first));
    EXPECT_TRUE(says(finished.err, "mini-batch 0 ("));
    EXPECT_TRUE(says(read("out/logs/user/error.txt"), "1 x " + first));
    EXPECT_TRUE(says(read("out/logs/sys/master_role.txt"), first));
    EXPECT_TRUE(ended_with(1, run_step({"--overwrite", "--error_threshold", "1"})));
}

TEST_F(Failing, items_without_a_row_that_nobody_names_are_counted_and_logged) {
    make_files("data", {"good", "lost0", "lost1"});
    make_step(entry_script("fails_items"));
    const auto finished = run_step();
    EXPECT_TRUE(ended_with(0, finished));
    EXPECT_TRUE(says(finished.err, "1 succeeded, 2 failed"));
    const std::string counted = "2 of 3 items have no row and were not failed by name";
    EXPECT_TRUE(says(finished.err, "first error   " + counted));
    EXPECT_TRUE(says(logged("user/error"), "|failed items|mini-batch 0 attempt 1|" + counted));
}

TEST_F(Failing, records_that_are_no_rows_are_the_first_error) {
    write("data/table.csv", "a,b\n1,2\n3\n4,5\n");
    make_step(entry_script("fails_items"), "input_type = tabular\n");
    const auto finished = run_step();
    EXPECT_TRUE(says(finished.err, "first error   failed item " + path("data/table.csv")));
    EXPECT_TRUE(says(logged("user/error"), "|failed item|mini-batch 0 attempt 1|"));
}

TEST_F(Failing, a_row_with_a_line_break_fails_the_attempt) {
    make_files("data", 2);
    make_step(entry_script("row_with_line_break"), "run_max_try = 1\n");
    const auto finished = run_step();
    EXPECT_TRUE(ended_with(1, finished));
    EXPECT_TRUE(says(finished.err, "row 2 of the mini-batch has a line break"));
    EXPECT_EQ(read("out/parallel_run_step.txt.partial"), "");
}

TEST_F(Failing, is_not_said_of_too_many_rows_but_a_warning_is) {
    make_files("data", 3);
    make_step(entry_script("too_many_rows"));
    const auto finished = run_step();
    EXPECT_TRUE(ended_with(0, finished));
    EXPECT_EQ(rows().size(), 6U);
    EXPECT_TRUE(says(finished.err, "3 succeeded, 0 failed"));
    EXPECT_TRUE(says(finished.err, "warning       3 rows more than items"));
}

TEST_F(Failing, init_everywhere_fails_the_job) {
    make_files("data", 3);
    make_step(entry_script("throws_in_init"));
    const auto finished = run_step();
    EXPECT_TRUE(ended_with(1, finished));
    EXPECT_TRUE(says(finished.err, "Failed: step: init() failed"));
    EXPECT_TRUE(says(finished.err, "std::runtime_error: the model is missing"));
    EXPECT_TRUE(says(logged("user/error"), "the model is missing"));
}

TEST_F(Failing, a_process_killed_from_outside_costs_one_attempt) {
    make_files("data", 4);
    make_step(entry_script("waits"), "mini_batch_size = 1\narguments = --meet " + path("meet") +
                                         "\nprocess_count_per_node = 2\n");
    std::filesystem::create_directories(path("meet"));
    const auto child = start(command("run"));
    ASSERT_TRUE(wait_until([&] { return exists("meet/0"); }, std::chrono::seconds(20)));
    ::kill(std::stoi(read("meet/0")), SIGKILL);
    write("meet/go", "");
    const auto finished = child->wait(std::chrono::seconds(30));
    EXPECT_TRUE(ended_with(0, finished));
    EXPECT_EQ(rows(), (Words{"0 2", "1 1", "2 1", "3 1"}));
    EXPECT_TRUE(says(finished.err, "by signal 9 (Killed)"));
    EXPECT_TRUE(says(finished.err, "4 processed, 0 failed, 1 attempt repeated"));
}

TEST_F(Failing, a_job_without_progress_says_who_holds_what) {
    make_files("data", {"hang"});
    make_step(entry_script("misbehaves"), "progress_update_timeout = 0.5\n");
    const auto finished = run_step({"--process_count_per_node", "2"});
    EXPECT_TRUE(ended_with(1, finished));
    EXPECT_TRUE(says(finished.err,
                     "no mini-batch started or ended within progress_update_timeout = 0.5 s: "));
    EXPECT_TRUE(says(finished.err, " on " + host_name() + ") holds mini-batch 0 (" +
                                       path("data/hang") + "); raise that option"));
    EXPECT_TRUE(says(read("out/logs/sys/master_role.txt"), "no progress: rank "));
}

}  // namespace parallel_run::whole
