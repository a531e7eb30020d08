// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <signal.h>
#include <sys/types.h>

#include <chrono>
#include <optional>

#include "cli/launcher.hpp"

namespace parallel_run::cli {

/// Holds back SIGCHLD and the signals that ask a job to stop (SIGINT, SIGTERM, SIGUSR1, SIGHUP), so
/// that wait() gets them, and puts everything back at its end. A signal that is ignored stays so
/// (nohup). For a process with one thread.
class SignalsInHand {
public:
    using Time = std::chrono::nanoseconds;  ///< of CLOCK_MONOTONIC

    SignalsInHand();
    ~SignalsInHand();
    SignalsInHand(const SignalsInHand&) = delete;
    SignalsInHand& operator=(const SignalsInHand&) = delete;

    static Time now();
    /// The next of them; nothing when it is `until` before one comes.
    [[nodiscard]] std::optional<int> wait(Time until) const;
    [[nodiscard]] const sigset_t& mask_before() const { return mask_before_; }

private:
    sigset_t taken_{};
    sigset_t mask_before_{};
    struct sigaction child_action_before_ {};
};

/// A command that was started in a process group of its own, so that Ctrl-C does not reach it, with
/// nothing to read. It gets a SIGTERM when this process is killed.
class Launched {
public:
    /// Throws base::EnvironmentError when it cannot be started.
    Launched(const LaunchCommand& command, const SignalsInHand& signals);
    /// Kills it with its group if it has not ended.
    ~Launched();
    Launched(const Launched&) = delete;
    Launched& operator=(const Launched&) = delete;

    /// Its exit status, 128 + n if signal n ended it; nothing while it runs. To be called when
    /// there was a SIGCHLD.
    std::optional<int> ended();
    /// SIGKILL goes to the whole group.
    void signal(int number) const;
    /// It had processes of its own, and none of them is alive any more. False where the kernel does
    /// not tell.
    [[nodiscard]] bool is_deserted() const;

private:
    pid_t pid_ = -1;
    std::optional<int> status_;
};

}  // namespace parallel_run::cli
