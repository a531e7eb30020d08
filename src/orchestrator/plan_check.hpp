// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/hasher.hpp"
#include "dataset/planner.hpp"
#include "journal/state.hpp"

namespace parallel_run::orchestrator {

/// Digests the plan as it advances, and holds it against that of the earlier run which this one
/// goes on from: mini-batches are known by their index, so the plans must be the same.
class PlanCheck {
public:
    /// `earlier` holds the marks of the earlier run, if there was one.
    explicit PlanCheck(const journal::State& earlier);

    /// The next mini-batches of the plan.
    void add(const dataset::PlanChunk& chunk);
    /// The plan has ended, with so many items.
    void end(std::uint64_t items);

    /// The plan is known to be the earlier one as far as that had been recorded. Before that
    /// nothing may be recorded.
    [[nodiscard]] bool agrees() const { return agrees_ && !differs_; }
    /// The plan is another one; for a user. Nothing: as far as is known it is the same.
    [[nodiscard]] std::optional<std::string> difference() const;

    /// All mini-batches up to now.
    [[nodiscard]] journal::PlanMark mark() const { return {mini_batches_, hasher_.digest()}; }
    /// To be recorded once: nothing before the end, of another plan, and where an earlier run did
    /// it.
    [[nodiscard]] std::optional<journal::Planned> planned() const { return planned_; }

private:
    base::Hasher hasher_;
    std::uint64_t mini_batches_ = 0;
    journal::PlanMark earlier_;  ///< the last of the earlier run
    bool earlier_ended_;         ///< and it was the end of the plan
    bool agrees_ = false;
    bool differs_ = false;
    std::optional<journal::Planned> planned_;
};

}  // namespace parallel_run::orchestrator
