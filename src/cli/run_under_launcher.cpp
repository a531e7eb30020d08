// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "base/error.hpp"
#include "base/unique_fd.hpp"
#include "cli/launcher.hpp"

namespace parallel_run::cli {

namespace {

constexpr std::array kForwarded = {SIGINT, SIGTERM, SIGUSR1, SIGHUP};

bool is_ignored(int signal) {
    struct sigaction action {};
    ::sigaction(signal, nullptr, &action);
    return action.sa_handler == SIG_IGN;
}

/// Blocks the signals that wait() is to take, and unblocks them at the end. A signal that is
/// ignored stays so (nohup).
class SignalsInHand {
public:
    SignalsInHand() {
        ::sigemptyset(&taken_);
        ::sigaddset(&taken_, SIGCHLD);
        for (const auto signal : kForwarded) {
            if (!is_ignored(signal)) ::sigaddset(&taken_, signal);
        }
        // An ignored SIGCHLD, which a parent may have left to us, would take the exit status away.
        struct sigaction by_default {};
        by_default.sa_handler = SIG_DFL;
        ::sigaction(SIGCHLD, &by_default, &child_action_before_);
        ::pthread_sigmask(SIG_BLOCK, &taken_, &mask_before_);
    }
    ~SignalsInHand() {
        ::pthread_sigmask(SIG_SETMASK, &mask_before_, nullptr);
        ::sigaction(SIGCHLD, &child_action_before_, nullptr);
    }
    SignalsInHand(const SignalsInHand&) = delete;
    SignalsInHand& operator=(const SignalsInHand&) = delete;

    [[nodiscard]] const sigset_t& mask_before() const { return mask_before_; }
    [[nodiscard]] int wait() const {
        int signal = 0;
        while (::sigwait(&taken_, &signal) != 0) {
        }
        return signal;
    }

private:
    sigset_t taken_{};
    sigset_t mask_before_{};
    struct sigaction child_action_before_ {};
};

std::vector<char*> pointers_to(std::vector<std::string>& texts) {
    std::vector<char*> pointers;
    for (auto& text : texts) pointers.push_back(text.data());
    pointers.push_back(nullptr);
    return pointers;
}

std::vector<std::string> environment_with(const Environment& additions) {
    auto environment = current_environment();
    for (const auto& [name, value] : additions) environment[name] = value;
    std::vector<std::string> texts;
    for (const auto& [name, value] : environment) texts.push_back(name + "=" + value);
    return texts;
}

/// In the new process: becomes the command, or returns with errno set.
void become(std::vector<char*> words, std::vector<char*> environment, const sigset_t& mask,
            pid_t parent) {
    // Killed without a chance to say so, we take the launcher along, and it the ranks.
    ::prctl(PR_SET_PDEATHSIG, SIGTERM);
    if (::getppid() != parent) ::_exit(1);  // it died before the line above
    ::setpgid(0, 0);
    const int nothing = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
    if (nothing < 0 || ::dup2(nothing, STDIN_FILENO) < 0) return;
    ::pthread_sigmask(SIG_SETMASK, &mask, nullptr);
    ::execvpe(words.front(), words.data(), environment.data());
}

pid_t start(const LaunchCommand& command, const sigset_t& mask) {
    auto words = command.words;
    auto environment = environment_with(command.additions);
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) {
        throw base::EnvironmentError(base::system_error_text("cannot make a pipe", errno));
    }
    const base::UniqueFd verdict(ends[0]);
    base::UniqueFd told(ends[1]);
    const auto parent = ::getpid();
    const pid_t child = ::fork();
    if (child == 0) {
        become(pointers_to(words), pointers_to(environment), mask, parent);
        const int error = errno;
        [[maybe_unused]] const auto sent = ::write(told.get(), &error, sizeof error);
        ::_exit(127);
    }
    int error = errno;
    told.reset();
    if (child > 0 && ::read(verdict.get(), &error, sizeof error) == 0) {
        return child;  // the pipe closed without a word: it is the command now
    }
    if (child > 0) ::waitpid(child, nullptr, 0);
    throw base::EnvironmentError(
        base::system_error_text("cannot start " + command.words.front(), error));
}

}  // namespace

int run_under_launcher(const LaunchCommand& command) {
    const SignalsInHand signals;
    const auto child = start(command, signals.mask_before());
    for (;;) {
        const auto signal = signals.wait();
        if (signal != SIGCHLD) {
            ::kill(child, signal);
            continue;
        }
        int status = 0;
        const auto ended = ::waitpid(child, &status, WNOHANG);
        if (ended == 0 || (ended < 0 && errno == EINTR)) continue;
        if (ended < 0) throw base::EnvironmentError(base::system_error_text("waitpid", errno));
        return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    }
}

}  // namespace parallel_run::cli
