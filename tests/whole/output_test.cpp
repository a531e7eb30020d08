// SPDX-License-Identifier: Apache-2.0
// What stands in the output file, and under which name.
#include "whole_test.hpp"

#include <algorithm>
#include <filesystem>
#include <sstream>

namespace parallel_run::whole {

namespace {

class Output : public WholeTest {
protected:
    /// A list of files that need not exist, for scripts that do not open them.
    Words make_list(int count, const std::string& prefix) const {
        std::ostringstream list;
        Words names;
        for (int i = 0; i < count; ++i) {
            names.push_back(prefix + std::to_string(i));
            list << "/" << names.back() << "\n";
        }
        write("list.txt", list.str());
        std::sort(names.begin(), names.end());
        return names;
    }
    void make_list_step(const std::string& script, const std::string& more) const {
        write("step.conf", "entry_script = " + entry_script(script) +
                               "\ninput = @list.txt\noutput = out\n" + more);
    }
};

}  // namespace

TEST_F(Output, has_the_header_once_and_first) {
    make_files("data", 50);
    make_step(entry_script("echo_names"),
              "mini_batch_size = 2\nappend_row_header = \"name # of file\"\n");
    ASSERT_TRUE(ended_with(0, run_step({"--process_count_per_node", "3"})));
    const auto text = read("out/parallel_run_step.txt");
    EXPECT_EQ(text.rfind("name # of file\n", 0), 0U) << text;
    EXPECT_EQ(count_of(text, "name"), 1U);
    EXPECT_EQ(rows().size(), 51U);
}

TEST_F(Output, has_the_name_that_was_asked_for) {
    const auto names = make_files("data", 5);
    make_step(entry_script("echo_names"), "append_row_file_name = scores.csv\n");
    ASSERT_TRUE(ended_with(0, run_step()));
    EXPECT_EQ(lines("out/scores.csv"), names);
    EXPECT_FALSE(exists("out/parallel_run_step.txt"));
}

TEST_F(Output, is_no_file_in_a_summary_only_step) {
    make_files("data", 5);
    make_step(entry_script("echo_names"), "output_action = summary_only\n");
    const auto finished = run_step();
    ASSERT_TRUE(ended_with(0, finished));
    EXPECT_TRUE(says(finished.err, "5 succeeded, 0 failed"));
    Words left;
    for (const auto& entry : std::filesystem::directory_iterator(path("out"))) {
        left.push_back(entry.path().filename());
    }
    std::sort(left.begin(), left.end());
    EXPECT_EQ(left, (Words{".parallel-run", "logs"}));
}

TEST_F(Output, of_a_summary_only_step_without_a_row_is_completed) {
    make_files("data", 5);
    make_step(entry_script("throws"), "output_action = summary_only\nrun_max_try = 1\n");
    EXPECT_TRUE(ended_with(0, run_step()));
}

TEST_F(Output, has_each_row_once_however_often_it_is_flushed) {
    const auto names = make_list(20'000, "row");
    make_list_step("echo_names", "mini_batch_size = 1\nflush_bytes = 1KB\n");
    ASSERT_TRUE(ended_with(0, run_step()));
    EXPECT_EQ(rows(), names);
    EXPECT_GT(count_of(read("out/logs/sys/master_role.txt"), "are durable"), 10U);
}

TEST_F(Output, takes_rows_larger_than_any_buffer) {
    constexpr std::size_t kLetters = 3'000'000;
    const auto names = make_list(12, "long");
    make_list_step("long_rows", "mini_batch_size = 2\nflush_bytes = 1MB\narguments = --letters " +
                                    std::to_string(kLetters) + "\n");
    ASSERT_TRUE(ended_with(0, run_step()));
    const auto found = rows();
    ASSERT_EQ(found.size(), names.size());
    for (std::size_t i = 0; i < found.size(); ++i) {
        EXPECT_TRUE(found[i] == names[i] + " " + std::string(kLetters, 'x')) << i;
    }
}

TEST_F(Output, takes_mini_batches_larger_than_any_buffer) {
    const auto names = make_list(50'000, std::string(100, 'n'));
    make_list_step("echo_names", "mini_batch_size = 20000\n");
    ASSERT_TRUE(ended_with(0, run_step()));
    EXPECT_EQ(rows(), names);
}

TEST_F(Output, of_an_earlier_run_is_replaced_only_when_told_so) {
    make_files("data", 3);
    make_step(entry_script("echo_names"));
    ASSERT_TRUE(ended_with(0, run_step()));
    const auto names = make_files("data", 5);
    const auto refused = run_step();
    EXPECT_TRUE(ended_with(2, refused));
    EXPECT_TRUE(says(refused.err, "--overwrite"));
    EXPECT_EQ(rows().size(), 3U);

    ASSERT_TRUE(ended_with(0, run_step({"--overwrite"})));
    EXPECT_EQ(rows(), names);
}

TEST_F(Output, of_an_earlier_run_does_not_outlive_the_start_of_one_that_fails) {
    make_files("data", 3);
    make_step(entry_script("echo_names"));
    ASSERT_TRUE(ended_with(0, run_step()));
    make_step(entry_script("throws"), "run_max_try = 1\n");
    EXPECT_TRUE(ended_with(1, run_step({"--overwrite"})));
    EXPECT_FALSE(exists("out/parallel_run_step.txt"));
    EXPECT_TRUE(exists("out/parallel_run_step.txt.partial"));
}

}  // namespace parallel_run::whole
