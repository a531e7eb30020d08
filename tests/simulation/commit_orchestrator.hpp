// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <csignal>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "journal/writer.hpp"
#include "orchestrator/commits.hpp"
#include "orchestrator/descriptor_store.hpp"
#include "orchestrator/ending.hpp"
#include "scheduling/scheduler.hpp"
#include "simulation/commit_agent.hpp"
#include "simulation/commit_world.hpp"

namespace parallel_run::commit_simulation {

/// The journal as the orchestrator has it: a record that it gives is appended later. As
/// orchestrator::Recorder, without a thread.
class JournalKeeper {
public:
    JournalKeeper(journal::JournalWriter writer, World& world)
        : writer_(std::move(writer)), world_(world) {}

    void append(journal::Record record) { record_ = std::move(record); }
    [[nodiscard]] bool busy() const { return record_ || fate_; }
    std::optional<std::string> poll() { return std::exchange(fate_, std::nullopt); }
    /// Writes what was given, if anything was.
    void step();

private:
    journal::JournalWriter writer_;
    World& world_;
    std::optional<journal::Record> record_;
    std::optional<std::string> fate_;
};

/// Rank 0's second role, as far as it concerns what is committed: brings scheduler, commits, agents
/// and journal together as orchestrator::Orchestrator does, without MPI, threads and logs.
class Orchestrator {
public:
    /// All must outlive it. `earlier`: what the journal held as this life began.
    Orchestrator(World& world, std::vector<Agent>& agents, JournalKeeper& journal, const Plan& plan,
                 journal::State earlier);

    void on_report(int source, const Report& report, Time now);
    void interrupt(Time now, Time patience) { ending_.interrupt(SIGTERM, now, patience); }
    void step(Time now);

    [[nodiscard]] bool finished() const {
        return ending_.phase() == orchestrator::Ending::Phase::done;
    }
    /// Why it failed; empty: it did not.
    [[nodiscard]] const std::string& failure() const { return failure_; }
    [[nodiscard]] bool resolved() const { return scheduler_.finished(); }
    [[nodiscard]] std::uint64_t output_bytes() const { return commits_.epochs().durable_bytes(); }
    [[nodiscard]] const scheduling::Counts& counts() const { return scheduler_.counts(); }

private:
    void carry_out(const scheduling::Actions& actions);
    void on_outcomes(int source, const Outcomes& report, Time now);
    void on_sealed(int source, const transport::SealedMessage& message);
    void take_plan(Time now);
    void take_chunk(dataset::PlanChunk chunk, Time now, scheduling::Actions& actions);
    void end_plan(Time now, scheduling::Actions& actions);
    void keep_journal();
    void advance(Time now);
    void order_all(const Order& order);
    void fail(const std::string& reason);

    World& world_;
    std::vector<Agent>& agents_;
    JournalKeeper& journal_;
    const Plan& plan_;
    const journal::State earlier_;
    scheduling::Scheduler scheduler_;
    orchestrator::DescriptorStore store_;
    orchestrator::Commits commits_;
    orchestrator::Ending ending_;
    std::string failure_;
    std::uint64_t planned_ = 0;
    bool planning_reported_ = false;
    std::size_t stopped_ = 0;
};

}  // namespace parallel_run::commit_simulation
