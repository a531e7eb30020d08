// SPDX-License-Identifier: Apache-2.0
// The same command once more: after a stop, after a kill, after the end.
#include "whole_test.hpp"

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <fstream>

namespace parallel_run::whole {

using namespace std::chrono_literals;

namespace {

/// Ten mini-batches, of which --meet/0 to 4 end and the others wait for --meet/go, in two
/// processes.
class Resuming : public WholeTest {
protected:
    void make_waiting(const std::string& more = "") const {
        make_files("data", 10);
        std::filesystem::create_directories(path("meet"));
        make_step(entry_script("waits"),
                  "mini_batch_size = 1\nprocess_count_per_node = 2\nflush_interval = 0.05\n"
                  "grace_seconds = 1\narguments = --meet " +
                      path("meet") + "\n" + more);
    }
    /// Starts the step and stops it when two of its mini-batches wait and nothing else is open.
    Finished stop_midway(const Words& more = {}) {
        const auto child = start(command("run", more));
        const auto waiting = [this] { return exists("meet/0") && exists("meet/1"); };
        EXPECT_TRUE(wait_until(waiting, 20s));
        child->signal(SIGTERM);
        return child->wait(20s);
    }
    void let_go() const { write("meet/go", ""); }
    [[nodiscard]] std::string journal() const { return read("out/.parallel-run/journal"); }

    /// Ten mini-batches of 0.2 s, in one process; a row is its file's name.
    void make_slow() {
        names_ = make_files("data", 10);
        make_step(entry_script("busy"),
                  "mini_batch_size = 1\nprocess_count_per_node = 1\nflush_interval = 0.01\n"
                  "arguments = --busy_us 200000\n");
    }
    /// Stops it when some of its rows are in the file.
    Finished stop_with_rows(const Words& words, int signal) {
        const auto child = start(words);
        EXPECT_TRUE(wait_until([this] { return !partial_rows().empty(); }, 20s));
        child->signal(signal);
        return child->wait(20s);
    }

