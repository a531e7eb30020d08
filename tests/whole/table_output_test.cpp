// SPDX-License-Identifier: Apache-2.0
// An output that is an HDF5 table: what is in it, and that it is made whole whatever comes between.
#include "whole_test.hpp"

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <random>
#include <sstream>

namespace parallel_run::whole {

using namespace std::chrono_literals;
namespace fs = std::filesystem;

namespace {

class TableOutput : public WholeTest {
protected:
    /// Files whose number ends with 3 leave no row.
    void make_embeddings(int count, const std::string& arguments = "",
                         const std::string& more = "") {
        for (const auto& name : make_files("data", count)) {
            if (name.back() != '3') names_.push_back(name);
        }
        make_step(entry_script("embeddings"),
                  "append_row_file_name = scores.h5\nmini_batch_size = 7\nflush_interval = 0.05\n"
                  "grace_seconds = 1\n" +
                      (arguments.empty() ? "" : "arguments = " + arguments + "\n") + more);
    }
    void expect_rows() {
        Words rows;
        const auto read =
            run({PARALLEL_RUN_PYTHON, PARALLEL_RUN_READ_EMBEDDINGS, path("out/scores.h5"), "7"});
        ASSERT_TRUE(ended_with(0, read));
        std::istringstream text(read.out);
        std::getline(text, compression_);
        for (std::string line; std::getline(text, line);) rows.push_back(line);
        std::sort(rows.begin(), rows.end());
        EXPECT_EQ(rows, names_);
        EXPECT_FALSE(exists("out/scores.h5.partial"));
        EXPECT_FALSE(exists("out/scores.h5.new"));
    }
    Finished verify() { return run({program(), "verify", "out"}); }
    void kill_all() const {
        for (const auto pid : processes_marked(path())) ::kill(pid, SIGKILL);
    }

