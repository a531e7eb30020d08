// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>

namespace parallel_run::scheduling {

/// How much work a worker should hold: enough that it computes while messages travel, so few that
/// the end of the job is balanced.
class Credit {
public:
    /// Work worth this much time waits at a worker beside what it runs: several round trips between
    /// two event loops that may each sleep for some milliseconds.
    static constexpr std::chrono::nanoseconds kAhead{20'000'000};
    /// Bounds the messages and memory that one worker can claim.
    static constexpr std::uint64_t kMax = 8192;
    /// What a mini-batch costs besides its run(), roughly; keeps the estimate above zero.
    static constexpr std::chrono::nanoseconds kOverhead{500};

    /// `count` attempts took `total` in run().
    void observe(std::uint64_t count, std::chrono::nanoseconds total);

    /// Mini-batches that the worker should hold, the running one included. Without an observation:
    /// 1, to learn quickly and to share a small input evenly.
    [[nodiscard]] std::uint64_t depth() const;

    /// What `count` mini-batches will take.
    [[nodiscard]] std::chrono::nanoseconds expected(std::uint64_t count) const;

private:
    double mean_ns_ = 0;  ///< exponentially weighted; 0: nothing observed
};

}  // namespace parallel_run::scheduling
