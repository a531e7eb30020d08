// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <deque>
#include <string_view>

#include "dataset/planner.hpp"

namespace parallel_run::orchestrator {

/// The descriptors of the mini-batches that are planned and not yet ended, in chunks as they were
/// planned. A chunk's memory is freed when its last mini-batch has ended.
class DescriptorStore {
public:
    /// Chunks come in order of index. `open`, at least one, of its mini-batches are to be run, and
    /// the others never asked for.
    void add(dataset::PlanChunk chunk, std::uint64_t open);

    /// Precondition: the mini-batch was added and has not ended.
    [[nodiscard]] std::string_view find(std::uint64_t index);

    /// The mini-batch has ended for good; returns how many items it has. Precondition: as for
    /// find(), and once for each.
    std::uint64_t release(std::uint64_t index);

    [[nodiscard]] std::uint64_t bytes() const { return bytes_; }

private:
    struct Held {
        dataset::PlanChunk chunk;
        std::uint64_t open = 0;  ///< mini-batches that have not ended
    };
    Held& holder(std::uint64_t index);

    std::deque<Held> chunks_;
    std::size_t last_used_ = 0;  ///< look-ups mostly stay in one chunk
    std::uint64_t bytes_ = 0;
};

}  // namespace parallel_run::orchestrator
