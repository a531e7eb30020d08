// SPDX-License-Identifier: Apache-2.0
// Steps with partition_keys: files by their paths, rows by their columns.
#include "whole_test.hpp"

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <map>

namespace parallel_run::whole {

using namespace std::chrono_literals;

namespace {

class Partitioning : public WholeTest {
protected:
    /// Files data/1000.csv and on with stores 0 to 6 and brands 0 to 2; the rows as gathered_rows
    /// has them, each key with its rows in the order of the files.
    Words make_sales(int files, int rows_each) {
        Words expected;
        for (int file = 0; file < files; ++file) {
            std::string text = "store,week,brand\n";
            for (int row = 0; row < rows_each; ++row) {
                const auto number = file * rows_each + row;
                const auto record = std::to_string(number % 7) + "," + std::to_string(number) +
                                    ",b" + std::to_string(number % 3);
                text += record + "\n";
                expected.push_back("brand=b" + std::to_string(number % 3) +
                                   "/store=" + std::to_string(number % 7) + "|" + record);
            }
            write("data/" + std::to_string(1000 + file) + ".csv", text);
        }
        std::sort(expected.begin(), expected.end());
        return expected;
    }
    void make_table_step(const std::string& more = "") const {
        make_step(entry_script("gathered_rows"),
                  "input_type = tabular\npartition_keys = brand, store\n" + more);
    }
    void make_holding_step() const {
        std::filesystem::create_directories(path("meet"));
        make_table_step("flush_interval = 0.01\nprocess_count_per_node = 2\narguments = --meet " +
                        path("meet") + " --hold brand=b1/store=3\n");
    }
    [[nodiscard]] bool anything_gathered() const { return exists("out/.parallel-run/partition"); }