    Words names_;
};

const Words kAllRows = {"0 1", "1 1", "2 1", "3 1", "4 1", "5 1", "6 1", "7 1", "8 1", "9 1"};

}  // namespace

TEST_F(Resuming, a_stopped_run_needs_no_option) {
    make_waiting("append_row_header = index attempt\n");
    const auto stopped = stop_midway();
    EXPECT_TRUE(ended_with(75, stopped));
    EXPECT_TRUE(says(stopped.err, "stopping by SIGTERM: "));
    EXPECT_TRUE(says(stopped.err, "Stopped: step: interrupted; the same command goes on"));
    EXPECT_FALSE(exists("out/parallel_run_step.txt"));
    let_go();
    const auto finished = run_step();
    EXPECT_TRUE(ended_with(0, finished));
    auto expected = kAllRows;
    expected.emplace_back("index attempt");
    EXPECT_EQ(rows(), expected);
    EXPECT_FALSE(exists("out/parallel_run_step.txt.partial"));
}

TEST_F(Resuming, says_how_much_was_done) {
    make_files("data", 40);
    make_step(entry_script("busy"),
              "mini_batch_size = 1\nprocess_count_per_node = 1\nflush_interval = 0.01\n"
              "append_row_header = names\narguments = --busy_us 50000\n");
    const auto child = start(command("run"));
    const auto partial = [this] { return exists("out/parallel_run_step.txt.partial"); };
    ASSERT_TRUE(wait_until([&] { return partial() && partial_rows().size() > 3; }, 20s));
    child->signal(SIGTERM);
    EXPECT_TRUE(ended_with(75, child->wait(20s)));
    const auto before = partial_rows().size() - 1;
    const auto finished = run_step({"--process_count_per_node", "3", "--flush_bytes", "1KB"});
    EXPECT_TRUE(ended_with(0, finished));
    EXPECT_TRUE(says(finished.err, "going on with the run in " + path("out") + ": " +
                                       std::to_string(before) + " of 40 mini-batches were done"));
    EXPECT_TRUE(says(finished.err,
                     "40 processed, 0 failed (" + std::to_string(before) + " of them before"));
    const auto all = rows();
    EXPECT_EQ(all.size(), 41U) << "one header";
    EXPECT_EQ(std::adjacent_find(all.begin(), all.end()), all.end());
}

TEST_F(Resuming, what_is_overwritten_leaves_nothing_under_another_name) {
    make_waiting();
    let_go();
    ASSERT_TRUE(ended_with(0, run_step()));
    EXPECT_TRUE(ended_with(0, run_step({"--append_row_file_name", "rows.txt", "--overwrite"})));
    EXPECT_EQ(lines("out/rows.txt"), kAllRows);
    EXPECT_FALSE(exists("out/parallel_run_step.txt"));
}

TEST_F(Resuming, an_overwrite_that_is_cut_off_leaves_the_run_that_was_there) {
    make_slow();
    EXPECT_TRUE(ended_with(75, stop_with_rows(command("run"), SIGTERM)));
    make_files("out/rows.txt", {"in the way"});
    const auto failed = run_step({"--append_row_file_name", "rows.txt", "--overwrite"});
    EXPECT_TRUE(ended_with(1, failed));
    EXPECT_TRUE(says(failed.err, "cannot discard " + path("out/rows.txt")));
    const auto finished = run_step();
    EXPECT_TRUE(ended_with(0, finished));
    EXPECT_TRUE(says(finished.err, "going on with the run in "));
    EXPECT_EQ(rows(), names_);
}

TEST_F(Resuming, a_run_of_which_nothing_was_saved_gives_way_to_other_settings) {
    make_files("data", 3);
    make_step(entry_script("throws_in_init"), "mini_batch_size = 1\n");
    EXPECT_TRUE(ended_with(1, run_step()));
    make_step(entry_script("echo_names"), "mini_batch_size = 2\n");
    const auto finished = run_step();
    EXPECT_TRUE(ended_with(0, finished));
    EXPECT_TRUE(says(finished.err, "held a run of other settings of which nothing was saved"));
    EXPECT_EQ(rows().size(), 3U);
}

TEST_F(Resuming, a_file_of_nobodys_run_is_not_discarded_for_one_of_which_nothing_was_saved) {
    make_files("data", 3);
    make_step(entry_script("throws_in_init"));
    EXPECT_TRUE(ended_with(1, run_step()));
    write("out/rows.txt", "mine");
    make_step(entry_script("echo_names"), "append_row_file_name = rows.txt\n");
    const auto refused = run_step();
    EXPECT_TRUE(ended_with(2, refused));
    EXPECT_TRUE(says(refused.err, "holds rows.txt, and no record of the run"));
    EXPECT_EQ(read("out/rows.txt"), "mine");
}

TEST_F(Resuming, a_stopped_run_that_was_to_overwrite_says_how_to_go_on) {
    make_slow();
    const auto stopped = stop_with_rows(command("run", {"--overwrite"}), SIGTERM);
    EXPECT_TRUE(ended_with(75, stopped));
    EXPECT_TRUE(says(stopped.err, "the same command without overwrite goes on from here"));
    const auto finished = run_step();
    EXPECT_TRUE(ended_with(0, finished));
    EXPECT_TRUE(says(finished.err, "going on with the run in "));
    EXPECT_EQ(rows(), names_);
}

TEST_F(Resuming, a_run_of_other_settings_is_refused_with_the_difference) {
    make_slow();
    EXPECT_TRUE(ended_with(75, stop_with_rows(command("run"), SIGTERM)));
    const auto before = journal();
    const auto refused = run_step({"--mini_batch_size", "2"});
    EXPECT_TRUE(ended_with(2, refused));
    EXPECT_TRUE(says(refused.err,
                     "holds an unfinished run of other settings: mini_batch_size is "
                     "2 and was 1"));
    EXPECT_TRUE(says(refused.err, "--overwrite"));
    EXPECT_EQ(journal(), before);
    EXPECT_TRUE(ended_with(0, run_step({"--mini_batch_size", "2", "--overwrite"})));
    EXPECT_EQ(rows(), names_);
}

TEST_F(Resuming, a_changed_input_is_refused_by_name) {
    make_slow();
    EXPECT_TRUE(ended_with(75, stop_with_rows(command("run"), SIGTERM)));
    write("data/f0003", "other");
    const auto refused = run_step();
    EXPECT_TRUE(ended_with(2, refused));
    EXPECT_TRUE(says(refused.err, "input file " + path("data/f0003") + " has changed"));
}

TEST_F(Resuming, an_input_of_other_files_is_refused) {
    make_slow();
    EXPECT_TRUE(ended_with(75, stop_with_rows(command("run"), SIGTERM)));
    std::filesystem::remove(path("data/f0003"));
    const auto refused = run_step();
    EXPECT_TRUE(ended_with(2, refused));
    EXPECT_TRUE(says(refused.err, "was added, removed or renamed"));
}

TEST_F(Resuming, another_entry_script_is_refused) {
    make_slow();
    EXPECT_TRUE(ended_with(75, stop_with_rows(command("run"), SIGTERM)));
    const auto refused = run_step({"--entry_script", entry_script("empty")});
    EXPECT_TRUE(ended_with(2, refused));
    EXPECT_TRUE(says(refused.err, "the entry script has changed"));
}

TEST_F(Resuming, a_shortened_output_is_refused) {
    make_slow();
    EXPECT_TRUE(ended_with(75, stop_with_rows(command("run"), SIGTERM)));
    std::filesystem::resize_file(path("out/parallel_run_step.txt.partial"), 1);
    const auto refused = run_step();
    EXPECT_TRUE(ended_with(2, refused));
    EXPECT_TRUE(says(refused.err, "has 1 bytes where "));
}

TEST_F(Resuming, a_second_job_is_refused_while_the_first_runs) {
    make_waiting();
    const auto child = start(command("run"));
    ASSERT_TRUE(wait_until([this] { return exists("meet/0") && exists("meet/1"); }, 20s));
    for (const auto* const option : {"--overwrite=false", "--overwrite=true"}) {
        const auto refused = run_step({option});
        EXPECT_TRUE(ended_with(2, refused));
        EXPECT_TRUE(says(refused.err, "is in use by process"));
    }
    let_go();
    EXPECT_TRUE(ended_with(0, child->wait(20s)));
    EXPECT_EQ(rows(), kAllRows);
}

TEST_F(Resuming, a_completed_run_is_reused) {
    make_waiting();
    let_go();
    ASSERT_TRUE(ended_with(0, run_step()));
    std::filesystem::remove(path("meet/0"));
    const auto reused = run_step({"--process_count_per_node", "1"});
    EXPECT_TRUE(ended_with(0, reused));
    EXPECT_TRUE(says(reused.err, "holds the Completed result"));
    EXPECT_FALSE(exists("meet/0")) << "nothing is to be run";
    EXPECT_TRUE(exists("out/logs/job_result.txt"));

    EXPECT_TRUE(ended_with(0, run_step({"--allow_reuse=false"})));
    EXPECT_TRUE(exists("meet/0"));
    EXPECT_EQ(rows(), kAllRows);
}

TEST_F(Resuming, a_completed_run_of_a_changed_input_is_not_reused) {
    make_waiting();
    let_go();
    ASSERT_TRUE(ended_with(0, run_step()));
    write("data/f0003", "other");
    const auto refused = run_step();
    EXPECT_TRUE(ended_with(2, refused));
    EXPECT_TRUE(says(refused.err, "input file " + path("data/f0003") + " has changed"));
}

TEST_F(Resuming, a_completed_run_whose_result_was_removed_runs_again) {
    make_waiting();
    let_go();
    ASSERT_TRUE(ended_with(0, run_step()));
    std::filesystem::remove(path("out/parallel_run_step.txt"));
    EXPECT_TRUE(ended_with(0, run_step()));
    EXPECT_EQ(rows(), kAllRows);
}

TEST_F(Resuming, a_result_gets_its_name_when_only_that_was_left) {
    make_waiting();
    let_go();
    ASSERT_TRUE(ended_with(0, run_step()));
    std::filesystem::rename(path("out/parallel_run_step.txt"),
                            path("out/parallel_run_step.txt.partial"));
    EXPECT_TRUE(ended_with(0, run_step()));
    EXPECT_EQ(rows(), kAllRows);
    EXPECT_FALSE(exists("out/parallel_run_step.txt.partial"));
}

TEST_F(Resuming, a_job_that_failed_by_a_threshold_goes_on_with_a_higher_one) {
    make_files("data", 20);
    make_files("data", {"throw"});  // the script fails by this name
    make_step(entry_script("misbehaves"), "mini_batch_size = 1\nprocess_count_per_node = 1\n");
    EXPECT_TRUE(ended_with(1, run_step({"--error_threshold", "0"})));
    const auto again = run_step({"--error_threshold", "0"});
    EXPECT_TRUE(ended_with(1, again));
    EXPECT_TRUE(says(again.err,
                     "1 failed items are more than error_threshold = 0; 1 items failed "
                     "in earlier starts: a higher limit goes on"));
    EXPECT_TRUE(says(read("out/logs/user/error.txt"), "cannot read throw"));
    EXPECT_TRUE(ended_with(0, run_step({"--error_threshold", "1"})));
    EXPECT_EQ(rows().size(), 20U);
    const auto judged = run_step({"--error_threshold", "0"});
    EXPECT_TRUE(ended_with(2, judged));
    EXPECT_TRUE(says(judged.err, "would be a failure now: 1 failed items"));
}

TEST_F(Resuming, a_completed_run_whose_result_was_changed_is_not_reused) {
    make_waiting();
    let_go();
    ASSERT_TRUE(ended_with(0, run_step()));
    std::filesystem::resize_file(path("out/parallel_run_step.txt"), 7);
    const auto refused = run_step();
    EXPECT_TRUE(ended_with(2, refused));
    EXPECT_TRUE(says(refused.err, "has 7 bytes where "));
    EXPECT_TRUE(ended_with(0, run_step({"--allow_reuse=false"})));
    EXPECT_EQ(rows(), kAllRows);
}

TEST_F(Resuming, works_with_the_output_below_the_source_directory) {
    make_waiting();
    make_files("project", {"helper.py"});
    const Words places = {"--source_directory", "project", "--output", "project/out"};
    EXPECT_TRUE(ended_with(75, stop_midway(places)));
    let_go();
    EXPECT_TRUE(ended_with(0, run_step(places)));
    EXPECT_EQ(lines("project/out/parallel_run_step.txt"), kAllRows);
    write("project/helper.py", "changed");
    const auto refused = run_step(places);
    EXPECT_TRUE(ended_with(2, refused));
    EXPECT_TRUE(says(refused.err, "file helper.py has changed"));
}

TEST_F(Resuming, a_damaged_journal_costs_only_what_it_no_longer_tells) {
    make_waiting();
    stop_midway();
    let_go();
    std::ofstream(path("out/.parallel-run/journal"), std::ios::app) << "something else";
    EXPECT_TRUE(ended_with(0, run_step()));
    EXPECT_EQ(rows(), kAllRows);
}

TEST_F(Resuming, a_journal_without_its_header_is_refused) {
    make_waiting();
    stop_midway();
    write("out/.parallel-run/journal", "something else");
    const auto refused = run_step();
    EXPECT_TRUE(ended_with(2, refused));
    EXPECT_TRUE(says(refused.err, "--overwrite"));
    let_go();
    EXPECT_TRUE(ended_with(0, run_step({"--overwrite"})));
    EXPECT_EQ(rows(), kAllRows);
}

TEST_F(Resuming, works_under_mpirun_too) {
    make_waiting();
    stop_midway();
    let_go();
    EXPECT_TRUE(ended_with(0, run(under_mpirun(3))));
    EXPECT_EQ(rows(), kAllRows);
    const auto reused = run(under_mpirun(2));
    EXPECT_TRUE(ended_with(0, reused));
    EXPECT_TRUE(says(reused.err, "holds the Completed result"));
}

TEST_F(Resuming, an_mpirun_of_the_users_own_is_stopped_by_sigusr1) {
    make_slow();
    const auto stopped = stop_with_rows(under_mpirun(2), SIGUSR1);
    EXPECT_TRUE(ended_with(75, stopped));
    EXPECT_TRUE(says(stopped.err, "Stopped: step: interrupted by SIGUSR1"));
    const auto finished = run(under_mpirun(2));
    EXPECT_TRUE(ended_with(0, finished));
    EXPECT_TRUE(says(finished.err, "going on with the run in "));
    EXPECT_EQ(rows(), names_);
}

TEST_F(Resuming, a_summary_only_step_repeats_nothing) {
    make_waiting("output_action = summary_only\nappend_row_header = none\n");
    const auto stopped = stop_midway();
    EXPECT_TRUE(ended_with(75, stopped));
    let_go();
    EXPECT_TRUE(ended_with(0, run_step()));
    const auto reused = run_step();
    EXPECT_TRUE(ended_with(0, reused));
    EXPECT_TRUE(says(reused.err, "holds the Completed result"));
}

}  // namespace parallel_run::whole
