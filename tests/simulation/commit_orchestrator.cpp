// SPDX-License-Identifier: Apache-2.0
#include "simulation/commit_orchestrator.hpp"

#include <algorithm>
#include <utility>
#include <variant>

#include "base/overloaded.hpp"
#include "orchestrator/run_history.hpp"
#include "simulation/violation.hpp"

namespace parallel_run::commit_simulation {

using simulation::Violation;

namespace {

scheduling::Policy policy_of(const Scenario& scenario) {
    scheduling::Policy policy;
    policy.run_max_try = scenario.run_max_try;
    policy.needs_a_succeeded_item = false;
    policy.process_count_per_node = static_cast<std::uint32_t>(scenario.ranks);
    return policy;
}

journal::State as_compared(journal::State earlier, Sabotage sabotage) {
    if (sabotage == Sabotage::the_plan_is_not_compared) {
        earlier.plan = {};
        earlier.planned.reset();
    }
    return earlier;
}

}  // namespace

void JournalKeeper::step() {
    if (!record_) return;
    const auto record = *std::exchange(record_, std::nullopt);
    fate_ = writer_.append(record);
    if (world_.log != nullptr) {
        *world_.log << "the journal takes a record of kind " << kind_of(record) << ": " << *fate_
                    << '\n';
    }
    if (!fate_->empty()) return;
    if (world_.other_plan) throw Violation("something is recorded of another plan");
    world_.books.recorded(record, writer_.state(), world_.file);
}

Orchestrator::Orchestrator(World& world, std::vector<Agent>& agents, JournalKeeper& journal,
                           const Plan& plan, journal::State earlier)
    : world_(world),
      agents_(agents),
      journal_(journal),
      plan_(plan),
      earlier_(std::move(earlier)),
      scheduler_(policy_of(world.scenario), std::vector<scheduling::NodeId>(agents.size()), Time(0),
                 orchestrator::counts_of(earlier_)),
      commits_(world.scenario.ranks, world.scenario.flush_bytes, world.scenario.flush_interval,
               as_compared(earlier_, world.sabotage), Time(0)) {}

void Orchestrator::on_report(int source, const Report& report, Time now) {
    const auto worker = static_cast<scheduling::WorkerId>(source);
    scheduling::Actions actions;
    std::visit(base::Overloaded{
                   [&](Ready) { scheduler_.on_worker_ready(worker, now, actions); },
                   [&](const Outcomes& outcomes) { on_outcomes(source, outcomes, now); },
                   [&](Recalled r) { scheduler_.on_recalled(worker, r.returned, now, actions); },
                   [&](const transport::SealedMessage& message) { on_sealed(source, message); },
                   [&](const transport::WrittenMessage& message) {
                       commits_.on_written(source, message);
                   },
                   [&](Stopped) { ++stopped_; }},
               report);
    carry_out(actions);
}

void Orchestrator::on_outcomes(int source, const Outcomes& report, Time now) {
    commits_.on_buffered(source, report.buffered_bytes);
    scheduling::Actions actions;
    if (scheduler_.on_outcomes(static_cast<scheduling::WorkerId>(source), report.outcomes, now,
                               actions) > 0) {
        throw Violation("the scheduler does not know an outcome");
    }
    for (auto outcome : report.outcomes) {
        if (!scheduler_.is_final(outcome)) continue;
        if (world_.sabotage == Sabotage::rows_do_not_count) outcome.rows /= 2;
        commits_.ledger().on_ended(source, outcome, store_.release(outcome.index));
    }
    carry_out(actions);
}

void Orchestrator::on_sealed(int source, const transport::SealedMessage& message) {
    auto orders = commits_.on_sealed(source, message);
    if (!orders) return;
    for (std::size_t rank = 0; rank < agents_.size(); ++rank) {
        auto& order = (*orders)[rank];
        if (world_.sabotage == Sabotage::blocks_leave_a_gap) order.offset += rank;
        agents_[rank].send(order);
    }
}

void Orchestrator::carry_out(const scheduling::Actions& actions) {
    if (phase_ > Phase::draining || !failure_.empty()) return;
    for (const auto& action : actions) {
        if (const auto* const assign = std::get_if<scheduling::Assign>(&action)) {
            agents_[assign->worker].send(assign->work);
        } else if (const auto* const recall = std::get_if<scheduling::Recall>(&action)) {
            agents_[recall->worker].send(Recall{recall->count});
        } else {
            throw Violation("the scheduler gives the job up");
        }
    }
}

void Orchestrator::step(Time now) {
    take_plan(now);
    keep_journal();
    advance(now);
}

void Orchestrator::take_plan(Time now) {
    if (planning_reported_) return;
    scheduling::Actions actions;
    dataset::PlanChunk chunk;
    chunk.first_index = planned_;
    const auto most = world_.random.below(world_.scenario.planned_at_once + 1);
    for (; planned_ < plan_.size() && chunk.count() < most; ++planned_) {
        chunk.bytes += plan_[planned_].descriptor;
        chunk.items.push_back(plan_[planned_].items);
        chunk.ends.push_back(static_cast<std::uint32_t>(chunk.bytes.size()));
    }
    if (chunk.count() > 0) {
        take_chunk(std::move(chunk), now, actions);
    } else if (planned_ == plan_.size()) {
        planning_reported_ = true;
        std::uint64_t items = 0;
        for (const auto& mini_batch : plan_) items += mini_batch.items;
        commits_.plan().end(items);
        scheduler_.on_planning_done(now, actions);
    }
    if (auto difference = commits_.plan().difference()) fail(*difference);
    carry_out(actions);
}

void Orchestrator::take_chunk(dataset::PlanChunk chunk, Time now, scheduling::Actions& actions) {
    commits_.plan().add(chunk);
    const journal::Range all{chunk.first_index, chunk.count()};
    const auto missing = world_.sabotage == Sabotage::what_is_committed_runs_again
                             ? std::vector{all}
                             : earlier_.committed.missing(all);
    std::uint64_t open = 0;
    for (const auto& range : missing) open += range.count;
    if (open == 0) return;
    store_.add(chunk, open);
    for (const auto& range : missing) {
        for (auto index = range.first; index < range.end(); ++index) {
            scheduler_.on_planned({index, 1, chunk.items[index - chunk.first_index]}, now, actions);
        }
    }
}

void Orchestrator::keep_journal() {
    if (journal_.busy()) {
        const auto fate = journal_.poll();
        if (!fate) return;
        commits_.on_recorded(*fate);
    }
    if (const auto& failure = commits_.epochs().failure()) fail(failure->error);
    if (world_.sabotage == Sabotage::what_is_not_sealed_is_committed &&
        commits_.epochs().recordable()) {
        for (int rank = 0; rank < world_.scenario.ranks; ++rank) commits_.ledger().on_sealed(rank);
    }
    if (auto record = commits_.next_record()) journal_.append(std::move(*record));
}

void Orchestrator::advance(Time now) {
    if (phase_ == Phase::running || phase_ == Phase::draining) {
        if (!failure_.empty() || scheduler_.finished()) {
            begin_stopping();
        } else if (phase_ == Phase::running && interrupted_) {
            phase_ = Phase::draining;
            scheduler_.halt();
            order_all(Recall{UINT64_MAX});
        } else if (phase_ == Phase::draining &&
                   (scheduler_.held_by_all() == 0 || world_.random.chance(0.01))) {
            begin_stopping();
        }
    }
    const bool idle = commits_.epochs().idle();
    if (phase_ == Phase::stopping && stopped_ == agents_.size() && idle) phase_ = Phase::flushing;
    if (phase_ == Phase::flushing && idle && !journal_.busy()) {
        const bool writable = !commits_.epochs().failure() && commits_.plan().agrees();
        if (!writable || (final_epoch_called_ && commits_.settled())) {
            phase_ = Phase::done;
        } else {
            final_epoch_called_ = true;
            order_all(Seal{commits_.begin(now)});
        }
    } else if (phase_ < Phase::stopping && commits_.due(now, phase_ == Phase::draining)) {
        order_all(Seal{commits_.begin(now)});
    }
}

void Orchestrator::begin_stopping() {
    phase_ = Phase::stopping;
    order_all(Stop{});
}

void Orchestrator::order_all(const Order& order) {
    for (auto& agent : agents_) agent.send(order);
}

void Orchestrator::fail(const std::string& reason) {
    if (world_.log != nullptr) *world_.log << "the job fails: " << reason << '\n';
    if (failure_.empty()) failure_ = reason;
}

}  // namespace parallel_run::commit_simulation
