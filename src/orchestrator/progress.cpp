// SPDX-License-Identifier: Apache-2.0
#include "orchestrator/progress.hpp"

#include <algorithm>
#include <cstdio>
#include <string_view>

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
constexpr std::size_t kMinBar = 10;
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

std::string failed_text(const scheduling::Counts& counts) {
    return counts.items_failed == 0 ? "" : format_count(counts.items_failed) + " failed";
}

/// What the text takes at most while the job runs, as far as that can be told: a bar that goes by
/// it keeps its width.
std::size_t room_for_text(const ProgressState& state) {
    constexpr std::string_view kLongest = " of  mini-batches  999,999 items/s  59:59 left";
    const auto failed = failed_text(state.counts).size();
    return 2 * format_count(state.counts.planned).size() + kLongest.size() +
           (failed > 0 ? failed + 2 : 0);
}

/// As much as fits, by whole words.
std::string text_within(const ProgressState& state, std::size_t width) {
    const auto done = format_count(state.counts.resolved());
    const auto counts = done + of_total(state);
    std::string text;
    for (const auto& form : {counts + " mini-batches", counts, done}) {
        if (form.size() > width) continue;
        text = form;
        break;
    }
    const auto left = time_left(state);
    for (const auto& more :
         {base::format_rate(item_rate(state)) + " items/s", failed_text(state.counts),
          left ? format_duration(*left) + " left" : ""}) {
        if (!more.empty() && text.size() + 2 + more.size() <= width) text += "  " + more;
    }
    return text;
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
    constexpr std::size_t kAroundBar = 10;  // brackets, percentage, spaces
    const auto taken = room_for_text(state) + kAroundBar;
    if (!state.planning_done || width < taken + kMinBar) return text_within(state, width);
    const auto& counts = state.counts;
    const auto share = counts.planned == 0 ? 1.0
                                           : static_cast<double>(counts.resolved()) /
                                                 static_cast<double>(counts.planned);
    const auto bar = logging::progress_bar(share, std::min(kMaxBar, width - taken)) + "  ";
    return bar + text_within(state, width - bar.size());
}

std::string progress_log_line(const ProgressState& state,
                              std::chrono::system_clock::time_point now) {
    auto line = fmt::format("{} Processed {}{} mini-batches in {}", base::format_iso8601(now),
                            format_count(state.counts.resolved()), of_total(state),
                            format_duration(state.elapsed));
    if (state.counts.items_failed > 0) {
        line += ", " + format_count(state.counts.items_failed, "item") + " failed";
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
