// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "ring/segment.hpp"

namespace parallel_run::worker {

/// How long a worker process may take over one mini-batch. Pure.
struct CallLimits {
    std::chrono::nanoseconds run_invocation_timeout{0};
    std::chrono::nanoseconds task_overhead_timeout{0};

    using Time = std::chrono::nanoseconds;  ///< CLOCK_MONOTONIC

    /// What the process says of itself (nobody vouches for it).
    struct Said {
        ring::Phase phase = ring::Phase::running;
        Time began{0};  ///< 0: nothing is in progress
    };

    /// Why the process must be ended, with the option to raise; nothing: it need not.
    /// `oldest_since` is when its oldest mini-batch became the oldest, as the agent saw it;
    /// nothing: it has none, or it may be waiting for us. It bounds what a process can claim.
    [[nodiscard]] std::optional<std::string> exceeded(const Said& said,
                                                      std::optional<Time> oldest_since,
                                                      Time now) const;
};

}  // namespace parallel_run::worker