    Words names_;
    std::string compression_;
};

class RanksOfTableOutput : public TableOutput, public testing::WithParamInterface<int> {};

}  // namespace

TEST_P(RanksOfTableOutput, has_a_row_for_each_record) {
    make_embeddings(500);
    ASSERT_TRUE(ended_with(0, run(under_mpirun(GetParam()))));
    expect_rows();
    EXPECT_EQ(compression_, "compression None");
    const auto shown = verify();
    EXPECT_TRUE(ended_with(0, shown));
    EXPECT_TRUE(says(shown.out, "450 rows read"));
}

INSTANTIATE_TEST_SUITE_P(Ranks, RanksOfTableOutput, testing::Values(1, 2, 5));

TEST_F(TableOutput, is_compressed_when_asked_for) {
    make_embeddings(300, "", "hdf5_compression = 4\n");
    const auto finished = run_step();
    ASSERT_TRUE(ended_with(0, finished));
    EXPECT_TRUE(says(finished.err, "writing the table scores.h5: "));
    expect_rows();
    EXPECT_EQ(compression_, "compression gzip");
}

TEST_F(TableOutput, that_is_completed_is_reused) {
    make_embeddings(20);
    ASSERT_TRUE(ended_with(0, run_step()));
    const auto again = run_step();
    EXPECT_TRUE(ended_with(0, again));
    EXPECT_TRUE(says(again.err, "holds the Completed result"));
    expect_rows();
}

TEST_F(TableOutput, that_was_replaced_is_not_reused) {
    make_embeddings(20);
    ASSERT_TRUE(ended_with(0, run_step()));
    write("out/scores.h5", "no table");
    const auto again = run_step();
    EXPECT_TRUE(ended_with(2, again));
    EXPECT_TRUE(says(again.err, "it was changed. Restore it"));
}

TEST_F(TableOutput, needs_no_columns_where_there_is_none) {
    make_embeddings(20, "--declare nothing --append text", "output_action = summary_only\n");
    EXPECT_TRUE(ended_with(0, run_step()));
    EXPECT_FALSE(exists("out/scores.h5"));
}

TEST_F(TableOutput, without_columns_fails_and_says_what_to_do) {
    make_embeddings(5, "--declare nothing");
    const auto finished = run_step({"--process_count_per_node", "1"});
    EXPECT_TRUE(ended_with(1, finished));
    EXPECT_TRUE(
        says(finished.err, "init() declared no columns, and the output is a table: let it"));
}

TEST_F(TableOutput, of_text_rows_fails_and_says_what_to_do) {
    make_embeddings(5, "--append text");
    const auto finished = run_step();
    EXPECT_TRUE(ended_with(1, finished));
    EXPECT_TRUE(says(finished.err, "row 1 of the mini-batch is text, and the output is a table"));
}

TEST_F(TableOutput, of_records_needs_a_name_that_says_so) {
    make_embeddings(5);
    const auto finished = run_step({"--append_row_file_name", "scores.txt"});
    EXPECT_TRUE(ended_with(1, finished));
    EXPECT_TRUE(says(finished.err, "columns are declared, and the output is no table"));
}

TEST_F(TableOutput, of_workers_that_disagree_names_both_and_the_difference) {
    make_embeddings(200, "--declare differently --busy_us 100000");
    const auto finished = run_step({"--process_count_per_node", "2"});
    EXPECT_TRUE(ended_with(1, finished));
    EXPECT_TRUE(says(finished.err, "worker processes declared different columns: column 2 is int"));
    EXPECT_TRUE(says(finished.err, "label on rank 0 on " + host_name()));
    EXPECT_TRUE(says(finished.err, "label on rank 1 on " + host_name()));
}

TEST_F(TableOutput, refuses_a_first_line) {
    make_embeddings(1, "", "append_row_header = names\n");
    const auto finished = run_step();
    EXPECT_TRUE(ended_with(2, finished));
    EXPECT_TRUE(says(finished.err, "an HDF5 file has no first line"));
}

TEST_F(TableOutput, is_written_again_where_it_could_not_be) {
    make_embeddings(100, "--busy_us 20000");
    const auto child = start(command("run"));
    ASSERT_TRUE(wait_until([this] { return exists("out/.parallel-run/journal"); }, 20s));
    fs::create_directories(path("out/scores.h5.new/in the way"));
    const auto failed = child->wait(20s);
    EXPECT_TRUE(ended_with(1, failed));
    EXPECT_TRUE(says(failed.err, "Failed: step: the table cannot be written: cannot create " +
                                     path("out/scores.h5.new")));
    fs::remove_all(path("out/scores.h5.new"));
    const auto finished = run_step();
    ASSERT_TRUE(ended_with(0, finished));
    EXPECT_TRUE(says(finished.err, "(15 of them before"));
    expect_rows();
}

TEST_F(TableOutput, gets_its_name_where_a_start_ended_before_that) {
    make_embeddings(50);
    ASSERT_TRUE(ended_with(0, run_step()));
    fs::rename(path("out/scores.h5"), path("out/scores.h5.new"));
    write("out/scores.h5.partial", "rows");
    const auto finished = run_step();
    EXPECT_TRUE(ended_with(0, finished));
    EXPECT_TRUE(says(finished.err, "holds the Completed result"));
    expect_rows();
}

TEST_F(TableOutput, loses_its_rows_file_where_a_start_ended_before_that) {
    make_embeddings(50);
    ASSERT_TRUE(ended_with(0, run_step()));
    write("out/scores.h5.partial", "rows");
    EXPECT_TRUE(ended_with(0, run_step()));
    expect_rows();
}

TEST_F(TableOutput, has_each_row_once_however_often_all_is_killed) {
    make_embeddings(2000, "--busy_us 1000");
    std::mt19937 random(1);
    for (int kills = 0; kills < 6; ++kills) {
        const auto child = start(command("run"));
        const auto size = [&] {
            std::error_code absent;
            const auto bytes = fs::file_size(path("out/scores.h5.partial"), absent);
            return absent ? 0 : bytes;
        };
        const auto enough = size() + random() % 30'000;
        wait_until([&] { return size() > enough || exists("out/scores.h5"); }, 20s);
        kill_all();
        child->wait(20s);
    }
    ASSERT_TRUE(ended_with(0, run_step()));
    expect_rows();
    EXPECT_TRUE(ended_with(0, verify()));
}

TEST_F(TableOutput, is_begun_again_where_all_was_killed_while_it_was_written) {
    make_files("data", 200);
    make_step(entry_script("wide_records"),
              "append_row_file_name = scores.h5\nmini_batch_size = 10\n");
    for (int kills = 0; kills < 3; ++kills) {
        fs::remove(path("out/scores.h5.new"));  // so that it is seen when it comes
        const auto child = start(command("run"));
        std::vector<pid_t> pids;
        while (!exists("out/scores.h5.new") && !exists("out/scores.h5")) {
            pids = processes_marked(path());  // takes too long to be looked for then
        }
        for (const auto pid : pids) ::kill(pid, SIGKILL);
        child->wait(20s);
    }
    EXPECT_FALSE(exists("out/scores.h5")) << "it was killed too late";
    const auto finished = run_step();
    ASSERT_TRUE(ended_with(0, finished));
    EXPECT_TRUE(says(finished.err, "20 processed, 0 failed (20 of them before"));
    EXPECT_FALSE(exists("out/scores.h5.partial"));
    const auto shown = verify();
    EXPECT_TRUE(ended_with(0, shown));
    EXPECT_TRUE(says(shown.out, "200 rows read"));
}

TEST_F(TableOutput, with_a_flipped_bit_is_found_out) {
    make_embeddings(200);
    ASSERT_TRUE(ended_with(0, run_step()));
    auto bytes = read("out/scores.h5");
    const auto at = bytes.find("f0007");
    ASSERT_NE(at, std::string::npos);
    bytes[at + 4] = '6';
    write("out/scores.h5", bytes);
    const auto shown = verify();
    EXPECT_TRUE(ended_with(1, shown));
    EXPECT_TRUE(says(shown.out, "has another checksum than was recorded"));
}

TEST_F(TableOutput, of_other_columns_than_before_is_refused) {
    make_embeddings(400, "--busy_us 10000");
    const auto child = start(command("run"));
    const auto partial = path("out/scores.h5.partial");
    ASSERT_TRUE(wait_until(
        [&] { return exists("out/scores.h5.partial") && fs::file_size(partial) > 0; }, 20s));
    child->signal(SIGTERM);
    EXPECT_TRUE(ended_with(75, child->wait(20s)));
    // The script may depend on what is no setting.
    environment_["EMBEDDINGS_DECLARE"] = "other";
    const auto failed = run_step();
    EXPECT_TRUE(ended_with(1, failed));
    EXPECT_TRUE(says(failed.err, "label in an earlier start of the run and int64 label on rank "));
    environment_.erase("EMBEDDINGS_DECLARE");
    ASSERT_TRUE(ended_with(0, run_step()));
    expect_rows();
}

}  // namespace parallel_run::whole
