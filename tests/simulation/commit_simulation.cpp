// SPDX-License-Identifier: Apache-2.0
#include "simulation/commit_simulation.hpp"

#include <utility>
#include <vector>

#include "orchestrator/run_history.hpp"
#include "simulation/violation.hpp"

namespace parallel_run::commit_simulation {

using journal::Fault;
using simulation::Violation;

namespace {

constexpr auto kOutput = "out";

/// No job of this size takes as many.
constexpr std::uint64_t kMostSteps = 1'000'000;

constexpr std::array kFaults{Fault::no_space, Fault::io_error, Fault::short_write,
                             Fault::crash_before, Fault::crash_after};

constexpr std::array kPaces{0.05, 0.5, 0.95};

}  // namespace

Simulation::Simulation(const Scenario& scenario, Options options)
    : scenario_(scenario),
      storage_(scenario.seed),
      file_(storage_, scenario.seed),
      books_(scenario_),
      found_(books_),
      world_{scenario_, Random(~scenario.seed), file_, books_, options.sabotage, options.log} {}

End Simulation::live(const Life& life) {
    const auto failures = storage_.faults().failures();
    const auto calls = storage_.calls();
    summary_.steps = 0;
    world_.other_plan = false;
    world_.planning_pace = life.planning_pace;
    auto end = End::crashed;
    try {
        end = start(life);
    } catch (const journal::Crash&) {
        say(end, "");
    }
    ++summary_.lives[static_cast<std::size_t>(end)];
    summary_.calls = storage_.calls() - calls;
    if (end != End::completed) return end;
    if (storage_.faults().failures() > failures) throw Violation("Completed in spite of an error");
    if (world_.other_plan) throw Violation("Completed with another plan");
    books_.completed(file_);
    return end;
}

void Simulation::restart_machine() {
    if (world_.log != nullptr) *world_.log << "-- the machine restarts\n";
    storage_.lose_unsynced();
    file_.lose_unsynced();
}

void Simulation::run() {
    auto& random = world_.random;
    for (int i = 0; i < scenario_.lives; ++i) {
        if (random.chance(0.3)) {
            storage_.plan_fault(random.below(30), kFaults[random.below(kFaults.size())]);
        }
        Life life;
        life.crash = scenario_.crash;
        life.fault = scenario_.fault;
        life.other_plan = random.chance(scenario_.other_plan);
        life.planning_pace = kPaces[random.below(kPaces.size())];
        if (random.chance(scenario_.interrupt)) life.interrupt_at = random.below(500);
        live(life);
        if (random.chance(0.5)) restart_machine();
    }
    expect_completion();
}

void Simulation::expect_completion() {
    for (int i = 0; i < 2; ++i) {
        storage_.plan_fault(0, Fault::none);
        if (const auto end = live(); end != End::completed) {
            throw Violation(std::string("a life in which nothing goes wrong ends ") +
                            kNamesOfEnds[static_cast<std::size_t>(end)]);
        }
        restart_machine();
    }
}

// ---- what a start does before its ranks work
// -----------------------------------------------------

End Simulation::start(const Life& life) {
    auto recovery = recover();
    if (recovery && recovery->verdict == journal::Verdict::absent) recovery = begin();
    if (!recovery) return say(End::refused, "the journal cannot be read or made");
    if (recovery->state.completed) return reuse(std::move(*recovery));
    if (file_.bytes().size() < recovery->state.file_bytes) {
        throw Violation("the data file is shorter than recorded");
    }
    draw_plan(life, recovery->state);
    auto writer = go_on(std::move(*recovery));
    if (!writer) return say(End::refused, writer.error());
    const auto error = open_file(writer.value().state().file_bytes);
    if (!error.empty()) return say(End::refused, error);
    return work(life, std::move(writer.value()));
}

std::optional<journal::Recovery> Simulation::recover() {
    auto recovery = journal::recover(storage_, journal::journal_path(kOutput));
    if (!recovery) return std::nullopt;
    const auto verdict = recovery.value().verdict;
    if (verdict != journal::Verdict::absent && verdict != journal::Verdict::usable) {
        throw Violation(recovery.value().message);
    }
    found_ = books_;
    found_.found(recovery.value(), file_);
    return std::move(recovery.value());
}

std::optional<journal::Recovery> Simulation::begin() {
    // Before the journal, whose writer syncs the directory.
    const bool late = world_.sabotage == Sabotage::the_file_is_made_late;
    if (!late && !file_.make().empty()) return std::nullopt;
    const journal::Header header{{}, world_.random.next()};
    if (!journal::JournalWriter::create(storage_, kOutput, header)) return std::nullopt;
    return recover();
}

/// What was found is durable only now: it may have been read from what a failed sync left.
base::Result<journal::JournalWriter> Simulation::go_on(journal::Recovery recovery) {
    auto writer =
        journal::JournalWriter::go_on(storage_, kOutput, std::move(recovery), world_.random.next());
    if (!writer) return writer;
    books_ = found_;
    books_.begin_life();
    return writer;
}

/// A completed run may lack its output's final name.
End Simulation::reuse(journal::Recovery recovery) {
    if (file_.published()) return say(End::completed, "earlier");
    if (world_.sabotage != Sabotage::a_result_is_published_in_doubt) {
        if (const auto writer = go_on(std::move(recovery)); !writer) {
            return say(End::refused, writer.error());
        }
    }
    auto error = file_.publish();
    if (error.empty()) error = file_.sync_directory();
    return say(error.empty() ? End::completed : End::refused, error);
}

/// Another plan than that of the run, where enough of it is recorded for this to be seen.
void Simulation::draw_plan(const Life& life, const journal::State& state) {
    const auto recorded = state.plan.mini_batches;
    world_.other_plan = life.other_plan && recorded > 0;
    plan_ = scenario_.plan;
    if (!world_.other_plan) return;
    plan_ = changed(std::move(plan_), recorded, world_.random);
    ++summary_.other_plans;
}

std::string Simulation::open_file(std::uint64_t keep_bytes) {
    if (auto error = file_.make(); !error.empty()) return error;
    if (world_.sabotage == Sabotage::the_file_is_not_cut) return {};
    if (auto error = file_.cut(keep_bytes); !error.empty()) return error;
    return world_.sabotage == Sabotage::the_cut_is_not_synced ? "" : file_.sync(0);
}

// ---- the job
// -------------------------------------------------------------------------------------

End Simulation::work(const Life& life, journal::JournalWriter writer) {
    const auto earlier = writer.state();
    JournalKeeper journal(std::move(writer), world_);
    std::vector<Agent> agents;
    for (int rank = 0; rank < scenario_.ranks; ++rank) {
        const bool begins_file = rank == 0 && earlier.file_bytes == 0;
        agents.emplace_back(rank, world_, begins_file ? scenario_.header : "");
    }
    Orchestrator orchestrator(world_, agents, journal, plan_, earlier);
    const auto ranks = agents.size();
    Time now{0};
    while (!orchestrator.finished()) {
        happen(life);
        if (life.interrupt_at == summary_.steps) {
            orchestrator.interrupt(now, Time(world_.random.below(100'000)));
        }
        now += Time(world_.random.below(200));
        const auto who = world_.random.below(2 * ranks + 2);
        if (who < ranks) {
            agents[who].step();
        } else if (who < 2 * ranks) {
            const auto source = who - ranks;
            const auto report = agents[source].take_report();
            if (report) orchestrator.on_report(static_cast<int>(source), *report, now);
        } else if (who == 2 * ranks) {
            journal.step();
        } else {
            orchestrator.step(now);
        }
    }
    return end(orchestrator, journal);
}

void Simulation::happen(const Life& life) {
    auto& random = world_.random;
    if (++summary_.steps > kMostSteps) throw Violation("the job does not end");
    if (random.chance(life.crash) || life.crash_at == summary_.steps) throw journal::Crash();
    if (!random.chance(life.fault)) return;
    storage_.plan_fault(random.below(8), kFaults[random.below(kFaults.size())]);
}

End Simulation::end(const Orchestrator& orchestrator, JournalKeeper& journal) {
    const bool ignored = world_.sabotage == Sabotage::failures_are_ignored;
    if (!orchestrator.failure().empty() && !ignored) {
        return say(End::failed, orchestrator.failure());
    }
    if (!orchestrator.resolved() && !ignored) return say(End::stopped, "by a signal");
    const auto error = complete(orchestrator, journal);
    return say(error.empty() ? End::completed : End::failed, error);
}

std::string Simulation::complete(const Orchestrator& orchestrator, JournalKeeper& journal) {
    if (file_.bytes().size() != orchestrator.output_bytes()) {
        return "the data file has another length than was written";
    }
    journal.append(journal::Completed{orchestrator::counters_of(orchestrator.counts())});
    journal.step();
    if (auto error = *journal.poll(); !error.empty()) return error;
    if (auto error = file_.publish(); !error.empty()) return error;
    return file_.sync_directory();
}

End Simulation::say(End end, const std::string& reason) {
    if (world_.log != nullptr) {
        *world_.log << "-- the job ends after " << summary_.steps
                    << " steps: " << kNamesOfEnds[static_cast<std::size_t>(end)] << ' ' << reason
                    << '\n';
    }
    return end;
}

Summary run_seed(std::uint64_t seed, std::ostream* log) {
    try {
        Simulation simulation(draw_scenario(seed), {log});
        simulation.run();
        return simulation.summary();
    } catch (const std::logic_error& error) {
        throw Violation("seed " + std::to_string(seed) + ": " + error.what() +
                        "\nRun it alone: tests/simulation/run --commits --seed " +
                        std::to_string(seed) + " --verbose");
    }
}

}  // namespace parallel_run::commit_simulation
