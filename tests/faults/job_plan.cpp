// SPDX-License-Identifier: Apache-2.0
#include "job_plan.hpp"

#include "simulation/random.hpp"

namespace parallel_run::faults {

namespace {

using simulation::Random;
using std::chrono::microseconds;

template <typename Value, std::size_t count>
Value one_of(const std::array<Value, count>& values, Random& random) {
    return values.at(random.below(count));
}

Target target(Random& random) {
    constexpr std::array kOften = {Target::worker,     Target::worker,      Target::spawner,
                                   Target::rank,       Target::rank,        Target::rank_0,
                                   Target::launcher,   Target::run_process, Target::run_process,
                                   Target::everything, Target::everything};
    return one_of(kOften, random);
}

Kill kill(Random& random) {
    constexpr std::array kAims = {Aim::any_time, Aim::any_time, Aim::in_write, Aim::in_append,
                                  Aim::at_end};
    constexpr int kAnyTime = 1'500'000;
    constexpr int kSoon = 3'000;
    Kill kill{target(random), one_of(kAims, random), {}, random.next()};
    // A few of those that come soon are those that hit the start of a process.
    const bool soon = kill.aim != Aim::any_time || random.chance(0.2);
    kill.delay = microseconds(random.between(0, soon ? kSoon : kAnyTime));
    return kill;
}

RunPlan run_plan(Random& random) {
    constexpr std::array kBytes = {"16KB", "64KB", "256KB"};
    constexpr std::array kIntervals = {"0.05", "0.2", "1"};
    RunPlan plan;
    plan.ranks = random.between(1, 5);
    plan.options = {"--process_count_per_node",
                    std::to_string(plan.ranks),
                    "--flush_bytes",
                    one_of(kBytes, random),
                    "--flush_interval",
                    one_of(kIntervals, random),
                    "--run_invocation_timeout",
                    std::to_string(random.between(10, 60)),
                    "--max_restarts",
                    std::to_string(random.between(0, 3))};
    plan.at_once = random.chance(0.5);
    return plan;
}

}  // namespace

JobPlan::JobPlan(std::uint64_t of_seed) : seed(of_seed) {
    constexpr std::size_t kRuns = 16;
    Random random(seed);
    items = random.between(3'000U, 12'000U);
    const auto count = random.between(2U, 10U);
    while (kills.size() < count) kills.push_back(kill(random));
    while (runs.size() < kRuns) runs.push_back(run_plan(random));
}

}  // namespace parallel_run::faults
