// SPDX-License-Identifier: Apache-2.0
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <thread>

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "base/unique_fd.hpp"
#include "cli/launcher.hpp"

namespace parallel_run::cli {
namespace {

int run_shell(const std::string& script, const Environment& additions = {}) {
    return run_under_launcher({{"sh", "-c", script}, additions});
}

TEST(RunUnderLauncher, returns_the_exit_status) {
    EXPECT_EQ(run_shell("exit 0"), 0);
    EXPECT_EQ(run_shell("exit 75"), 75);
}

TEST(RunUnderLauncher, returns_128_and_the_signal_that_ended_the_command) {
    EXPECT_EQ(run_shell("kill -KILL $$"), 128 + SIGKILL);
}

TEST(RunUnderLauncher, adds_to_the_environment) {
    EXPECT_EQ(run_shell(R"(test "$ADDED" = "a b" -a -n "$PATH")", {{"ADDED", "a b"}}), 0);
}

TEST(RunUnderLauncher, gives_nothing_to_read) { EXPECT_EQ(run_shell("! read line"), 0); }

TEST(RunUnderLauncher, says_what_cannot_be_started) {
    try {
        run_under_launcher({{"no-such-launcher"}, {}});
        FAIL() << "started";
    } catch (const base::EnvironmentError& error) {
        EXPECT_STREQ(error.what(), "cannot start no-such-launcher: No such file or directory");
    }
}

TEST(RunUnderLauncher, takes_the_command_along_when_it_is_killed) {
    int ends[2] = {-1, -1};
    ASSERT_EQ(::pipe(ends), 0);
    const base::UniqueFd from_shell(ends[0]);
    base::UniqueFd to_test(ends[1]);
    const pid_t front = ::fork();
    if (front == 0) {
        run_shell("echo > /dev/fd/" + std::to_string(to_test.get()) + "; exec sleep 100");
        ::_exit(0);
    }
    to_test.reset();
    char byte = 0;
    ASSERT_EQ(::read(from_shell.get(), &byte, 1), 1);

    ::kill(front, SIGKILL);
    ::waitpid(front, nullptr, 0);
    // Its end of the pipe closes when the command is gone.
    pollfd waiting{from_shell.get(), POLLIN, 0};
    ASSERT_EQ(::poll(&waiting, 1, 10'000), 1);
    EXPECT_EQ(::read(from_shell.get(), &byte, 1), 0);
}

/// A pipe on which a shell says that its trap is set.
class Signal : public ::testing::TestWithParam<int> {
protected:
    Signal() {
        int ends[2] = {-1, -1};
        EXPECT_EQ(::pipe(ends), 0);
        from_shell_.reset(ends[0]);
        to_test_.reset(ends[1]);
    }
    void wait_for_shell() const {
        char byte = 0;
        EXPECT_EQ(::read(from_shell_.get(), &byte, 1), 1);
    }

    base::UniqueFd from_shell_;
    base::UniqueFd to_test_;
};

TEST_P(Signal, reaches_the_command_and_not_us) {
    const auto number = std::to_string(GetParam());
    const auto runner = ::pthread_self();
    std::thread sender([&] {
        wait_for_shell();
        ::pthread_kill(runner, GetParam());
    });
    const auto script = "trap 'exit 9' " + number + "; printf . >&" +
                        std::to_string(to_test_.get()) + "; while :; do sleep 0.01; done";
    EXPECT_EQ(run_shell(script), 9);
    sender.join();
}

INSTANTIATE_TEST_SUITE_P(Forwarded, Signal, ::testing::Values(SIGINT, SIGTERM, SIGUSR1, SIGHUP));

TEST(RunUnderLauncher, leaves_signals_as_they_were) {
    sigset_t before;
    ::pthread_sigmask(SIG_SETMASK, nullptr, &before);
    run_shell("exit 0");
    sigset_t after;
    ::pthread_sigmask(SIG_SETMASK, nullptr, &after);
    EXPECT_EQ(::sigismember(&after, SIGTERM), ::sigismember(&before, SIGTERM));
    EXPECT_EQ(::sigismember(&after, SIGCHLD), ::sigismember(&before, SIGCHLD));
}

}  // namespace
}  // namespace parallel_run::cli
