// SPDX-License-Identifier: Apache-2.0
// A `run` that starts its own launcher: what it does when ranks are lost and when it is told to
// stop.
#include "whole_test.hpp"

#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace parallel_run::whole {

namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

constexpr auto kGoesOn = "the same command goes on from what is saved";

/// A script in the place of mpirun. It stands for the ranks too.
class OwnLauncher : public WholeTest {
protected:
    void launch_by(const std::string& script, const std::string& more = "") {
        make_files("data", 3);
        make_step(entry_script("echo_names"), more);
        write("bin/mpirun", "#!/bin/sh\necho x >>" + path("starts") + "\n" + script + "\n");
        fs::permissions(path("bin/mpirun"), fs::perms::owner_all);
        environment_["PATH"] = path("bin") + ":" + environment_["PATH"];
    }
    [[nodiscard]] std::size_t starts() const { return lines("starts").size(); }
};

constexpr auto kAllStarted = ": >>$PARALLEL_RUN_STATUS_FILE;";
constexpr auto kReady = "echo x >ready; while :; do sleep 0.01; done";

}  // namespace

TEST_F(OwnLauncher, starts_lost_ranks_again_three_times) {
    launch_by(std::string(kAllStarted) + "kill -9 $$");
    const auto finished = run_step();
    EXPECT_TRUE(ended_with(75, finished));
    EXPECT_EQ(starts(), 4U);
    EXPECT_TRUE(says(finished.err,
                     "mpirun ended with status 137 (signal 9, Killed) before the job "
                     "did; its messages are above; starting the ranks again (3 of 3)"));
    EXPECT_TRUE(says(finished.err, "max_restarts = 3 is used up; "));
    EXPECT_TRUE(says(finished.err, kGoesOn));
}

TEST_F(OwnLauncher, goes_on_after_a_loss) {
    launch_by(std::string(kAllStarted) + "test $(wc -l <" + path("starts") +
              ") = 1 && exit 137; echo 0 >>$PARALLEL_RUN_STATUS_FILE; exit 5");
    EXPECT_TRUE(ended_with(0, run_step()));
    EXPECT_EQ(starts(), 2U);
}

TEST_F(OwnLauncher, says_so_when_all_was_done_before_the_loss) {
    const std::string run_ranks = PARALLEL_RUN_MPIRUN " \"$@\"";
    launch_by("test $(wc -l <" + path("starts") + ") = 1 || exec " + run_ranks + "; " + run_ranks +
              "; echo - >$PARALLEL_RUN_STATUS_FILE; kill -9 $$");
    const auto finished = run_step();
    EXPECT_TRUE(ended_with(0, finished));
    EXPECT_EQ(starts(), 2U);
    EXPECT_TRUE(
        says(finished.err, "starting the ranks again (1 of 3)\nparallel-run: " + path("out") +
                               " holds the Completed result (3 rows): nothing is left to "
                               "do\n"));
    EXPECT_EQ(rows().size(), 3U);
}

TEST_F(OwnLauncher, fails_with_the_cause_when_its_ranks_cannot_read_the_configuration) {
    const auto file = path("out/logs/sys/step.conf");
    launch_by("rm " + file + "; test $(wc -l <" + path("starts") + ") = 1 || mkdir " + file +
              "; exec " PARALLEL_RUN_MPIRUN " \"$@\"");
    const auto removed = run_step();
    EXPECT_TRUE(ended_with(1, removed));
    EXPECT_TRUE(says(removed.err, "parallel-run: " + file + " was removed; repeat the command\n"));
    const auto unreadable = run_step();
    EXPECT_TRUE(ended_with(1, unreadable));
    EXPECT_TRUE(says(unreadable.err, "parallel-run: cannot read " + file + ": Is a directory\n"));
}

TEST_F(OwnLauncher, does_not_start_ranks_again_without_restarts) {
    launch_by(std::string(kAllStarted) + "exit 137", "max_restarts = 0\n");
    const auto finished = run_step();
    EXPECT_TRUE(ended_with(75, finished));
    EXPECT_EQ(starts(), 1U);
    EXPECT_TRUE(says(finished.err, "max_restarts = 0 is used up; "));
}

TEST_F(OwnLauncher, does_not_try_a_launcher_that_does_not_work_again) {
    launch_by("echo no slots >&2; exit 1");
    const auto finished = run_step();
    EXPECT_TRUE(ended_with(1, finished));
    EXPECT_EQ(starts(), 1U);
    EXPECT_EQ(finished.err,
              "no slots\nparallel-run: mpirun ended with status 1 before the job did; its messages "
              "are above\n");
}

