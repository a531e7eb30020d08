// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "journal/record.hpp"
#include "scheduling/types.hpp"

namespace parallel_run::orchestrator {

/// Which mini-batches have ended for good and are not recorded yet: those whose rows are in the
/// block that a rank sealed, and those that ended there since.
class Ledger {
public:
    /// `recorded`: what earlier runs recorded.
    Ledger(int ranks, const journal::Counters& recorded);

    /// The last outcome of a mini-batch on this rank; 0 items: the plan does not know how many.
    void on_ended(int rank, const scheduling::Outcome& outcome, std::uint64_t planned_items);
    /// What ended on this rank so far belongs to the epoch on its way.
    void on_sealed(int rank);

    /// Anything ended and is not in the epoch on its way.
    [[nodiscard]] bool waits() const { return ranks_waiting_ > 0; }

    struct Entry {
        std::vector<journal::Range> committed;  ///< in order, apart from each other
        journal::Counters counters;             ///< after it
    };
    /// What the epoch on its way commits. Precondition: every rank has sealed its block.
    Entry take();

private:
    struct Part {
        std::vector<journal::Range> ended;
        journal::Counters counters;
    };
    std::vector<Part> open_;  ///< by rank
    Part sealed_;
    journal::Counters recorded_;
    std::size_t ranks_waiting_ = 0;  ///< with something in `open_`
};

}  // namespace parallel_run::orchestrator
