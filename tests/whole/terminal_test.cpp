// SPDX-License-Identifier: Apache-2.0
// Progress on a terminal and in a batch log, and the end by a signal.
#include "whole_test.hpp"

#include <csignal>
#include <filesystem>

namespace parallel_run::whole {

namespace {

using namespace std::chrono_literals;

class Terminal : public WholeTest {
protected:
    /// 40 mini-batches of 30 ms on two processes: some updates of the progress line.
    void make_busy() const {
        make_files("data", 40);
        make_step(entry_script("busy"),
                  "mini_batch_size = 1\nprocess_count_per_node = 2\narguments = --busy_us 30000\n");
    }
};

class Interrupting : public WholeTest {
protected:
    void make_waiting() const {
        make_files("data", 8);
        std::filesystem::create_directories(path("meet"));
        make_step(entry_script("waits"),
                  "mini_batch_size = 1\nprocess_count_per_node = 2\ngrace_seconds = 1\n"
                  "arguments = --meet " +
                      path("meet") + "\n");
    }
    /// Both processes are in run().
    void wait_for_both() const {
        const auto count = [this] {
            int files = 0;
            for (const auto& entry : std::filesystem::directory_iterator(path("meet"))) {
                if (entry.path().filename().native().front() != '.') ++files;
            }
            return files;
        };
        ASSERT_TRUE(wait_until([&] { return count() == 2; }, 20s));
    }
    /// The rest (nothing is left running) is checked after each test.
    void expect_stopped(const Finished& finished) const {
        EXPECT_EQ(finished.status, 75) << finished;
        EXPECT_FALSE(exists("out/parallel_run_step.txt"));
    }
};

}  // namespace

TEST_F(Terminal, shows_a_line_that_updates_and_colours) {
    make_busy();
    const auto finished = run_on_terminal(command("run"));
    EXPECT_TRUE(ended_with(0, finished));
    EXPECT_GE(count_of(finished.out, "\r\033[K"), 2U) << finished.out;
    EXPECT_TRUE(says(finished.out, "===="));
    EXPECT_TRUE(says(finished.out, "100 %  40 of 40 mini-batches"));
    EXPECT_TRUE(says(finished.out, "\033[1;32mCompleted\033[0m: step"));
    EXPECT_EQ(count_of(read("out/logs/job_result.txt"), "\033"), 0U);
}

TEST_F(Terminal, has_no_colours_where_nobody_wants_them) {
    make_busy();
    environment_["NO_COLOR"] = "1";
    const auto finished = run_on_terminal(command("run"));
    EXPECT_TRUE(ended_with(0, finished));
    EXPECT_TRUE(says(finished.out, "100 %"));
    EXPECT_EQ(count_of(finished.out, "\033[1;"), 0U) << finished.out;
}

TEST_F(Terminal, shows_failure_in_another_colour) {
    make_files("data", 2);
    make_step(entry_script("throws"));
    const auto finished = run_on_terminal(command("run"));
    EXPECT_TRUE(ended_with(1, finished));
    EXPECT_TRUE(says(finished.out, "\033[1;31mFailed\033[0m: step"));
}

TEST_F(Terminal, is_the_same_under_mpirun) {
    make_busy();
    const auto finished = run_on_terminal(under_mpirun(2));
    EXPECT_TRUE(ended_with(0, finished));
    EXPECT_GE(count_of(finished.out, "\r\033[K"), 2U) << finished.out;
    EXPECT_TRUE(says(finished.out, "\033[1;32mCompleted\033[0m: step"));
}

TEST_F(Terminal, that_is_none_gets_plain_lines) {
    make_busy();
    const auto finished = run_step();
    EXPECT_TRUE(ended_with(0, finished));
    EXPECT_EQ(count_of(finished.err, "\r"), 0U) << finished.err;
    EXPECT_EQ(count_of(finished.err, "\033"), 0U) << finished.err;
}

TEST_F(Interrupting, by_the_keyboard_ends_everything) {
    make_waiting();
    const auto finished = run_on_terminal(command("run"), " of 8 mini-batches", "\x03");
    expect_stopped(finished);
}

TEST_F(Interrupting, by_a_signal_ends_everything) {
    for (const auto number : {SIGTERM, SIGINT}) {
        std::filesystem::remove_all(path("meet"));
        make_waiting();
        const auto child = start(command("run", {"--overwrite"}));
        wait_for_both();
        child->signal(number);
        expect_stopped(child->wait(10s));
    }
}

TEST_F(Interrupting, mpirun_ends_everything) {
    make_waiting();
    const auto child = start(under_mpirun(2));
    wait_for_both();
    child->signal(SIGTERM);
    EXPECT_GT(child->wait(10s).status, 0);  // mpirun's own
    EXPECT_FALSE(exists("out/parallel_run_step.txt"));
}

}  // namespace parallel_run::whole