    /// Kills all of the job at once, so that none hears of another's end.
    void kill_all() const {
        for (const auto number : {SIGSTOP, SIGKILL}) {
            for (const auto pid : processes_marked(path())) ::kill(pid, number);
        }
    }
};

}  // namespace

class RanksOfPartitions : public Partitioning, public testing::WithParamInterface<int> {};

TEST_P(RanksOfPartitions, gather_the_rows_of_each_key) {
    const auto expected = make_sales(40, 50);
    make_table_step();
    const auto finished = run(under_mpirun(GetParam()));
    ASSERT_TRUE(ended_with(0, finished));
    EXPECT_EQ(rows(), expected);
    EXPECT_TRUE(says(finished.err, "21 processed, 0 failed"));
    EXPECT_FALSE(anything_gathered());
    // Rows of a key are together, in the order of the files.
    std::map<std::string, int> last;
    std::istringstream output(read("out/parallel_run_step.txt"));
    for (std::string row; std::getline(output, row);) {
        const auto key = row.substr(0, row.find('|'));
        const auto week = std::stoi(row.substr(row.find(',') + 1));
        const auto [found, is_new] = last.emplace(key, week);
        EXPECT_TRUE(is_new || found->second < week) << row;
        found->second = week;
    }
}

TEST_P(RanksOfPartitions, have_a_mini_batch_for_each_folder) {
    make_files("data/u1/disco", Words{"1", "2"});
    make_files("data/u1/piano", Words{"3"});
    make_files("data/u2/disco", Words{"4"});
    make_step(entry_script("gathered_rows"),
              "partition_format = {user}/{genre}/{file}\npartition_keys = genre\n"
              "arguments = --name genre\n");
    const auto finished = run(under_mpirun(GetParam()));
    ASSERT_TRUE(ended_with(0, finished));
    EXPECT_EQ(rows(), (Words{"genre=disco|disco|1", "genre=disco|disco|2", "genre=disco|disco|4",
                             "genre=piano|piano|3"}));
    EXPECT_TRUE(says(finished.err, "2 processed, 0 failed"));
}

TEST_P(RanksOfPartitions, go_on_after_a_kill_while_rows_are_gathered) {
    const auto expected = make_sales(400, 5);
    make_holding_step();
    {
        const auto job = start(under_mpirun(GetParam()));
        const auto splits = [this] { return exists("out/.parallel-run/partition/0/piece_3"); };
        ASSERT_TRUE(wait_until(splits, 30s));
        kill_all();
        (void)job->wait(20s);
    }
    EXPECT_TRUE(anything_gathered());
    EXPECT_FALSE(exists("out/parallel_run_step.txt"));
    write("meet/go", "");
    ASSERT_TRUE(ended_with(0, run(under_mpirun(GetParam()))));
    EXPECT_EQ(rows(), expected);
    EXPECT_FALSE(anything_gathered());
}

TEST_P(RanksOfPartitions, go_on_after_a_kill_while_they_work) {
    const auto expected = make_sales(20, 50);
    make_holding_step();
    {
        const auto job = start(under_mpirun(GetParam()));
        const auto works = [this] {
            return exists("meet/held") &&
                   (GetParam() == 1 || count_of(logged("sys"), "bytes are durable") > 0);
        };
        ASSERT_TRUE(wait_until(works, 30s));
        kill_all();
        (void)job->wait(20s);
    }
    write("meet/go", "");
    const auto finished = run(under_mpirun(GetParam()));
    ASSERT_TRUE(ended_with(0, finished));
    EXPECT_EQ(rows(), expected);
    if (GetParam() > 1) {
        EXPECT_TRUE(says(finished.err, "going on with the run in "));
    }
}

INSTANTIATE_TEST_SUITE_P(Counts, RanksOfPartitions, testing::Values(1, 2, 5),
                         testing::PrintToStringParamName());

TEST_F(Partitioning, malformed_records_are_failed_items_once_with_their_place) {
    make_sales(1, 10);
    write("data/bad.csv", "store,week,brand\n1,2\n1,99,b9\nno,fields,at,all\n");
    make_table_step();
    const auto finished = run_step();
    ASSERT_TRUE(ended_with(0, finished));
    EXPECT_EQ(rows().size(), 11U);
    EXPECT_TRUE(says(finished.err, "11 succeeded, 2 failed"));
    const auto errors = logged("user/error");
    EXPECT_EQ(count_of(errors, path("data/bad.csv") + ":2: "), 1U) << errors;
    EXPECT_EQ(count_of(errors, path("data/bad.csv") + ":4: "), 1U) << errors;
}

TEST_F(Partitioning, a_column_that_is_not_there_is_refused) {
    make_sales(1, 10);
    make_step(entry_script("gathered_rows"), "input_type = tabular\npartition_keys = brnd\n");
    const auto refused = run_step();
    EXPECT_TRUE(ended_with(2, refused));
    EXPECT_TRUE(says(refused.err, "has no column 'brnd'; did you mean 'brand'?"));
    EXPECT_FALSE(exists("out"));
}

TEST_F(Partitioning, a_path_that_does_not_match_is_refused_or_fails_the_job) {
    make_files("data", Words{"a"});
    const std::string keys = "partition_format = {user}/{file}\npartition_keys = user\n";
    make_step(entry_script("gathered_rows"), keys);
    const auto refused = run_step();
    EXPECT_TRUE(ended_with(2, refused));
    EXPECT_TRUE(says(refused.err, path("data/a") + " below " + path("data") + " does not match"));
    std::filesystem::remove(path("data/a"));
    make_files("data/u", Words{"1"});
    make_files("data", Words{"z"});
    const auto failed = run_step();
    EXPECT_TRUE(ended_with(1, failed));
    EXPECT_TRUE(says(failed.err, path("data/z") + " below " + path("data") + " does not match"));
}

TEST_F(Partitioning, a_file_that_does_not_fit_fails_the_job_and_leaves_nothing) {
    make_sales(3, 10);
    write("data/2000.csv", "store,brand\n1,b1\n");
    make_table_step();
    const auto failed = run_step();
    EXPECT_TRUE(ended_with(1, failed));
    EXPECT_TRUE(says(failed.err, "the header of " + path("data/2000.csv") + " (store, brand)"));
    EXPECT_FALSE(anything_gathered());
}

TEST_F(Partitioning, a_completed_result_is_used_again_only_for_the_same_files) {
    make_sales(3, 10);
    make_table_step();
    ASSERT_TRUE(ended_with(0, run_step()));
    const auto again = run_step();
    EXPECT_TRUE(ended_with(0, again));
    EXPECT_TRUE(says(again.err, "holds the Completed result of the same settings"));
    std::filesystem::remove(path("data/1002.csv"));
    const auto refused = run_step();
    EXPECT_TRUE(ended_with(2, refused));
    EXPECT_TRUE(says(refused.err, "what is in input input0 is 2 files"));
}

TEST_F(Partitioning, plan_and_try_show_the_keys) {
    make_sales(2, 21);
    make_table_step("arguments = --name brand\n");
    const auto plan = run(command("plan"));
    EXPECT_TRUE(ended_with(0, plan));
    EXPECT_TRUE(says(plan.out, "  brand=b0/store=3, "));
    EXPECT_TRUE(says(plan.out, "21 mini-batches"));
    const auto tried = run(command("try"));
    EXPECT_TRUE(ended_with(0, tried));
    EXPECT_EQ(count_of(tried.out, "brand=b0/store=0|b0|0,"), 2U) << tried.out;
    EXPECT_EQ(count_of(tried.out, "\n"), 42U);
    EXPECT_FALSE(anything_gathered());
}

}  // namespace parallel_run::whole
