// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <ostream>
#include <string>

#include "journal/writer.hpp"
#include "simulation/commit_books.hpp"
#include "simulation/commit_data_file.hpp"
#include "simulation/commit_orchestrator.hpp"
#include "simulation/commit_scenario.hpp"
#include "simulation/commit_world.hpp"
#include "support/faulty_storage.hpp"

namespace parallel_run::commit_simulation {

/// How a life of the job ended.
enum class End : std::uint8_t {
    crashed,
    refused,  ///< the file system failed before it began
    failed,
    stopped,  ///< by a signal
    completed,
};
inline constexpr int kEnds = 5;

/// What befalls one life.
struct Life {
    double crash = 0;                   ///< in each step
    double fault = 0;                   ///< of the file system, drawn in each step
    double interrupt = 0;               ///< somewhere in it
    std::optional<std::uint64_t> crash_at;  ///< the step
    bool other_plan = false;            ///< wherever that must be noticed
};

struct Options {
    std::ostream* log = nullptr;
    Sabotage sabotage = Sabotage::none;
};

/// A run over the lives of its job. The same command is started again and again; between two starts
/// the machine may restart. Everything that commits rows is production's: Commits, Scheduler,
/// RowBuffer, the journal; what carries between them is modelled.
class Simulation {
public:
    explicit Simulation(const Scenario& scenario, Options options = {});

    /// One start of the command, to its end. Throws simulation::Violation, or std::logic_error of
    /// production's own checks.
    End live(const Life& life = {});
    void restart_machine();
    /// All lives of the scenario, and a last one in which nothing goes wrong, which must complete
    /// the run.
    void run();
    /// Nothing goes wrong any more: throws simulation::Violation unless the run is Completed, and
    /// stays so.
    void expect_completion();

    [[nodiscard]] journal::FaultyStorage& storage() { return storage_; }
    [[nodiscard]] journal::FaultPlan& faults() { return storage_.faults(); }
    [[nodiscard]] DataFile& file() { return file_; }
    [[nodiscard]] std::uint64_t steps() const { return steps_; }  ///< of the last life
    /// How many lives ended in this way.
    [[nodiscard]] std::uint64_t count(End end) const { return ends_[static_cast<int>(end)]; }
    [[nodiscard]] std::uint64_t other_plans() const { return other_plans_; }

private:
    End start(const Life& life);
    End work(const Life& life, journal::JournalWriter writer);
    std::optional<journal::Recovery> recover();
    std::optional<journal::Recovery> begin();
    bool open_file(std::uint64_t keep_bytes);
    void publish_if_left_out(const journal::State& state);
    void happen(const Life& life, Orchestrator& orchestrator);
    void step(Orchestrator& orchestrator, std::vector<Agent>& agents, JournalKeeper& journal);
    End end(const Orchestrator& orchestrator, JournalKeeper& journal);
    End complete(const Orchestrator& orchestrator, JournalKeeper& journal);
    void log(const std::string& line) const;

    Scenario scenario_;
    journal::FaultyStorage storage_;
    DataFile file_;
    Books books_;
    World world_;
    Plan plan_;  ///< of this life
    std::uint64_t steps_ = 0;
    Time now_{0};
    std::uint64_t ends_[kEnds] = {};
    std::uint64_t other_plans_ = 0;
};

/// Runs one seed's scenario. Throws simulation::Violation, which names the seed and how to run it
/// alone.
Simulation run_seed(std::uint64_t seed, std::ostream* log = nullptr);

}  // namespace parallel_run::commit_simulation
