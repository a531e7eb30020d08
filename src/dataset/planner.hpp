// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dataset/plan.hpp"

namespace parallel_run::dataset {

/// Some consecutive mini-batches, encoded back to back.
struct PlanChunk {
    std::uint64_t first_index = 0;
    std::vector<std::uint32_t> items;  ///< of each mini-batch; 0: not counted yet
    std::vector<std::uint32_t> ends;   ///< where each encoded descriptor ends in `bytes`
    std::string bytes;

    [[nodiscard]] std::uint64_t count() const { return items.size(); }
    /// Precondition: position < count().
    [[nodiscard]] std::string_view descriptor(std::uint64_t position) const {
        const auto begin = position == 0 ? 0 : ends[position - 1];
        return std::string_view(bytes).substr(begin, ends[position] - begin);
    }
};

/// Runs a Plan on a thread of its own and keeps its chunks until they are taken, so that a slow
/// file system never stops the event loop. The thread pauses while `max_bytes_ahead` of encoded
/// descriptors wait; a single descriptor may exceed that. One thread may call the member functions.
class Planner {
public:
    /// Throws base::EnvironmentError when no descriptor is left for wake_fd().
    Planner(Plan plan, std::uint64_t max_bytes_ahead);
    ~Planner();  ///< stops the thread; waits for the system call it is in
    Planner(const Planner&) = delete;
    Planner& operator=(const Planner&) = delete;

    /// The next chunk if one waits; the last one holds whatever is planned by now. Never blocks.
    std::optional<PlanChunk> take();

    /// Everything was planned and taken.
    [[nodiscard]] bool finished() const;
    /// Why the plan stopped early, if it did. Chunks planned before may still be taken.
    [[nodiscard]] std::optional<std::string> error() const;
    /// How many mini-batches and items are planned so far, taken or not.
    [[nodiscard]] std::uint64_t planned_mini_batches() const;
    [[nodiscard]] std::uint64_t planned_items() const;
    /// The two numbers above are final.
    [[nodiscard]] bool planning_done() const;
    /// A descriptor that poll() reports as readable at most 0.1 ms after a chunk waits or planning
    /// is done; take() until it returns nothing to reset it.
    [[nodiscard]] int wake_fd() const;

private:
    struct Shared;
    std::unique_ptr<Shared> shared_;
};

}  // namespace parallel_run::dataset
