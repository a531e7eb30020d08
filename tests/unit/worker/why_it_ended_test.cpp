// SPDX-License-Identifier: Apache-2.0
#include <csignal>

#include <gtest/gtest.h>

#include "worker/exit_text.hpp"
#include "worker/oom_kills.hpp"

namespace parallel_run::worker {
namespace {

SpawnerEvent killed_by(int signal) {
    return {.kind = SpawnerEvent::Kind::exited, .status = signal, .max_rss_kb = 12'897'485};
}

TEST(ExitReason, names_the_signal) {
    EXPECT_EQ(exit_text(killed_by(SIGSEGV)), "was killed by signal 11 (Segmentation fault)");
    EXPECT_EQ(exit_text(killed_by(SIGBUS)), "was killed by signal 7 (Bus error)");
    EXPECT_EQ(exit_text(killed_by(SIGABRT)), "was killed by signal 6 (Aborted)");
    EXPECT_EQ(exit_text(killed_by(SIGXCPU)), "was killed by signal 24 (CPU time limit exceeded)");
}

TEST(ExitReason, says_how_large_a_process_was_that_somebody_killed) {
    EXPECT_EQ(exit_text(killed_by(SIGKILL)),
              "was killed by signal 9 (Killed), by somebody outside parallel-run; it had reached "
              "12.3 GB");
}

TEST(ExitReason, advises_when_memory_ran_out) {
    auto event = killed_by(SIGKILL);
    event.oom_killer_struck = true;
    EXPECT_EQ(exit_text(event),
              "was killed by signal 9 (Killed): the kernel ran out of memory; it had reached "
              "12.3 GB; use fewer processes (process_count_per_node) or smaller mini-batches "
              "(mini_batch_size)");
}

TEST(ExitReason, blames_the_out_of_memory_killer_for_nothing_but_sigkill) {
    auto event = killed_by(SIGSEGV);
    event.oom_killer_struck = true;
    EXPECT_EQ(exit_text(event), "was killed by signal 11 (Segmentation fault)");
}

TEST(ExitReason, blames_nobody_for_our_own_kill) {
    auto event = killed_by(SIGKILL);
    event.oom_killer_struck = true;
    event.ended_by_us = true;
    EXPECT_EQ(exit_text(event), "was killed by signal 9 (Killed)");
}

TEST(StartFailureText, says_what_could_not_be_done) {
    using Step = SpawnerEvent::Step;
    const auto text = [](Step step) {
        return start_failure_text(
            {.kind = SpawnerEvent::Kind::start_failed, .error = ENOENT, .step = step}, "/bin/x");
    };
    EXPECT_EQ(text(Step::program), "cannot start /bin/x: No such file or directory");
    EXPECT_EQ(text(Step::working_dir),
              "cannot start /bin/x: cannot enter its working directory: No such file or directory");
    EXPECT_EQ(text(Step::output_files),
              "cannot start /bin/x: cannot make the files for its output: No such file or "
              "directory");
    EXPECT_EQ(text(Step::process),
              "cannot start /bin/x: no new process: No such file or directory");
    EXPECT_NE(text(Step::descriptors).find("ulimit -Hn"), std::string::npos);
}

TEST(OomKills, are_found_among_other_counters) {
    EXPECT_EQ(counter("oom 7\noom_kill 3\noom_group_kill 0\n", "oom_kill"), 3U);
    EXPECT_EQ(counter("low 0\nhigh 0\n", "oom_kill"), std::nullopt);
    EXPECT_EQ(counter("", "oom_kill"), std::nullopt);
}

TEST(OomKills, are_those_of_the_control_group) {
    EXPECT_EQ(memory_events_path("12:pids:/a\n0::/slurm/job_1\n"),
              "/sys/fs/cgroup/slurm/job_1/memory.events");
    EXPECT_EQ(memory_events_path("4:memory:/a\n"), std::nullopt);
}

TEST(OomKills, never_become_fewer) {
    const auto before = oom_kills();
    EXPECT_GE(oom_kills(), before);
}

}  // namespace
}  // namespace parallel_run::worker
