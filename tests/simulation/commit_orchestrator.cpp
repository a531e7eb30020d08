// SPDX-License-Identifier: Apache-2.0
#include "simulation/commit_orchestrator.hpp"

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

dataset::PlanChunk chunk_of(const Plan& plan, std::uint64_t first, std::uint64_t most) {
    dataset::PlanChunk chunk;
    chunk.first_index = first;
    for (auto index = first; index < plan.size() && chunk.count() < most; ++index) {
        chunk.bytes += plan[index].descriptor;
        chunk.items.push_back(plan[index].items);
        chunk.ends.push_back(static_cast<std::uint32_t>(chunk.bytes.size()));
    }
    return chunk;
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
               earlier_, Time(0)) {}

void Orchestrator::on_report(int source, const Report& report, Time now) {
    const auto worker = static_cast<scheduling::WorkerId>(source);
    scheduling::Actions actions;
    std::visit(
        base::Overloaded{
            [&](Ready) { scheduler_.on_worker_ready(worker, now, actions); },
            [&](const Outcomes& outcomes) { on_outcomes(source, outcomes, now); },
            [&](Recalled r) { scheduler_.on_recalled(worker, r.returned, now, actions); },
            [&](const transport::SealedMessage& message) { on_sealed(source, message); },
            [&](const transport::WrittenMessage& message) { commits_.on_written(source, message); },
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
    if (ending_.phase() > orchestrator::Ending::Phase::draining || !failure_.empty()) return;
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
    scheduling::Actions actions;
    while (!planning_reported_ && world_.random.chance(world_.planning_pace)) {
        auto chunk =
            chunk_of(plan_, planned_, 1 + world_.random.below(world_.scenario.planned_at_once));
        planned_ += chunk.count();
        if (chunk.count() > 0) {
            take_chunk(std::move(chunk), now, actions);
        } else {
            end_plan(now, actions);
        }
    }
    if (auto difference = commits_.plan().difference()) fail(*difference);
    carry_out(actions);
}

void Orchestrator::end_plan(Time now, scheduling::Actions& actions) {
    planning_reported_ = true;
    std::uint64_t items = 0;
    for (const auto& mini_batch : plan_) items += mini_batch.items;
    commits_.plan().end(items);
    scheduler_.on_planning_done(now, actions);
}

void Orchestrator::take_chunk(dataset::PlanChunk chunk, Time now, scheduling::Actions& actions) {
    const bool blind = world_.sabotage == Sabotage::the_plan_is_not_compared;
    commits_.plan().add(blind ? chunk_of(world_.scenario.plan, chunk.first_index, chunk.count())
                              : chunk);
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
    using Step = orchestrator::Ending::Step;
    while (true) {
        const auto& epochs = commits_.epochs();
        orchestrator::Ending::Facts facts;
        facts.failed = !failure_.empty();
        facts.resolved = scheduler_.finished();
        facts.held = scheduler_.held_by_all();
        facts.all_stopped = stopped_ == agents_.size();
        facts.epoch_due = commits_.due(now);
        facts.anything_open = !commits_.settled();
        facts.busy = !epochs.idle() || journal_.busy();
        facts.writable = !epochs.failure() && commits_.plan().agrees();
        switch (ending_.next(facts, now)) {
            case Step::none: return;
            case Step::drain:
                scheduler_.halt();
                order_all(Recall{UINT64_MAX});
                break;
            case Step::stop:
            case Step::kill: order_all(Stop{}); break;
            case Step::epoch: order_all(Seal{commits_.begin(now)}); break;
        }
    }
}

void Orchestrator::order_all(const Order& order) {
    for (auto& agent : agents_) agent.send(order);
}

void Orchestrator::fail(const std::string& reason) {
    if (!failure_.empty()) return;
    failure_ = reason;
    if (world_.log != nullptr) *world_.log << "the job fails: " << reason << '\n';
}

}  // namespace parallel_run::commit_simulation
