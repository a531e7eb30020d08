// SPDX-License-Identifier: Apache-2.0
#include "cli/launched.hpp"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <ctime>
#include <sstream>

#include "base/error.hpp"
#include "base/read_file.hpp"
#include "base/unique_fd.hpp"
#include "worker/descendants.hpp"

namespace parallel_run::cli {

namespace {

constexpr std::array kStopping = {SIGINT, SIGTERM, SIGUSR1, SIGHUP};

bool is_ignored(int signal) {
    struct sigaction action {};
    ::sigaction(signal, nullptr, &action);
    return action.sa_handler == SIG_IGN;
}

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

bool redirect(int number, int flags) {
    const int nothing = ::open("/dev/null", flags | O_CLOEXEC);
    return nothing >= 0 && ::dup2(nothing, number) >= 0;
}

/// In the new process: becomes the command, or returns with errno set.
void become(std::vector<char*> words, std::vector<char*> environment, bool quiet,
            const sigset_t& mask, pid_t parent) {
    // Killed without a chance to say so, we take the launcher along, and it the ranks.
    ::prctl(PR_SET_PDEATHSIG, SIGTERM);
    if (::getppid() != parent) ::_exit(1);  // it died before the line above
    ::setpgid(0, 0);
    if (!redirect(STDIN_FILENO, O_RDONLY)) return;
    if (quiet && !(redirect(STDOUT_FILENO, O_WRONLY) && redirect(STDERR_FILENO, O_WRONLY))) return;
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
        become(pointers_to(words), pointers_to(environment), command.quiet, mask, parent);
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

struct ProcessState {
    char letter = 'X';
    std::uint64_t page_faults_of_reaped = 0;  ///< of children that it has waited for
};

ProcessState state_of(pid_t pid) {
    const auto text = base::content_of("/proc/" + std::to_string(pid) + "/stat");
    // Behind the name, in which anything may stand.
    std::istringstream fields(text.substr(text.rfind(')') + 1));
    ProcessState state;
    fields >> state.letter;
    std::string between;
    for (int i = 0; i < 7; ++i) fields >> between;
    fields >> state.page_faults_of_reaped;
    return state;
}

bool lives(pid_t pid) {
    const auto letter = state_of(pid).letter;
    return letter != 'Z' && letter != 'X';
}

}  // namespace

SignalsInHand::SignalsInHand() {
    ::sigemptyset(&taken_);
    ::sigaddset(&taken_, SIGCHLD);
    for (const auto signal : kStopping) {
        if (!is_ignored(signal)) ::sigaddset(&taken_, signal);
    }
    // An ignored SIGCHLD, which a parent may have left to us, would take the exit status away.
    struct sigaction by_default {};
    by_default.sa_handler = SIG_DFL;
    ::sigaction(SIGCHLD, &by_default, &child_action_before_);
    ::pthread_sigmask(SIG_BLOCK, &taken_, &mask_before_);
}

SignalsInHand::~SignalsInHand() {
    ::pthread_sigmask(SIG_SETMASK, &mask_before_, nullptr);
    ::sigaction(SIGCHLD, &child_action_before_, nullptr);
}

SignalsInHand::Time SignalsInHand::now() {
    return std::chrono::steady_clock::now().time_since_epoch();
}

std::optional<int> SignalsInHand::wait(Time until) const {
    for (;;) {
        // Bounded, since Time::max() may be more than a time_t can say.
        const auto left = std::clamp<Time>(until - now(), Time(0), std::chrono::hours(1));
        const auto whole = std::chrono::duration_cast<std::chrono::seconds>(left);
        const timespec limit{whole.count(), (left - whole).count()};
        const int signal = ::sigtimedwait(&taken_, nullptr, &limit);
        if (signal > 0) return signal;
        if (now() >= until) return std::nullopt;
    }
}

Launched::Launched(const LaunchCommand& command, const SignalsInHand& signals)
    : pid_(start(command, signals.mask_before())) {}

Launched::~Launched() {
    if (ended()) return;
    signal(SIGKILL);
    while (::waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {
    }
}

std::optional<int> Launched::ended() {
    if (status_) return status_;
    int status = 0;
    if (::waitpid(pid_, &status, WNOHANG) != pid_) return std::nullopt;
    status_ = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    return status_;
}

void Launched::signal(int number) const {
    if (status_) return;
    ::kill(number == SIGKILL ? -pid_ : pid_, number);
}

bool Launched::is_deserted() const {
    const auto ours = worker::children();
    const bool can_tell = std::find(ours.begin(), ours.end(), pid_) != ours.end();
    if (status_ || !can_tell) return false;
    const auto children = worker::children_of(pid_);
    if (std::any_of(children.begin(), children.end(), lives)) return false;
    // A child that came and went between two looks left page faults: no process ends without.
    return !children.empty() || state_of(pid_).page_faults_of_reaped > 0;
}

}  // namespace parallel_run::cli
