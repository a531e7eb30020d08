// SPDX-License-Identifier: Apache-2.0
// Steps whose input is tables.
#include "whole_test.hpp"

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <sstream>

namespace parallel_run::whole {

namespace {

/// "id=7|name=n, 7|x=3.5" for each record, as echo_table says it.
class Tables : public WholeTest {
protected:
    /// Writes data/0.csv and on; a name holds a delimiter, and line breaks too if `multi_line`.
    Words make_csv(int files, int rows_each, bool multi_line = false) const {
        Words expected;
        for (int file = 0; file < files; ++file) {
            std::ostringstream text;
            text << "id,name,x\n";
            for (int row = 0; row < rows_each; ++row) {
                const auto id = std::to_string(file * rows_each + row);
                const auto name =
                    std::string("n, ") + (multi_line && row % 3 == 0 ? "\n" : "") + id;
                text << id << ",\"" << name << "\"," << row * 0.5 << (row % 2 == 0 ? "\n" : "\r\n");
                std::ostringstream shown;
                shown << "id=" << id << "|name=n, " << id << "|x=" << row * 0.5;
                expected.push_back(shown.str());
            }
            write("data/" + std::to_string(file) + ".csv", text.str());
        }
        std::sort(expected.begin(), expected.end());
        return expected;
    }
    void make_table_step(const std::string& script, const std::string& more = "") const {
        make_step(entry_script(script), "input_type = tabular\n" + more);
    }
    [[nodiscard]] Words output() const { return lines("out/parallel_run_step.txt"); }
};

}  // namespace

class RanksOfTables : public Tables, public testing::WithParamInterface<int> {};

TEST_P(RanksOfTables, give_the_same_rows) {
    const auto expected = make_csv(3, 200);
    make_table_step("echo_table", "mini_batch_size = 1KB\n");
    ASSERT_TRUE(ended_with(0, run(under_mpirun(GetParam()))));
    EXPECT_EQ(output(), expected);
}

TEST_P(RanksOfTables, look_through_the_input_together_for_row_numbers) {
    make_csv(3, 200, true);
    make_table_step("number_rows",
                    "mini_batch_size = 100\nsupport_multi_line = true\nrow_numbers = true\n");
    ASSERT_TRUE(ended_with(0, run(under_mpirun(GetParam()))));
    ASSERT_EQ(output().size(), 600U);
    for (const auto& row : output()) {
        const auto number = row.substr(0, row.find(' '));
        EXPECT_EQ(row.substr(row.rfind(' ') + 1), number) << row;
    }
}

INSTANTIATE_TEST_SUITE_P(Ranks, RanksOfTables, testing::Values(1, 2, 5),
                         testing::PrintToStringParamName());

TEST_F(Tables, are_cut_by_rows) {
    const auto expected = make_csv(2, 250);
    make_table_step("echo_table", "mini_batch_size = 100rows\n");
    const auto finished = run_step();
    ASSERT_TRUE(ended_with(0, finished));
    EXPECT_TRUE(says(finished.err, "6 processed"));
    EXPECT_EQ(output(), expected);
}

TEST_F(Tables, are_cut_anywhere_though_quotes_hold_line_breaks) {
    make_csv(2, 300, true);
    make_table_step("number_rows", "mini_batch_size = 64\nsupport_multi_line = true\n");
    const auto finished = run_step();
    ASSERT_TRUE(ended_with(0, finished));
    EXPECT_TRUE(says(finished.err, "600 succeeded, 0 failed"));
    EXPECT_EQ(output().size(), 600U);
}

TEST_F(Tables, may_be_compressed) {
    const auto expected = make_csv(2, 100);
    ASSERT_TRUE(ended_with(0, run({"/bin/gzip", path("data/0.csv"), path("data/1.csv")})));
    make_table_step("echo_table", "mini_batch_size = 100\n");
    const auto finished = run_step();
    ASSERT_TRUE(ended_with(0, finished));
    EXPECT_TRUE(says(finished.err, "2 processed"));
    EXPECT_EQ(output(), expected);
}

TEST_F(Tables, may_be_json_lines) {
    write("data/a.jsonl", "{\"id\": 1, \"name\": \"x\\\"y\"}\n{\"name\": null, \"id\": [2, 3]}\n");
    make_table_step("echo_table");
    ASSERT_TRUE(ended_with(0, run_step()));
    EXPECT_EQ(output(), (Words{"id=1|name=x\"y", "id=[2, 3]|name=-"}));
}

TEST_F(Tables, may_be_plain_lines) {
    write("data/smiles.txt", "CCO\n\nc1ccccc1\n");
    make_table_step("echo_table");
    ASSERT_TRUE(ended_with(0, run_step()));
    EXPECT_EQ(output(), (Words{"line=CCO", "line=c1ccccc1"}));
}

TEST_F(Tables, may_have_their_header_in_the_first_file_only_or_nowhere) {
    write("data/0.tsv", "a\tb\n1\t2\n");
    write("data/1.tsv", "3\t4\n");
    make_table_step("echo_table", "header = first_file\n");
    ASSERT_TRUE(ended_with(0, run_step()));
    EXPECT_EQ(output(), (Words{"a=1|b=2", "a=3|b=4"}));
    ASSERT_TRUE(ended_with(0, run_step({"--header=none", "--overwrite"})));
    EXPECT_EQ(output(),
              (Words{"column1=1|column2=2", "column1=3|column2=4", "column1=a|column2=b"}));
}

TEST_F(Tables, tell_file_and_line_of_each_malformed_record_and_go_on) {
    write("data/a.csv", "a,b\n1,2\n3\n4,5\n\"6,7\n8,9\n");
    make_table_step("echo_table", "mini_batch_size = 8\n");
    const auto finished = run_step();
    ASSERT_TRUE(ended_with(0, finished));
    EXPECT_TRUE(says(finished.err, "3 succeeded, 2 failed"));
    EXPECT_EQ(output(), (Words{"a=1|b=2", "a=4|b=5", "a=8|b=9"}));
    const auto errors = logged("user/error");
    EXPECT_TRUE(says(errors, path("data/a.csv") + ":3: 1 field where the header has 2"));
    EXPECT_TRUE(says(errors, path("data/a.csv") + ":5: a quoted field is not closed"));
}

TEST_F(Tables, count_malformed_records_for_the_error_threshold) {
    write("data/a.csv", "a,b\n1,2\n3\n4,5\n6\n");
    make_table_step("echo_table", "error_threshold = 1\n");
    const auto finished = run_step();
    ASSERT_TRUE(ended_with(1, finished));
    EXPECT_TRUE(says(finished.err, "2 failed items are more than error_threshold = 1"));
}

TEST_F(Tables, of_a_mini_batch_that_fails_count_with_all_their_records) {
    make_csv(1, 40);
    make_table_step("crashes", "run_max_try = 1\n");
    const auto finished = run_step();
    ASSERT_TRUE(ended_with(1, finished));
    EXPECT_TRUE(says(finished.err, "0 succeeded, 40 failed"));
}

TEST_F(Tables, with_another_header_show_both) {
    write("data/0.csv", "a,b\n1,2\n");
    write("data/1.csv", "a,c\n3,4\n");
    make_table_step("echo_table", "run_max_try = 1\nallowed_failed_count = 0\n");
    const auto finished = run_step();
    ASSERT_TRUE(ended_with(1, finished));
    for (const auto& part : {path("data/1.csv") + " (a, c)", path("data/0.csv") + " (a, b)"}) {
        EXPECT_TRUE(says(finished.err, part));
    }
}

TEST_F(Tables, without_a_record_fail_with_a_reason) {
    write("data/a.csv", "a,b\n");
    make_table_step("echo_table");
    const auto finished = run_step();
    ASSERT_TRUE(ended_with(1, finished));
    EXPECT_TRUE(says(finished.err, "the input has no record"));
}

TEST_F(Tables, that_are_empty_are_refused_before_anything_is_touched) {
    write("data/a.csv", "");
    make_table_step("echo_table");
    const auto finished = run_step();
    ASSERT_TRUE(ended_with(2, finished));
    EXPECT_TRUE(says(finished.err, "all its files are empty"));
    EXPECT_FALSE(exists("out"));
}

TEST_F(Tables, that_are_no_text_are_refused_before_anything_is_touched) {
    write("data/a.csv", std::string("\x89PNG\r\n\x1a\n\xff\xfe\0\0", 12));
    make_table_step("echo_table");
    const auto finished = run_step();
    ASSERT_TRUE(ended_with(2, finished));
    EXPECT_TRUE(says(finished.err, "is not UTF-8 text"));
    EXPECT_FALSE(exists("out"));
}

TEST_F(Tables, become_text_with_fields_that_are_quoted_where_they_must_be) {
    write("data/a.csv", "id,x\n\"a,b\",2\n\"c\"\"d\",3\nlast,none\n");
    make_table_step("score_table", "append_row_file_name = scores.csv\nappend_row_header = id,y\n");
    const auto finished = run_step();
    ASSERT_TRUE(ended_with(0, finished));
    EXPECT_EQ(lines("out/scores.csv"), (Words{"\"a,b\",4", "\"c\"\"d\",6", "id,y"}));
    EXPECT_TRUE(says(finished.err, "2 succeeded, 1 failed"));
    EXPECT_TRUE(says(logged("user/error"), path("data/a.csv") + ":4: "));
}

TEST_F(Tables, are_read_by_try_in_one_process) {
    const auto expected = make_csv(1, 20);
    make_table_step("echo_table", "mini_batch_size = 128\n");
    const auto finished = run(command("try"));
    ASSERT_TRUE(ended_with(0, finished));
    Words rows;
    std::istringstream text(finished.out);
    for (std::string line; std::getline(text, line);) rows.push_back(line);
    std::sort(rows.begin(), rows.end());
    EXPECT_EQ(rows, expected);
}

TEST_F(Tables, are_planned_by_their_parts) {
    write("data/a.csv", "a,b\n" + std::string(2000, '1') + ",2\n");
    make_table_step("echo_table", "mini_batch_size = 1KB\n");
    const auto finished = run(command("plan"));
    ASSERT_TRUE(ended_with(0, finished));
    EXPECT_TRUE(says(finished.out, "1,024 to 2,007  " + path("data/a.csv")));
    EXPECT_TRUE(says(finished.out, "2 mini-batches, 1 file"));
}

TEST_F(Tables, go_on_where_a_killed_job_stopped) {
    using namespace std::chrono_literals;
    make_csv(4, 50'000, true);
    make_table_step("number_rows",
                    "mini_batch_size = 64\nsupport_multi_line = true\nrow_numbers = true\n"
                    "flush_interval = 0.01\n");
    auto job = start(command("run"));
    const auto partial = [&] { return content_of(path("out/parallel_run_step.txt.partial")); };
    ASSERT_TRUE(wait_until([&] { return partial().size() > 1'000'000; }, 30s));
    for (const auto pid : processes_marked(path())) ::kill(pid, SIGKILL);
    job->wait(30s);
    ASSERT_TRUE(wait_until([&] { return processes_marked(path()).empty(); }, 30s));
    const auto finished = run_step();
    ASSERT_TRUE(ended_with(0, finished));
    EXPECT_TRUE(says(finished.err, "going on with the run"));
    auto rows = output();
    EXPECT_EQ(rows.size(), 200'000U);
    EXPECT_EQ(std::unique(rows.begin(), rows.end()), rows.end());
}

}  // namespace parallel_run::whole
