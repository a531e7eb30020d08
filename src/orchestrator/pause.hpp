// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <chrono>

#include "worker/agent.hpp"

namespace parallel_run::orchestrator {

/// How long an event loop sleeps before it looks at MPI again, which cannot wake it. A look costs
/// some 20 us of a core that a worker process may need, so it is taken as seldom as the pace
/// allows: soon while the process waits for orders, and less and less soon while none come.
class Pause {
public:
    std::chrono::nanoseconds next(bool moved, worker::Agent::Pace pace) {
        waiting_ = moved ? kShortest : std::min(2 * waiting_, kLongest);
        switch (pace) {
            case worker::Agent::Pace::waiting: return waiting_;
            case worker::Agent::Pace::rushing: return kRushing;
            case worker::Agent::Pace::working: return kWorking;
        }
        return kShortest;
    }

private:
    static constexpr std::chrono::nanoseconds kShortest{20'000};
    static constexpr std::chrono::nanoseconds kRushing{1'000'000};
    /// Well below Credit::kAhead: work goes there and back before the process runs dry.
    static constexpr std::chrono::nanoseconds kWorking{4'000'000};
    static constexpr std::chrono::nanoseconds kLongest{4'000'000};
    std::chrono::nanoseconds waiting_ = kShortest;
};

}  // namespace parallel_run::orchestrator
