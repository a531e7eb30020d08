// SPDX-License-Identifier: Apache-2.0
#include "orchestrator/signal_watch.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>

#include "base/error.hpp"
#include "base/exit_status.hpp"

namespace parallel_run::orchestrator {

namespace {

std::atomic<int> writing_end = -1;
std::atomic<bool> any_came = false;

extern "C" void note_signal(int number) {
    if (any_came.exchange(true) && number == SIGINT) ::_exit(base::kStopped);
    const int before = errno;
    const auto byte = static_cast<unsigned char>(number);
    [[maybe_unused]] const auto sent = ::write(writing_end.load(), &byte, 1);
    errno = before;
}

}  // namespace

SignalWatch::SignalWatch() {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC | O_NONBLOCK) != 0) {
        throw base::EnvironmentError(base::system_error_text("cannot make a pipe", errno));
    }
    reading_ = base::UniqueFd(ends[0]);
    writing_end = ends[1];  // stays open: a signal may come at any time
    for (const auto number : {SIGTERM, SIGINT, SIGUSR1}) {
        struct sigaction action {};
        ::sigaction(number, nullptr, &action);
        if (action.sa_handler == SIG_IGN) continue;
        action = {};
        action.sa_handler = note_signal;
        action.sa_flags = SA_RESTART;
        ::sigaction(number, &action, nullptr);
    }
}

std::optional<int> SignalWatch::take() {
    unsigned char byte = 0;
    if (::read(reading_.get(), &byte, 1) != 1) return std::nullopt;
    return byte;
}

}  // namespace parallel_run::orchestrator
