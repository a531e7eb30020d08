// SPDX-License-Identifier: Apache-2.0
// Whatever a script does to its process, the innocent mini-batches have their rows, and the job
// ends as it should.
#include "hostile.hpp"

#include <filesystem>

namespace parallel_run::whole {

namespace {

Deed at_bad(const std::string& name, const std::string& cause = "") {
    return {name, "hostile", "--deed " + name, cause};
}

Deed too_long(const std::string& name) {
    return {name, "hostile", "--deed " + name,
            "was killed: run() took longer than run_invocation_timeout = 0.5 s", "0.5"};
}

Deed at_end(const std::string& name, const std::string& cause = "") {
    return {name, "hostile_ends", "--deed " + name, cause};
}

/// In user/error/<node>, at the place "shutdown".
class HostileShutdown : public HostileScript {};
class DeadlyScript : public HostileScript {};
class UnrulyScript : public HostileScript {};

const auto kRanks = testing::Values(1, 2, 5);

}  // namespace

TEST_P(DeadlyScript, costs_its_mini_batch_and_no_other) {
    const auto finished = run(prepare());
    EXPECT_TRUE(ended_with(0, finished));
    expect_rows(false);
    EXPECT_TRUE(says(finished.err, "20 processed, 1 failed, 1 attempt repeated"));
    EXPECT_TRUE(says(finished.err, "20 succeeded, 1 failed"));
    expect_told(finished);
    expect_no_leftovers();
}

INSTANTIATE_TEST_SUITE_P(
    Runs, DeadlyScript,
    testing::Combine(
        testing::Values(
            at_bad("throw", "std::runtime_error: cannot do it"),
            at_bad("throw_in_a_thread",
                   "killed by signal 6 (Aborted): nobody caught std::runtime_error: cannot do it"),
            at_bad("crash", "killed by signal 11 (Segmentation fault)"),
            at_bad("ignore_signals_and_crash", "killed by signal 11 (Segmentation fault)"),
            at_bad("reset_signals_and_crash", "killed by signal 11 (Segmentation fault)"),
            at_bad("abort", "killed by signal 6 (Aborted)"),
            at_bad("exit_0", "exited with status 0"), at_bad("exit_3", "exited with status 3"),
            at_bad("exit_at_once", "exited with status 7"),
            at_bad("use_up_address_space", "std::bad_alloc"),
            at_bad("kill_itself", "killed by signal 9 (Killed), by somebody outside parallel-run"),
            at_bad("kill_its_group",
                   "killed by signal 9 (Killed), by somebody outside parallel-run"),
            // Each rank believes some times that it had not begun.
            Deed{"hide_that_it_began_and_abort", "scribbles",
                 "--where claim --what zeros --then crash", "killed by signal 6 (Aborted)"},
            too_long("loop"), too_long("hang_and_ignore_sigterm"), too_long("stop_itself")),
        kRanks),
    DeadlyScript::name_of);

TEST_P(UnrulyScript, is_left_to_it) {
    const auto finished = run(prepare());
    EXPECT_TRUE(ended_with(0, finished));
    expect_rows(true);
    EXPECT_TRUE(says(finished.err, "21 processed, 0 failed\n"));
    EXPECT_FALSE(exists("out/logs/user/error.txt"));
    if (exists("own")) {
        EXPECT_EQ(read("own"), "") << "bytes of ours";
    }
    expect_no_leftovers();
}

INSTANTIATE_TEST_SUITE_P(
    Runs, UnrulyScript,
    testing::Combine(testing::Values(at_bad("fork_and_forget"), at_bad("leave_a_daemon"),
                                     Deed{"take_all_descriptors", "hostile",
                                          "--own own --deed take_all_descriptors", ""},
                                     at_bad("change_directory"), at_bad("ignore_signals"),
                                     at_end("init_forks"), at_end("init_hangs_in_one_process"),
                                     Deed{"call_mpi", "calls_mpi", "", ""}),
                     kRanks),
    UnrulyScript::name_of);

TEST_P(HostileShutdown, fails_nothing_and_is_told) {
    const auto finished = run(prepare());
    EXPECT_TRUE(ended_with(0, finished));
    expect_rows(true);
    EXPECT_TRUE(says(finished.err, "21 processed, 0 failed\n"));
    EXPECT_TRUE(says(logged("user/error"), "|shutdown|"));
    EXPECT_TRUE(says(logged("user/error"), deed().cause));
    expect_no_leftovers();
}

INSTANTIATE_TEST_SUITE_P(
    Runs, HostileShutdown,
    testing::Combine(
        testing::Values(at_end("shutdown_throws", "std::runtime_error: cannot shut down"),
                        at_end("shutdown_crashes", "killed by signal 6 (Aborted)"),
                        at_end("shutdown_exits", "exited with status 3"),
                        at_end("shutdown_hangs", "was killed: it did not end after shutdown()")),
        kRanks),
    HostileShutdown::name_of);

}  // namespace parallel_run::whole
