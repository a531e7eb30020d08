// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <ostream>
#include <vector>

#include "scheduling/scheduler.hpp"
#include "simulation/books.hpp"
#include "simulation/scenario.hpp"
#include "simulation/stage.hpp"
#include "simulation/worker_model.hpp"

namespace parallel_run::simulation {

/// Makes a broken scheduler out of the sound one, to prove that the books notice. Each is called
/// where it is set.
struct Sabotage {
    std::function<void(scheduling::Policy&)> policy;      ///< before the scheduler gets it
    std::function<void(std::vector<Outcome>&)> outcomes;  ///< before the scheduler gets them
    std::function<void(scheduling::Actions&)> actions;    ///< before they are carried out
};

struct Summary {
    std::uint64_t events = 0;
    std::uint64_t recalls = 0;
    std::uint64_t assigns = 0;
    Time duration{0};
    Time work{0};                              ///< run times of all attempts that succeeded
    Time longest{0};                           ///< of them
    std::chrono::nanoseconds in_scheduler{0};  ///< of real time; only when measured
    scheduling::Counts counts;
    std::optional<scheduling::AbortReason> aborted;
};

struct Options {
    std::ostream* log = nullptr;  ///< gets a line for everything that happens
    bool measure = false;         ///< the scheduler's real time, without the checks
    Sabotage sabotage;
};

/// One job from its start until the last message has arrived, as the orchestrator would drive it.
class Simulation {
public:
    explicit Simulation(const Scenario& scenario, Options options = {});

    /// Throws Violation, or std::logic_error of the scheduler's own checks.
    Summary run();

private:
    void handle(const Event& event);
    void hear(WorkerId worker);
    void hear_outcomes(WorkerId worker, std::vector<Outcome> outcomes);
    void go_on_planning();
    void pass_time();
    template <typename Call>
    void tell(Call call);
    void carry_out();
    void log(const scheduling::Action& action);
    void check(WorkerId touched);
    void stop_when_over();

    Scenario scenario_;
    Options options_;
    Stage stage_;
    Books books_;
    scheduling::Scheduler scheduler_;
    std::vector<WorkerModel> workers_;
    scheduling::Actions actions_;
    std::size_t next_range_ = 0;
    bool stopping_ = false;
    Summary summary_;
};

[[nodiscard]] Scenario scenario_of_seed(std::uint64_t seed);

/// Runs one seed's scenario. Throws Violation, which names the seed and how to run it alone.
Summary run_seed(std::uint64_t seed, std::ostream* log = nullptr);

}  // namespace parallel_run::simulation