TEST_F(OwnLauncher, starts_ranks_again_that_were_killed_before_they_began) {
    launch_by("kill -9 $$");
    const auto finished = run_step();
    EXPECT_TRUE(ended_with(75, finished));
    EXPECT_EQ(starts(), 4U);
    EXPECT_TRUE(says(finished.err, "max_restarts = 3 is used up; "));
}

TEST_F(OwnLauncher, does_not_try_a_launcher_that_crashes_again) {
    launch_by("kill -SEGV $$");
    EXPECT_TRUE(ended_with(1, run_step()));
    EXPECT_EQ(starts(), 1U);
}

TEST_F(OwnLauncher, does_not_know_the_status_when_its_place_is_gone) {
    launch_by("rm -r " + path("out") + "; exit 0");
    const auto finished = run_step();
    EXPECT_TRUE(ended_with(1, finished));
    EXPECT_EQ(starts(), 1U);
    EXPECT_EQ(finished.err,
              "parallel-run: how the job ended is not known, because " +
                  path("out/logs/sys/step.conf") +
                  " was removed, or its file system is gone: No such file or directory; once that "
                  "is there again, " +
                  kGoesOn + "\n");
}

TEST_F(OwnLauncher, does_not_repeat_a_failure_that_ranks_have_told) {
    launch_by(std::string(kAllStarted) + "echo 1 >>$PARALLEL_RUN_STATUS_FILE; exit 1");
    const auto finished = run_step();
    EXPECT_TRUE(ended_with(1, finished));
    EXPECT_EQ(starts(), 1U);
    EXPECT_EQ(finished.err, "");
}

TEST_F(OwnLauncher, leaves_out_hosts_of_the_list_that_do_not_answer) {
    // Called for a probe: --host NAME -n 1 true. For ranks: -n N -N M --hostfile FILE ...
    launch_by(
        "test \"$1\" = --host && { test $2 != node2; exit; }\n"
        "sed -n 's/ .*//p' $6 >>" +
        path("hosts_used") + "\n" + kAllStarted + "test $(grep -c node1 " + path("hosts_used") +
        ") = 2 && echo 0 >>$PARALLEL_RUN_STATUS_FILE");
    write("hosts", "node1 slots=1\nnode2 slots=1\nnode3 slots=1\n");
    environment_["OMPI_MCA_orte_default_hostfile"] = path("hosts");
    const auto finished = run_step({"--process_count_per_node", "1"});
    EXPECT_TRUE(ended_with(0, finished));
    EXPECT_EQ(lines("hosts_used"), (Words{"node1", "node1", "node2", "node3", "node3"}));
    EXPECT_TRUE(says(finished.err, "starting the ranks again (1 of 3) without node2\n"));
}

TEST_F(OwnLauncher, gives_up_when_no_host_answers) {
    launch_by("test \"$1\" = --host && exit 1; " + std::string(kAllStarted) + "exit 205");
    write("hosts", "node1 slots=1\nnode2 slots=1\n");
    environment_["PBS_NODEFILE"] = path("hosts");
    const auto finished = run_step();
    EXPECT_TRUE(ended_with(75, finished));
    EXPECT_TRUE(says(finished.err, "no host answers: node1, node2; "));
    EXPECT_TRUE(says(finished.err, kGoesOn));
}

TEST_F(OwnLauncher, leaves_nothing_of_lost_ranks_running) {
    launch_by(std::string(kAllStarted) + "setsid sleep 100 & kill -9 $$", "max_restarts = 1\n");
    EXPECT_TRUE(ended_with(75, run_step()));  // and TearDown() looks for the sleeping ones
}

/// SIGTERM and the like, at a launcher that is `ready`.
class StoppedLauncher : public OwnLauncher {
protected:
    /// Sends the signals, each when the launcher has made the file of that name.
    Finished stop(const std::vector<std::pair<std::string, int>>& signals) {
        const auto running = start(command("run"));
        for (const auto& [file, number] : signals) {
            EXPECT_TRUE(wait_until([&, name = file] { return exists(name); }, 20s)) << file;
            running->signal(number);
        }
        return running->wait(30s);
    }
};

TEST_F(StoppedLauncher, hands_every_signal_on_as_one_that_ranks_get_to_see) {
    launch_by("trap 'echo 75 >>$PARALLEL_RUN_STATUS_FILE; exit 0' USR1;" + std::string(kReady));
    for (const auto number : {SIGTERM, SIGINT, SIGUSR1, SIGHUP}) {
        SCOPED_TRACE(number);
        fs::remove(path("ready"));
        const auto finished = stop({{"ready", number}});
        EXPECT_TRUE(ended_with(75, finished));
        EXPECT_EQ(count_of(finished.err, "\n"), 1U) << finished.err;
        EXPECT_TRUE(says(finished.err, ": no new mini-batches, finished rows"));
        EXPECT_TRUE(says(finished.err, kGoesOn));
    }
}

