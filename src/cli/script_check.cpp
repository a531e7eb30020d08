// SPDX-License-Identifier: Apache-2.0
#include "cli/script_check.hpp"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <optional>

#include "base/error.hpp"
#include "base/unique_fd.hpp"
#include "entry_host/check.hpp"

namespace parallel_run::cli {

namespace {

using Clock = std::chrono::steady_clock;

/// Of an answer; what comes after that is no reason any more.
constexpr std::size_t kMaxAnswer = 64 << 10;

/// How often to look whether the process has ended; the second once it closed the pipe.
constexpr auto kLookEvery = std::chrono::milliseconds(20);
constexpr auto kLookAtEnd = std::chrono::milliseconds(1);

/// The process that loads the script, killed if it still runs at the end.
class Loading {
public:
    Loading(std::string worker_program, std::string script) {
        std::array<int, 2> ends{};
        if (::pipe2(ends.data(), O_CLOEXEC) != 0) refuse("cannot make a pipe", errno);
        answer_ = base::UniqueFd(ends[0]);
        const base::UniqueFd answering(ends[1]);
        std::string word = "--check";
        std::array<char*, 4> words{worker_program.data(), word.data(), script.data(), nullptr};
        posix_spawn_file_actions_t actions;
        posix_spawn_file_actions_init(&actions);
        posix_spawn_file_actions_adddup2(&actions, answering.get(), STDOUT_FILENO);
        const int error = ::posix_spawn(&pid_, words[0], &actions, nullptr, words.data(), environ);
        posix_spawn_file_actions_destroy(&actions);
        if (error != 0) refuse("cannot start " + worker_program, error);
    }
    Loading(const Loading&) = delete;
    Loading& operator=(const Loading&) = delete;
    ~Loading() {
        if (pid_ == 0) return;
        ::kill(pid_, SIGKILL);
        while (::waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {
        }
    }

    /// Hears what the process says; its wait status, or nothing if it has not ended by then.
    std::optional<int> wait(Clock::time_point until) {
        // A child of the script may hold the pipe open for ever, so its end is no sign.
        while (Clock::now() < until) {
            hear(answer_ ? kLookEvery : kLookAtEnd);
            int status = 0;
            if (::waitpid(pid_, &status, WNOHANG) != pid_) continue;
            pid_ = 0;
            while (hear(std::chrono::milliseconds(0)) && text_.size() < kMaxAnswer) {
            }
            return status;
        }
        return std::nullopt;
    }

    [[nodiscard]] const std::string& answer() const { return text_; }

private:
    [[noreturn]] static void refuse(const std::string& what, int code) {
        throw base::EnvironmentError(base::system_error_text(what, code));
    }

    /// Returns whether it said something.
    bool hear(std::chrono::milliseconds patience) {
        pollfd ready{answer_.get(), POLLIN, 0};
        if (::poll(&ready, 1, static_cast<int>(patience.count())) <= 0) return false;
        std::array<char, 4096> part{};
        const auto size = ::read(answer_.get(), part.data(), part.size());
        if (size <= 0) {
            answer_.reset();
            return false;
        }
        if (text_.size() < kMaxAnswer) text_.append(part.data(), static_cast<std::size_t>(size));
        return true;
    }

    pid_t pid_ = 0;
    base::UniqueFd answer_;
    std::string text_;
};

std::string advice_for(int signal) {
    if (signal == SIGBUS) {
        return "the file is probably damaged, as by a copy that was cut short: build or copy it "
               "again";
    }
    return "look at the constructors of its global objects";
}

int wait_with_a_word(Loading& loading, const std::string& script, const LoadingLimits& limits) {
    const auto began = Clock::now();
    if (const auto status = loading.wait(began + limits.silence)) return *status;
    std::fprintf(stderr, "parallel-run: waiting for entry script %s to load\n", script.c_str());
    if (const auto status = loading.wait(began + limits.patience)) return *status;
    throw base::UsageError(
        "entry script " + script + ": loading it did not end within " +
        std::to_string(std::chrono::ceil<std::chrono::seconds>(limits.patience).count()) +
        " s; look at the constructors of its global objects: what may wait "
        "belongs into init()");
}

}  // namespace

void check_script(const std::string& worker_program, const std::string& script,
                  const LoadingLimits& limits) {
    Loading loading(worker_program, script);
    const int status = wait_with_a_word(loading, script, limits);
    auto answer = loading.answer();
    while (!answer.empty() && answer.back() == '\n') answer.pop_back();
    const auto subject = "entry script " + script + ": ";
    if (WIFSIGNALED(status)) {
        const int signal = WTERMSIG(status);
        throw base::UsageError(subject + "loading it ended by signal " + std::to_string(signal) +
                               " (" + ::strsignal(signal) + "); " + advice_for(signal));
    }
    if (status == 0 && answer == entry_host::kLoaded) return;
    if (status != 0 && !answer.empty()) throw base::UsageError(answer);
    throw base::UsageError(subject + "loading it ended the process with status " +
                           std::to_string(WEXITSTATUS(status)) +
                           "; does the constructor of a global object call exit()?");
}

}  // namespace parallel_run::cli
