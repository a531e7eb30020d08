// SPDX-License-Identifier: Apache-2.0
// status and verify, of runs in every state.
#include "whole_test.hpp"

#include <csignal>
#include <filesystem>
#include <fstream>

namespace parallel_run::whole {

namespace {

using namespace std::chrono_literals;

class StatusOfARun : public WholeTest {
protected:
    StatusOfARun() { make_files("data", 8); }

    void make_waiting() const {
        std::filesystem::create_directories(path("meet"));
        make_step(entry_script("waits"),
                  "mini_batch_size = 1\nprocess_count_per_node = 2\ngrace_seconds = 1\n"
                  "arguments = --meet " +
                      path("meet") + "\n");
    }
    /// A job whose two processes are in run().
    std::unique_ptr<Child> start_waiting() {
        make_waiting();
        auto child = start(command("run"));
        EXPECT_TRUE(wait_until([&] { return exists("meet/0") && exists("meet/1"); }, 20s));
        return child;
    }
    Finished status(const Words& more = {}) {
        Words words = {program(), "status", "out"};
        words.insert(words.end(), more.begin(), more.end());
        return run(words);
    }
    Finished verify() { return run({program(), "verify", "out"}); }
    void expect_status(const Words& parts) {
        const auto shown = status();
        EXPECT_TRUE(ended_with(0, shown));
        EXPECT_EQ(shown.err, "");
        for (const auto& part : parts) EXPECT_TRUE(says(shown.out, part));
    }
    void expect_right() {
        const auto shown = verify();
        EXPECT_TRUE(ended_with(0, shown));
        EXPECT_TRUE(says(shown.out, "Right: " + path("out") + "\n"));
    }
};

}  // namespace

TEST_F(StatusOfARun, that_is_completed) {
    make_step(entry_script("echo_names"), "append_row_header = name\n");
    EXPECT_TRUE(ended_with(0, run_step()));
    expect_status({"Completed: step\n", "1 of 1 done (100 %)", "8 succeeded, 0 failed",
                   "  output        " + path("out/parallel_run_step.txt") + "\n",
                   "  logs          " + path("out/logs") + "\n"});
    expect_right();
    EXPECT_TRUE(says(verify().out, "9 lines read"));
    EXPECT_TRUE(says(status({"--json"}).out, R"({"state": "completed", "reason": null, )"));
}

TEST_F(StatusOfARun, that_is_under_way_and_then_interrupted) {
    const auto child = start_waiting();
    expect_status({"Running: step\n", "0 of 8 done (0 %)", "2 workers", " on " + host_name(),
                   "  output        " + path("out/parallel_run_step.txt.partial") + "\n"});
    EXPECT_TRUE(says(verify().out, "the run is not over"));
    expect_right();
    child->signal(SIGTERM);
    EXPECT_TRUE(ended_with(75, child->wait(30s)));
    expect_status({"Stopped: step: interrupted\n", "0 of 8 done (0 %)",
                   "  next          the same command, without overwrite, goes on from there\n"});
    expect_right();
}

TEST_F(StatusOfARun, that_was_killed_at_once) {
    const auto child = start_waiting();
    for (const auto number : {SIGSTOP, SIGKILL}) {  // so that none hears of another's end
        for (const auto pid : processes_marked(path())) ::kill(pid, number);
    }
    EXPECT_TRUE(ended_with(128 + SIGKILL, child->wait(10s)));
    EXPECT_TRUE(wait_until([&] { return processes_marked(path()).empty(); }, 20s));
    expect_status({"Stopped: step: its processes are gone without a word", "goes on from there"});
    expect_right();
}

TEST_F(StatusOfARun, that_failed) {
    make_step(entry_script("throws"), "run_max_try = 1\n");
    EXPECT_TRUE(ended_with(1, run_step()));
    expect_status({"Failed: step: ", "first error   std::runtime_error: cannot read",
                   "  open          " + path("out/logs/user/error")});
    expect_right();
}

TEST_F(StatusOfARun, whose_output_was_changed) {
    make_step(entry_script("echo_names"));
    EXPECT_TRUE(ended_with(0, run_step()));
    std::fstream(path("out/parallel_run_step.txt")).put('?');
    const auto shown = verify();
    EXPECT_TRUE(ended_with(1, shown));
    EXPECT_TRUE(says(shown.out, "Wrong: " + path("out") + "\n"));
    EXPECT_TRUE(says(shown.out, "epoch 1, rank "));
    EXPECT_TRUE(says(shown.out, "has another checksum than was recorded\n"));
}

TEST_F(StatusOfARun, that_never_was) {
    std::filesystem::create_directories(path("out"));
    for (const auto& shown : {status(), verify()}) {
        EXPECT_TRUE(ended_with(2, shown));
        EXPECT_TRUE(says(shown.err, "no step has run with the output " + path("out")));
        EXPECT_EQ(shown.out, "");
    }
}

TEST_F(StatusOfARun, has_a_bar_on_a_terminal) {
    make_step(entry_script("echo_names"));
    EXPECT_TRUE(ended_with(0, run_step()));
    const auto shown = run_on_terminal({program(), "status", "out"});
    EXPECT_TRUE(ended_with(0, shown));
    EXPECT_TRUE(says(shown.out, "\033[1;32mCompleted\033[0m: step"));
    EXPECT_TRUE(says(shown.out, "==] 100 %"));
}

}  // namespace parallel_run::whole