TEST_F(StoppedLauncher, is_completed_when_the_job_was_faster_than_the_signal) {
    launch_by("trap 'echo 0 >>$PARALLEL_RUN_STATUS_FILE; exit 0' USR1;" + std::string(kReady));
    EXPECT_TRUE(ended_with(0, stop({{"ready", SIGTERM}})));
}

TEST_F(StoppedLauncher, does_not_start_again_what_was_told_to_stop) {
    launch_by(kAllStarted + std::string(kReady));
    EXPECT_TRUE(ended_with(75, stop({{"ready", SIGTERM}})));
    EXPECT_EQ(starts(), 1U);
}

TEST_F(StoppedLauncher, is_ended_at_the_second_interrupt_and_killed_at_the_third) {
    launch_by("trap 'echo x >asked' USR1; trap 'echo x >ended' TERM;" + std::string(kReady));
    EXPECT_TRUE(ended_with(75, stop({{"ready", SIGINT}, {"asked", SIGINT}, {"ended", SIGINT}})));
}

TEST_F(StoppedLauncher, is_ended_when_the_grace_is_over) {
    launch_by("trap : USR1;" + std::string(kReady), "grace_seconds = 0.1\n");
    const auto finished = stop({{"ready", SIGTERM}});
    EXPECT_TRUE(ended_with(75, finished));
    EXPECT_TRUE(says(finished.err, "ending the ranks"));
}

/// With real ranks, whose first attempts wait.
class LosingRanks : public WholeTest {
protected:
    LosingRanks() {
        make_files("data", 12);
        fs::create_directories(path("meet"));
        make_step(entry_script("waits"),
                  "mini_batch_size = 1\nprocess_count_per_node = 3\n"
                  "arguments = --meet " +
                      path("meet") + "\n");
        for (int i = 0; i < 12; ++i) all_.push_back(std::to_string(i) + " 1");
        std::sort(all_.begin(), all_.end());
    }
    /// Waits until `count` attempts have begun, and returns the worker processes that run them.
    [[nodiscard]] std::vector<pid_t> waiting(std::size_t count) const {
        std::vector<pid_t> workers;
        EXPECT_TRUE(wait_until(
            [&] {
                workers.clear();
                for (const auto& entry : fs::directory_iterator(path("meet"))) {
                    const auto name = entry.path().filename().string();
                    if (name[0] != '.') workers.push_back(std::atoi(read("meet/" + name).c_str()));
                }
                return workers.size() >= count;
            },
            30s));
        return workers;
    }
    void forget_waiting() const {
        for (const auto& entry : fs::directory_iterator(path("meet"))) fs::remove(entry.path());
    }
    void go() const { write("meet/go", ""); }

    Words all_;  ///< the rows
};

pid_t parent_of(pid_t pid) {
    std::ifstream status("/proc/" + std::to_string(pid) + "/status");
    for (std::string word; status >> word;) {
        if (word == "PPid:" && status >> pid) return pid;
    }
    ADD_FAILURE() << "there is no process " << pid;
    return ::getpid();
}

/// The rank that a worker process works for: between them is the spawner.
pid_t rank_of(pid_t worker) { return parent_of(parent_of(worker)); }

TEST_F(LosingRanks, goes_on_with_the_same_ranks_when_one_is_killed) {
    const auto running = start(command("run"));
    const auto workers = waiting(3);
    forget_waiting();
    ::kill(rank_of(workers.back()), SIGKILL);
    (void)waiting(3);
    go();
    const auto finished = running->wait(60s);
    EXPECT_TRUE(ended_with(0, finished));
    EXPECT_TRUE(says(finished.err, "starting the ranks again (1 of 3)"));
    EXPECT_EQ(rows(), all_);
}

TEST_F(LosingRanks, is_to_be_gone_on_with_after_a_signal) {
    const auto running = start(command("run", {"--grace_seconds", "1"}));
    (void)waiting(3);
    running->signal(SIGTERM);
    EXPECT_TRUE(ended_with(75, running->wait(60s)));
    EXPECT_FALSE(exists("out/parallel_run_step.txt"));
    go();
    EXPECT_TRUE(ended_with(0, run_step()));
    EXPECT_EQ(rows(), all_);
}

TEST_F(LosingRanks, ends_at_once_at_the_second_interrupt) {
    const auto running = start(command("run", {"--grace_seconds", "1000"}));
    (void)waiting(3);
    running->signal(SIGINT);
    const auto was_told = [&] { return says(read("said/0.err"), "stopping by SIGINT: "); };
    EXPECT_TRUE(wait_until(was_told, 20s));
    running->signal(SIGINT);
    EXPECT_TRUE(ended_with(75, running->wait(60s)));
}

}  // namespace parallel_run::whole
