// SPDX-License-Identifier: Apache-2.0
#include "cli/launch_policy.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <csignal>
#include <cstring>

#include "base/exit_status.hpp"

namespace parallel_run::cli {

namespace {

/// By what people and machines send, unlike the signal of a program's own fault.
bool was_killed(int launcher_status) {
    constexpr std::array sent_by_others = {SIGHUP, SIGINT, SIGTERM, SIGKILL};
    return std::any_of(sent_by_others.begin(), sent_by_others.end(),
                       [&](int signal) { return launcher_status == 128 + signal; });
}

}  // namespace

std::optional<Stopping::Stage> Stopping::on_signal(int signal, Time now) {
    if (begun() && signal != SIGINT) return std::nullopt;
    if (stage_ == Stage::killed) return std::nullopt;
    return advance(now);
}

std::optional<Stopping::Stage> Stopping::on_time(Time now) {
    if (now < deadline_) return std::nullopt;
    return advance(now);
}

Stopping::Stage Stopping::advance(Time now) {
    switch (stage_) {
        case Stage::none:
            stage_ = Stage::asked;
            deadline_ = now + grace_ + kLeaveTime;
            break;
        case Stage::asked:
            stage_ = Stage::ended;
            deadline_ = now + kLeaveTime;
            break;
        case Stage::ended:
        case Stage::killed:
            stage_ = Stage::killed;
            deadline_ = Time::max();
            break;
    }
    return stage_;
}

int signal_of(Stopping::Stage stage) {
    switch (stage) {
        case Stopping::Stage::none: return 0;
        case Stopping::Stage::asked: return SIGUSR1;
        case Stopping::Stage::ended: return SIGTERM;
        case Stopping::Stage::killed: return SIGKILL;
    }
    return 0;
}

std::optional<int> Desertion::on_look(Look look, Time now) {
    if (look == Look::needed) {
        since_.reset();
        return std::nullopt;
    }
    since_ = since_.value_or(now);
    const auto lasts = now - *since_;
    auto due = 0;
    if (lasts >= limit_) due = SIGTERM;
    if (lasts >= limit_ + Stopping::kLeaveTime) due = SIGKILL;
    if (due == 0 || due == signal_) return std::nullopt;
    if (signal_ == 0) over_ = look == Look::over;
    signal_ = due;
    return due;
}

int Desertion::judged(int launcher_status) const {
    if (signal_ == 0) return launcher_status;
    return over_ ? 0 : 128 + signal_;
}

std::optional<int> status_in(std::string_view text) {
    int status = 0;
    const auto [rest, error] = std::from_chars(text.data(), text.data() + text.size(), status);
    return error == std::errc{} ? std::optional(status) : std::nullopt;
}

RanksLeft read_ranks_left(const std::optional<std::string>& text, int launcher_status) {
    if (!text) return {was_killed(launcher_status), std::nullopt};
    const auto status = status_in(*text);
    if (launcher_status == 0) return {true, status.value_or(base::kCompleted)};
    if (status == base::kStopped) return {true, std::nullopt};
    return {true, status};
}

Next what_next(const RanksLeft& left, bool stopping, const HostCount& hosts, std::uint32_t restarts,
               std::uint32_t max_restarts) {
    if (left.status) return Next::end;
    if (stopping) return Next::stop;
    // Trying again does not make a launcher work.
    if (!left.lost && restarts == 0 && hosts.lost == 0) return Next::fail;
    if (hosts.left == 0 && hosts.lost > 0) return Next::no_host;
    return restarts < max_restarts ? Next::again : Next::give_up;
}

std::string status_text(int launcher_status) {
    auto text = "status " + std::to_string(launcher_status);
    const auto signal = launcher_status - 128;
    if (signal > 0 && signal < SIGRTMIN) {
        text += " (signal " + std::to_string(signal) + ", " + ::strsignal(signal) + ")";
    }
    return text;
}

}  // namespace parallel_run::cli
