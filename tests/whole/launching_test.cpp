// SPDX-License-Identifier: Apache-2.0
// One step started in every way; the same rows each time.
#include "whole_test.hpp"

#include <unistd.h>

#include <filesystem>
#include <sstream>

namespace parallel_run::whole {

namespace {

namespace fs = std::filesystem;

class Launching : public WholeTest {
protected:
    void make_echo(const std::string& more = "mini_batch_size = 3\n") const {
        make_step(entry_script("echo_names"), more);
    }
    void expect_rows(const Finished& finished, const Words& expected) const {
        EXPECT_TRUE(ended_with(0, finished));
        EXPECT_EQ(rows(), expected);
        EXPECT_FALSE(exists("out/parallel_run_step.txt.partial"));
    }
};

}  // namespace

TEST_F(Launching, gives_the_same_rows_by_itself_and_on_any_number_of_ranks) {
    const auto names = make_files("data", 100);
    make_echo();
    expect_rows(run_step(), names);
    for (const auto ranks : {1, 2, 5}) {
        SCOPED_TRACE(ranks);
        expect_rows(run(under_mpirun(ranks, {"--overwrite"})), names);
    }
}

TEST_F(Launching, has_as_many_ranks_as_processes_are_asked_for) {
    const auto names = make_files("data", 20);
    make_echo();
    const auto finished = run_step({"--process_count_per_node", "3"});
    expect_rows(finished, names);
    EXPECT_TRUE(says(finished.err, "  workers       3,"));
}

TEST_F(Launching, says_nothing_but_the_result) {
    make_files("data", 100);
    make_echo();
    const auto finished = run_step();
    ASSERT_TRUE(ended_with(0, finished));
    EXPECT_EQ(finished.out, "");
    EXPECT_EQ(finished.err.rfind("Completed: step\n", 0), 0U) << finished.err;
    std::istringstream text(finished.err);
    std::string line;
    std::getline(text, line);
    while (std::getline(text, line)) EXPECT_EQ(line.substr(0, 2), "  ") << line;
    EXPECT_TRUE(says(finished.err, "34 processed, 0 failed"));
    EXPECT_TRUE(says(finished.err, "100 succeeded, 0 failed"));
    EXPECT_TRUE(says(finished.err, path("out/parallel_run_step.txt") + " (100 rows, 600 B)"));
    EXPECT_TRUE(says(finished.err, "logs          " + path("out/logs")));
    EXPECT_EQ(read("out/logs/job_result.txt"), finished.err);
}

TEST_F(Launching, leaves_no_temporary_files) {
    make_files("data", 10);
    make_echo();
    ASSERT_TRUE(ended_with(0, run_step()));
    EXPECT_TRUE(fs::is_empty(path("tmp")));
}

TEST_F(Launching, needs_no_environment_but_a_path) {
    const auto names = make_files("data", 10);
    make_echo();
    environment_ = {{"PATH", environment_["PATH"]}, {"WHOLE_TEST", path()}};
    const auto finished = run_step();
    expect_rows(finished, names);
    EXPECT_EQ(finished.err.rfind("Completed: step\n", 0), 0U) << finished.err;
}

TEST_F(Launching, works_for_another_user) {
    const Words as_nobody = {"runuser", "-u", "nobody", "--"};
    auto may_execute = as_nobody;
    may_execute.insert(may_execute.end(), {"test", "-x", program()});
    if (::geteuid() != 0 || run(may_execute).status != 0) {
        GTEST_SKIP() << "needs root, runuser, and programs that nobody may execute";
    }
    const auto names = make_files("data", 10);
    make_echo();
    for (const auto* folder : {"", "tmp"}) fs::permissions(path(folder), fs::perms::all);
    auto words = as_nobody;
    for (const auto& word : command("run")) words.push_back(word);
    const auto finished = run(words);
    expect_rows(finished, names);
    EXPECT_EQ(finished.err.rfind("Completed: step\n", 0), 0U) << finished.err;
}

TEST_F(Launching, resolves_paths_in_the_file_by_the_file_and_others_by_the_current_directory) {
    const auto names = make_files("data", 10);
    write("steps/step.conf", "entry_script = " + entry_script("echo_names") +
                                 "\ninput = ../data\noutput = ../not_this\n");
    fs::create_directories(path("elsewhere"));
    working_directory_ = path("elsewhere");
    expect_rows(run({program(), "run", "../steps/step.conf", "--output", "../out"}), names);
    EXPECT_FALSE(exists("not_this"));
}

TEST_F(Launching, takes_files_folders_patterns_and_lists_together) {
    make_files("folder", {"a", "below/b", "below/deeper/c"});
    make_files("pictures", {"d.png", "e.txt", "more/f.png"});
    make_files("listed", {"g", "h"});
    write("list.txt", path("listed/g") + "\n" + path("listed/h") + "\n");
    write("single", "");
    write("step.conf", "entry_script = " + entry_script("echo_names") +
                           "\ninput = folder\ninput = images=pictures/**/*.png\n"
                           "input = @list.txt\ninput = single\noutput = out\n");
    expect_rows(run_step(), {"a", "b", "c", "d.png", "f.png", "g", "h", "single"});
}

TEST_F(Launching, may_keep_a_rank_for_the_orchestrator) {
    const auto names = make_files("data", 100);
    make_echo("mini_batch_size = 3\ndedicated_orchestrator = true\nappend_row_header = name\n");
    const auto finished = run(under_mpirun(3));
    ASSERT_TRUE(ended_with(0, finished));
    EXPECT_EQ(rows().size(), names.size() + 1);
    EXPECT_TRUE(says(finished.err, "  workers       2,"));
}

TEST_F(Launching, refuses_to_have_nobody_but_the_orchestrator) {
    make_files("data", 10);
    make_echo("dedicated_orchestrator = true\n");
    for (const auto& words : {under_mpirun(1), command("run", {"--process_count_per_node", "1"})}) {
        const auto finished = run(words);
        EXPECT_TRUE(ended_with(2, finished));
        EXPECT_TRUE(says(finished.err, "dedicated_orchestrator on a single rank"));
        EXPECT_FALSE(exists("out"));
    }
}

}  // namespace parallel_run::whole
