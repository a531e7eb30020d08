// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <chrono>

namespace parallel_run::orchestrator {

/// How long an event loop sleeps before it looks at MPI again, which cannot wake it: hardly while
/// something moves, longer and longer while nothing does. With a worker process that has work to do
/// a look is never urgent, and the process needs the core.
class Pause {
public:
    std::chrono::nanoseconds next(bool moved, bool busy) {
        current_ = moved ? kShortest : std::min<std::chrono::nanoseconds>(2 * current_, kLongest);
        return busy ? std::max<std::chrono::nanoseconds>(current_, kWhileBusy) : current_;
    }

private:
    static constexpr std::chrono::microseconds kShortest{20};
    static constexpr std::chrono::microseconds kWhileBusy{1000};
    static constexpr std::chrono::microseconds kLongest{2000};
    std::chrono::nanoseconds current_ = kShortest;
};

}  // namespace parallel_run::orchestrator
