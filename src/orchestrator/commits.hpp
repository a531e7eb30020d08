// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "journal/state.hpp"
#include "orchestrator/agreement.hpp"
#include "orchestrator/epochs.hpp"
#include "orchestrator/ledger.hpp"
#include "orchestrator/plan_check.hpp"
#include "scheduling/types.hpp"
#include "transport/messages.hpp"

namespace parallel_run::orchestrator {

/// Makes what is finished durable: brings together the epochs, which of the ended mini-batches each
/// holds, and the plan that their indexes refer to, and says what the journal is to record. Pure,
/// as each of them: it is told what happened and gives back what is to be sent or written.
class Commits {
public:
    using Time = Epochs::Time;

    /// `before`: what earlier runs recorded.
    Commits(int ranks, std::uint64_t flush_bytes, Time flush_interval, const journal::State& before,
            Time now);

    PlanCheck& plan() { return plan_; }
    [[nodiscard]] const PlanCheck& plan() const { return plan_; }
    Ledger& ledger() { return ledger_; }
    /// The columns of an output that is a table; what they are is recorded before any row.
    Agreement& agreement() { return agreement_; }
    [[nodiscard]] const Agreement& agreement() const { return agreement_; }
    [[nodiscard]] const Epochs& epochs() const { return epochs_; }

    /// Finished rows that wait on a rank.
    void on_buffered(int rank, std::uint64_t bytes) { epochs_.on_buffered(rank, bytes); }

    /// Whether an epoch should begin now.
    [[nodiscard]] bool due(Time now) const;
    /// Everything that ended is recorded.
    [[nodiscard]] bool settled() const;
    /// The number of the epoch to call on all ranks. Precondition: due, or idle.
    std::uint64_t begin(Time now) { return epochs_.begin(now); }
    /// The write orders for all ranks, once all have sealed something to write.
    std::optional<std::vector<transport::WriteMessage>> on_sealed(
        int rank, const transport::SealedMessage& message);
    void on_written(int rank, const transport::WrittenMessage& message) {
        epochs_.on_written(rank, message);
    }

    /// All ranks have sealed, but the output is no longer ours to write to, for this reason.
    void give_up(const std::string& error) { epochs_.give_up(error); }

    /// What the journal is to append now; asked while it is not busy. An answer by on_recorded()
    /// follows.
    std::optional<journal::Record> next_record();
    /// The record is durable, or why it is not.
    void on_recorded(const std::string& error);

private:
    Epochs epochs_;
    Ledger ledger_;
    PlanCheck plan_;
    Agreement agreement_;
    bool epoch_at_journal_ = false;
    bool planned_told_ = false;
};

}  // namespace parallel_run::orchestrator
