// SPDX-License-Identifier: Apache-2.0
#include "orchestrator/progress.hpp"

#include <algorithm>
#include <cstdio>

#include <fmt/format.h>

#include "base/size.hpp"
#include "base/time_format.hpp"
#include "logging/progress_bar.hpp"

namespace parallel_run::orchestrator {

namespace {

using namespace std::chrono_literals;
using base::format_count;
using base::format_duration;

constexpr auto kTerminalPause = 100ms;
constexpr auto kFirstLogPause = 5s;
constexpr auto kLongestLogPause = 60s;
constexpr std::size_t kMaxBar = 30;

double rate(std::uint64_t count, std::chrono::nanoseconds elapsed) {
    const auto seconds = std::chrono::duration<double>(elapsed).count();
    return seconds > 0 ? static_cast<double>(count) / seconds : 0;
}

std::string of_total(const ProgressState& state) {
    return state.planning_done ? " of " + format_count(state.counts.planned)
                               : " of at least " + format_count(state.counts.planned);
}

std::uint64_t items_ended(const scheduling::Counts& counts) {
    return counts.items_succeeded + counts.items_failed;
}

}  // namespace

double mini_batch_rate(const ProgressState& state) {
    return rate(state.counts.resolved() - state.before.resolved(), state.elapsed);
}

double item_rate(const ProgressState& state) {
    return rate(items_ended(state.counts) - items_ended(state.before), state.elapsed);
}

std::optional<std::chrono::nanoseconds> time_left(const ProgressState& state) {
    const auto done = state.counts.resolved() - state.before.resolved();
    const auto open = state.counts.planned - state.counts.resolved();
    if (!state.planning_done || done == 0 || open == 0) return std::nullopt;
    const auto share = static_cast<double>(open) / static_cast<double>(done);
    return std::chrono::nanoseconds(
        static_cast<std::int64_t>(static_cast<double>(state.elapsed.count()) * share));
}

std::string progress_bar_line(const ProgressState& state, std::size_t width) {
    const auto& counts = state.counts;
    auto text = fmt::format("{}{} mini-batches  {:.4g} items/s", format_count(counts.resolved()),
                            of_total(state), item_rate(state));
    if (counts.items_failed > 0)
        text += fmt::format("  {} failed", format_count(counts.items_failed));
    if (const auto left = time_left(state)) text += "  " + format_duration(*left) + " left";

    constexpr std::size_t kAroundBar = 10;  // brackets, percentage, spaces
    if (state.planning_done && text.size() + kAroundBar + 10 <= width) {
        const auto share = counts.planned == 0 ? 1.0
                                               : static_cast<double>(counts.resolved()) /
                                                     static_cast<double>(counts.planned);
        const auto room = std::min(kMaxBar, width - text.size() - kAroundBar);
        text = logging::progress_bar(share, room) + "  " + text;
    }
    text.resize(std::min(text.size(), width));
    return text;
}

std::string progress_log_line(const ProgressState& state,
                              std::chrono::system_clock::time_point now) {
    auto line = fmt::format("{} Processed {}{} mini-batches in {}", base::format_iso8601(now),
                            format_count(state.counts.resolved()), of_total(state),
                            format_duration(state.elapsed));
    if (state.counts.items_failed > 0) {
        line += fmt::format(", {} items failed", format_count(state.counts.items_failed));
    }
    if (const auto left = time_left(state)) {
        line += fmt::format(". Estimated remaining time {}", format_duration(*left));
    }
    return line + ".";
}

void ProgressDisplay::update(const ProgressState& state, Time now) {
    if (next_ == 0ns) {
        pause_ = terminal_.interactive ? Time(kTerminalPause) : Time(kFirstLogPause);
        next_ = now + pause_;
    }
    if (now < next_) return;
    if (terminal_.interactive) {
        const auto line = progress_bar_line(state, terminal_.columns - 1);
        std::fprintf(stderr, "\r\033[K%s", line.c_str());
        shown_ = true;
    } else {
        std::fprintf(stderr, "%s\n",
                     progress_log_line(state, std::chrono::system_clock::now()).c_str());
        pause_ = std::min<Time>(2 * pause_, kLongestLogPause);
    }
    std::fflush(stderr);
    next_ = now + pause_;
}

void ProgressDisplay::finish(const ProgressState& state) const {
    if (!shown_) return;
    std::fprintf(stderr, "\r\033[K%s\n", progress_bar_line(state, terminal_.columns - 1).c_str());
    std::fflush(stderr);
}

}  // namespace parallel_run::orchestrator
