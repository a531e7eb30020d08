// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "logging/terminal.hpp"
#include "scheduling/types.hpp"

namespace parallel_run::orchestrator {

/// What a progress line shows.
struct ProgressState {
    scheduling::Counts counts;
    bool planning_done = false;
    std::chrono::nanoseconds elapsed{0};
    scheduling::Counts before{};  ///< part of `counts`: what earlier starts of the run did
};

/// Of this start, a second.
double mini_batch_rate(const ProgressState& state);
double item_rate(const ProgressState& state);
/// Nothing while it cannot be told.
std::optional<std::chrono::nanoseconds> time_left(const ProgressState& state);

/// "[=====>    ] 52 %  5,200 of 10,000 mini-batches  310 items/s  3 failed  0:14 left", at most
/// `width` characters.
std::string progress_bar_line(const ProgressState& state, std::size_t width);

/// "2026-11-20T18:24:05.123+00:00 Processed 5,200 of 10,000 mini-batches in 0:15. Estimated
/// remaining time 0:14.": for logs.
std::string progress_log_line(const ProgressState& state,
                              std::chrono::system_clock::time_point now);

/// Shows progress as it goes: one line that updates on a terminal, now and then a line in a log.
class ProgressDisplay {
public:
    using Time = std::chrono::nanoseconds;

    explicit ProgressDisplay(const logging::Terminal& terminal) : terminal_(terminal) {}

    /// Cheap; prints only when it is time to.
    void update(const ProgressState& state, Time now);
    /// The last state, and the end of the line.
    void finish(const ProgressState& state) const;

private:
    logging::Terminal terminal_;
    Time next_{0};
    Time pause_{0};
    bool shown_ = false;
};

}  // namespace parallel_run::orchestrator
