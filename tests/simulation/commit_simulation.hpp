// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
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
inline constexpr std::array kNamesOfEnds{"crashed", "refused", "failed", "stopped", "completed"};

/// What befalls one life.
struct Life {
    double crash = 0;                           ///< in each step
    double fault = 0;                           ///< of the file system, drawn in each step
    std::optional<std::uint64_t> crash_at;      ///< this step
    std::optional<std::uint64_t> interrupt_at;  ///< a signal, at this step
    bool other_plan = false;                    ///< wherever that must be noticed
    double planning_pace = 0.5;  ///< the chance that mini-batches are planned in a step
};

struct Summary {
    std::array<std::uint64_t, kNamesOfEnds.size()> lives{};  ///< that ended in each way
    std::uint64_t other_plans = 0;                           ///< lives with another plan
    std::uint64_t steps = 0;                                 ///< of the last life
    std::uint64_t calls = 0;                                 ///< of the file system, in it

    [[nodiscard]] std::uint64_t count(End end) const {
        return lives[static_cast<std::size_t>(end)];
    }
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
    [[nodiscard]] DataFile& file() { return file_; }
    [[nodiscard]] const Summary& summary() const { return summary_; }

private:
    End start(const Life& life);
    std::optional<journal::Recovery> recover();
    std::optional<journal::Recovery> begin();
    base::Result<journal::JournalWriter> go_on(journal::Recovery recovery);
    End reuse(journal::Recovery recovery);
    void draw_plan(const Life& life, const journal::State& state);
    std::string open_file(std::uint64_t keep_bytes);
    End work(const Life& life, journal::JournalWriter writer);
    void happen(const Life& life);
    End end(const Orchestrator& orchestrator, JournalKeeper& journal);
    std::string complete(const Orchestrator& orchestrator, JournalKeeper& journal);
    End say(End end, const std::string& reason);

    const Scenario scenario_;
    journal::FaultyStorage storage_;
    DataFile file_;
    Books books_;
    Books found_;  ///< with what the journal shows, durable or not
    World world_;
    Plan plan_;  ///< of this life
    Summary summary_;
};

/// Runs one seed's scenario. Throws simulation::Violation, which names the seed and how to run it
/// alone.
Summary run_seed(std::uint64_t seed, std::ostream* log = nullptr);

}  // namespace parallel_run::commit_simulation
