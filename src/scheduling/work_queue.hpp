// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <deque>
#include <optional>

#include "scheduling/types.hpp"

namespace parallel_run::scheduling {

/// Mini-batches in ranges, oldest first: what waits, or what a worker holds.
class WorkQueue {
public:
    [[nodiscard]] std::uint64_t count() const { return count_; }
    [[nodiscard]] bool empty() const { return count_ == 0; }

    /// The index of the oldest mini-batch. Precondition: not empty.
    [[nodiscard]] std::uint64_t first() const { return ranges_.front().first; }

    /// Joins the range to the last one where they are alike and adjacent.
    void push_back(const WorkRange& range);
    /// Ahead of everything else, joined likewise.
    void push_front(const WorkRange& range);

    /// Up to `count` mini-batches of the first range. Precondition: not empty.
    WorkRange pop_front(std::uint64_t count);

    /// Removes one mini-batch by its index and attempt, wherever it is; nothing if it is not here.
    /// The oldest is found at once.
    std::optional<WorkRange> remove(std::uint64_t index, std::uint32_t attempt);

private:
    std::deque<WorkRange> ranges_;
    std::uint64_t count_ = 0;
};

}  // namespace parallel_run::scheduling
