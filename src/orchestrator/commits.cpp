// SPDX-License-Identifier: Apache-2.0
#include "orchestrator/commits.hpp"

#include <utility>

namespace parallel_run::orchestrator {

Commits::Commits(int ranks, std::uint64_t flush_bytes, Time flush_interval,
                 const journal::State& before, Time now)
    : epochs_(ranks, flush_bytes, flush_interval, now, before.file_bytes, before.epochs),
      ledger_(ranks, before.counters),
      plan_(before),
      agreement_(before.columns) {}

bool Commits::due(Time now) const { return plan_.agrees() && epochs_.due(now, ledger_.waits()); }

bool Commits::settled() const { return epochs_.idle() && !ledger_.waits() && !epochs_.buffered(); }

std::optional<std::vector<transport::WriteMessage>> Commits::on_sealed(
    int rank, const transport::SealedMessage& message) {
    auto orders = epochs_.on_sealed(rank, message);
    ledger_.on_sealed(rank);
    return orders;
}

std::optional<journal::Record> Commits::next_record() {
    if (!epochs_.failure()) {
        if (auto columns = agreement_.take_unrecorded()) {
            return journal::Declared{std::move(*columns)};
        }
    }
    if (epochs_.recordable()) {
        auto epoch = epochs_.record();
        auto entry = ledger_.take();
        if (!epoch.blocks.empty() || !entry.committed.empty()) {
            epoch_at_journal_ = true;
            epoch.committed = std::move(entry.committed);
            epoch.counters = entry.counters;
            epoch.plan = plan_.mark();
            return epoch;
        }
        epochs_.on_nothing_to_record();
    }
    if (planned_told_ || !plan_.planned() || epochs_.failure()) return std::nullopt;
    planned_told_ = true;
    return *plan_.planned();
}

void Commits::on_recorded(const std::string& error) {
    if (std::exchange(epoch_at_journal_, false)) {
        epochs_.on_recorded(error);
    } else if (!error.empty()) {
        epochs_.on_failure(error);
    }
}

}  // namespace parallel_run::orchestrator
