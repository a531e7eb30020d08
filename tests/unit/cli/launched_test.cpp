// SPDX-License-Identifier: Apache-2.0
#include "cli/launched.hpp"

#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <string>

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "base/unique_fd.hpp"

namespace parallel_run::cli {
namespace {

LaunchCommand shell(const std::string& script, const Environment& additions = {}) {
    return {{"sh", "-c", script}, additions};
}

int wait_for(Launched& command, const SignalsInHand& signals) {
    const auto deadline = SignalsInHand::now() + std::chrono::seconds(20);
    while (SignalsInHand::now() < deadline) {
        if (const auto status = command.ended()) return *status;
        (void)signals.wait(deadline);
    }
    return -1;
}

int run_shell(const std::string& script, const Environment& additions = {}) {
    const SignalsInHand signals;
    Launched command(shell(script, additions), signals);
    return wait_for(command, signals);
}

TEST(Launched, has_an_exit_status) {
    EXPECT_EQ(run_shell("exit 0"), 0);
    EXPECT_EQ(run_shell("exit 75"), 75);
}

TEST(Launched, has_128_and_the_signal_that_ended_it) {
    EXPECT_EQ(run_shell("kill -KILL $$"), 128 + SIGKILL);
}

TEST(Launched, has_more_in_its_environment) {
    EXPECT_EQ(run_shell(R"(test "$ADDED" = "a b" -a -n "$PATH")", {{"ADDED", "a b"}}), 0);
}

TEST(Launched, has_nothing_to_read) { EXPECT_EQ(run_shell("! read line"), 0); }

TEST(Launched, prints_nowhere_when_it_is_quiet) {
    const SignalsInHand signals;
    auto command =
        shell("for n in 1 2; do test $(readlink /proc/$$/fd/$n) = /dev/null || exit 1; done");
    command.quiet = true;
    Launched launched(command, signals);
    EXPECT_EQ(wait_for(launched, signals), 0);
}

TEST(Launched, says_what_cannot_be_started) {
    const SignalsInHand signals;
    try {
        const Launched command({{"no-such-launcher"}, {}}, signals);
        FAIL() << "started";
    } catch (const base::EnvironmentError& error) {
        EXPECT_STREQ(error.what(), "cannot start no-such-launcher: No such file or directory");
    }
}

/// A pipe whose other end commands have: it says that they are ready, and closes with them.
class LaunchedShell : public ::testing::Test {
protected:
    LaunchedShell() {
        int ends[2] = {-1, -1};
        EXPECT_EQ(::pipe(ends), 0);
        from_shell_.reset(ends[0]);
        to_test_.reset(ends[1]);
    }
    [[nodiscard]] std::string say_ready() const {
        return "printf . >&" + std::to_string(to_test_.get()) + "; ";
    }
    void wait_until_ready() const {
        char byte = 0;
        EXPECT_EQ(::read(from_shell_.get(), &byte, 1), 1);
    }
    void wait_until_all_are_gone() {
        to_test_.reset();
        pollfd waiting{from_shell_.get(), POLLIN, 0};
        char byte = 0;
        ASSERT_EQ(::poll(&waiting, 1, 10'000), 1);
        EXPECT_EQ(::read(from_shell_.get(), &byte, 1), 0);
    }

    base::UniqueFd from_shell_;
    base::UniqueFd to_test_;
};

TEST_F(LaunchedShell, ends_when_we_are_killed) {
    const pid_t front = ::fork();
    if (front == 0) {
        run_shell(say_ready() + "exec sleep 100");
        ::_exit(0);
    }
    wait_until_ready();
    ::kill(front, SIGKILL);
    ::waitpid(front, nullptr, 0);
    wait_until_all_are_gone();
}

TEST_F(LaunchedShell, is_killed_with_its_group_when_it_is_given_up) {
    {
        const SignalsInHand signals;
        const Launched command(shell("sleep 100 & " + say_ready() + "wait"), signals);
        wait_until_ready();
    }
    wait_until_all_are_gone();
}

TEST_F(LaunchedShell, gets_a_signal_that_we_send) {
    const SignalsInHand signals;
    Launched command(shell("trap 'exit 9' USR1; " + say_ready() + "while :; do sleep 0.01; done"),
                     signals);
    wait_until_ready();
    command.signal(SIGUSR1);
    EXPECT_EQ(wait_for(command, signals), 9);
    command.signal(SIGKILL);  // goes nowhere by now
}

TEST_F(LaunchedShell, is_deserted_once_all_that_it_started_has_ended) {
    const SignalsInHand signals;
    const Launched command(shell("(exit); " + say_ready() + "exec sleep 100"), signals);
    wait_until_ready();
    EXPECT_TRUE(command.is_deserted());
}

TEST_F(LaunchedShell, is_not_deserted_before_it_started_anything) {
    const SignalsInHand signals;
    const Launched command(shell(say_ready() + "exec sleep 100"), signals);
    wait_until_ready();
    EXPECT_FALSE(command.is_deserted());
}

TEST_F(LaunchedShell, is_not_deserted_while_a_child_lives) {
    const SignalsInHand signals;
    const Launched command(shell("(exit); sleep 100 & " + say_ready() + "exec sleep 100"), signals);
    wait_until_ready();
    EXPECT_FALSE(command.is_deserted());
}

TEST_F(LaunchedShell, is_deserted_when_its_children_are_zombies) {
    const SignalsInHand signals;
    // The child ends when the shell, which would wait for it, has become another program.
    const Launched command(shell("(while grep -q '^sh$' /proc/$$/comm; do :; done) & " +
                                 say_ready() + "exec sleep 100"),
                           signals);
    wait_until_ready();
    const auto deadline = SignalsInHand::now() + std::chrono::seconds(20);
    while (!command.is_deserted()) ASSERT_LT(SignalsInHand::now(), deadline);
}

TEST_F(LaunchedShell, may_lose_children_while_one_looks) {
    const SignalsInHand signals;
    const Launched command(shell(say_ready() + "while :; do (exit); done"), signals);
    wait_until_ready();
    for (int look = 0; look < 2000; ++look) {
        ASSERT_NO_THROW(static_cast<void>(command.is_deserted()));
    }
}

TEST(Launched, is_not_deserted_when_it_has_ended) {
    const SignalsInHand signals;
    Launched command(shell("(exit)"), signals);
    EXPECT_EQ(wait_for(command, signals), 0);
    EXPECT_FALSE(command.is_deserted());
}

class Signal : public ::testing::TestWithParam<int> {};

TEST_P(Signal, comes_to_hand) {
    const SignalsInHand signals;
    ::raise(GetParam());
    EXPECT_EQ(signals.wait(SignalsInHand::now() + std::chrono::seconds(10)), GetParam());
}

TEST_P(Signal, stays_ignored) {
    ::signal(GetParam(), SIG_IGN);
    {
        const SignalsInHand signals;
        ::raise(GetParam());
        EXPECT_EQ(signals.wait(SignalsInHand::now()), std::nullopt);
    }
    ::signal(GetParam(), SIG_DFL);
}

INSTANTIATE_TEST_SUITE_P(ThatStops, Signal, ::testing::Values(SIGINT, SIGTERM, SIGUSR1, SIGHUP));

TEST(SignalsInHand, leaves_signals_as_they_were) {
    sigset_t before;
    ::pthread_sigmask(SIG_SETMASK, nullptr, &before);
    run_shell("exit 0");
    sigset_t after;
    ::pthread_sigmask(SIG_SETMASK, nullptr, &after);
    EXPECT_EQ(::sigismember(&after, SIGTERM), ::sigismember(&before, SIGTERM));
    EXPECT_EQ(::sigismember(&after, SIGCHLD), ::sigismember(&before, SIGCHLD));
}

TEST(SignalsInHand, waits_no_longer_than_asked_for) {
    const SignalsInHand signals;
    const auto until = SignalsInHand::now() + std::chrono::milliseconds(5);
    EXPECT_EQ(signals.wait(until), std::nullopt);
    EXPECT_GE(SignalsInHand::now(), until);
}

}  // namespace
}  // namespace parallel_run::cli
