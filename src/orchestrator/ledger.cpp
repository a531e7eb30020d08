// SPDX-License-Identifier: Apache-2.0
#include "orchestrator/ledger.hpp"

#include <algorithm>
#include <utility>

namespace parallel_run::orchestrator {

namespace {

void add(journal::Counters& sum, const journal::Counters& part) {
    sum.processed += part.processed;
    sum.failed += part.failed;
    sum.items_succeeded += part.items_succeeded;
    sum.items_failed += part.items_failed;
    sum.rows += part.rows;
    sum.surplus_rows += part.surplus_rows;
    sum.retries += part.retries;
}

}  // namespace

Ledger::Ledger(int ranks, const journal::Counters& recorded)
    : open_(static_cast<std::size_t>(ranks)), recorded_(recorded) {}

void Ledger::on_ended(int rank, const scheduling::Outcome& outcome, std::uint64_t planned_items) {
    const auto items = scheduling::items_of(planned_items, outcome);
    auto& part = open_[static_cast<std::size_t>(rank)];
    if (part.ended.empty()) ++ranks_waiting_;
    if (!part.ended.empty() && part.ended.back().end() == outcome.index) {
        ++part.ended.back().count;
    } else {
        part.ended.push_back({outcome.index, 1});
    }
    auto& counters = part.counters;
    counters.retries += outcome.attempt - 1;
    if (outcome.kind != scheduling::Outcome::Kind::succeeded) {
        ++counters.failed;
        counters.items_failed += items;
        return;
    }
    const auto succeeded = std::min(outcome.rows, items);
    ++counters.processed;
    counters.rows += outcome.rows;
    counters.surplus_rows += outcome.rows - succeeded;
    counters.items_succeeded += succeeded;
    counters.items_failed += items - succeeded;
}

void Ledger::on_sealed(int rank) {
    const auto part = std::exchange(open_[static_cast<std::size_t>(rank)], {});
    sealed_.ended.insert(sealed_.ended.end(), part.ended.begin(), part.ended.end());
    add(sealed_.counters, part.counters);
    if (!part.ended.empty()) --ranks_waiting_;
}

Ledger::Entry Ledger::take() {
    auto sealed = std::exchange(sealed_, {});
    add(recorded_, sealed.counters);
    return {journal::joined(std::move(sealed.ended)), recorded_};
}

}  // namespace parallel_run::orchestrator
