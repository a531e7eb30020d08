// SPDX-License-Identifier: Apache-2.0
#include "simulation/scenario.hpp"

#include <algorithm>
#include <cmath>
#include <sstream>

namespace parallel_run::simulation {

namespace {

using namespace std::chrono_literals;

/// A probability that is 0 half of the time and then of any magnitude up to `most`.
double rate(Random& random, double most) {
    if (random.chance(0.5)) return 0;
    return most / static_cast<double>(random.magnitude(10));
}

Time times(Time time, double factor) {
    return Time(static_cast<std::int64_t>(static_cast<double>(time.count()) * factor));
}

Time up_to(Time most, Random& random) {
    return Time(random.between<std::int64_t>(1, most.count()));
}

void draw_cluster(Scenario& scenario, std::uint64_t workers, Random& random) {
    const auto per_node = std::min<std::uint64_t>(workers, random.magnitude(6));
    for (std::uint64_t worker = 0; worker < workers; ++worker) {
        scenario.node_of.push_back(static_cast<NodeId>(worker / per_node));
    }
    scenario.nodes = scenario.node_of.back() + 1;
    scenario.policy.process_count_per_node =
        static_cast<std::uint32_t>((workers + scenario.nodes - 1) / scenario.nodes);
}

void draw_plan(Scenario& scenario, std::uint64_t mini_batches, Random& random) {
    std::uint64_t next = 0;
    while (next < mini_batches) {
        const auto count = std::min(mini_batches - next, random.magnitude(9));
        scenario.plan.push_back({next, count, random.between<std::uint64_t>(1, 12), 1});
        next += count;
    }
    scenario.planned_at_once = random.magnitude(6);
    scenario.planning_pause = random.chance(0.5) ? up_to(1ms, random) : up_to(20s, random);
}

void draw_policy(Scenario& scenario, Random& random) {
    auto& policy = scenario.policy;
    policy.run_max_try = random.between<std::uint32_t>(1, 5);
    policy.needs_a_succeeded_item = random.chance(0.5);
    const auto mini_batches = static_cast<std::int64_t>(scenario.mini_batches());
    if (random.chance(0.3)) policy.error_threshold = random.between<std::int64_t>(0, mini_batches);
    if (random.chance(0.2)) {
        policy.allowed_failed_count = random.between<std::int64_t>(0, 1 + mini_batches / 20);
    }
    if (random.chance(0.2)) policy.allowed_failed_percent = 20 * random.uniform();
    policy.init_limit = 3 * scenario.run_limit + 30s;
    policy.progress_limit = 3 * (scenario.run_limit + 30s);
}

void draw_faults(Scenario& scenario, Random& random) {
    if (random.chance(0.1)) return;
    auto& faults = scenario.faults;
    faults.run_fails = rate(random, 0.5);
    faults.run_crashes = rate(random, 0.5);
    faults.run_hangs = rate(random, 0.2);
    faults.poisoned = rate(random, 0.5);
    faults.rows_are_off = rate(random, 0.5);
    faults.dies_between_runs = rate(random, 0.2);
    faults.init_fails = rate(random, 1);
    faults.init_hangs = rate(random, 0.2);
    faults.node_is_dead = rate(random, 1);
    faults.worker_is_slow = rate(random, 0.5);
    if (random.chance(0.2)) faults.worker_goes_silent = rate(random, 0.01);
    scenario.slowness = static_cast<double>(random.between(2, 200));
}

}  // namespace

const char* name_of(RunTimeLaw law) {
    switch (law) {
        case RunTimeLaw::constant: return "constant";
        case RunTimeLaw::uniform: return "uniform";
        case RunTimeLaw::log_normal: return "log-normal";
        case RunTimeLaw::one_in_a_hundred_is_long: return "one in 100 takes 100 times longer";
    }
    return "unknown";
}

Time draw_run_time(RunTimeLaw law, Time mean, Random& random) {
    switch (law) {
        case RunTimeLaw::constant: return mean;
        case RunTimeLaw::uniform: return times(mean, 2 * random.uniform());
        case RunTimeLaw::log_normal: return times(mean, std::exp(random.normal() - 0.5));
        case RunTimeLaw::one_in_a_hundred_is_long:
            return times(mean, random.chance(0.01) ? 50.25 : 0.5025);
    }
    return mean;
}

Time Scenario::longest_duration() const {
    const auto failures = std::int64_t{2} * nodes * policy.process_count_per_node;
    const auto runs = static_cast<std::int64_t>(mini_batches() * policy.run_max_try);
    return planning_pause * static_cast<std::int64_t>(plan.size() + 1) +
           runs * (run_limit + init_time + 4 * latency + report_interval) + 2min +
           failures * init_time + policy.init_limit + policy.progress_limit;
}

std::string Scenario::text() const {
    std::ostringstream text;
    const auto seconds = [](Time time) { return std::chrono::duration<double>(time).count(); };
    text << workers() << " workers on " << nodes << " nodes, " << mini_batches()
         << " mini-batches of " << seconds(mean_run_time) << " s (" << name_of(law) << "), "
         << policy.run_max_try << " attempts, run limit " << seconds(run_limit) << " s, init "
         << seconds(init_time) << " s, latency " << seconds(latency) << " s, thresholds "
         << policy.error_threshold << ' ' << policy.allowed_failed_count << ' '
         << policy.allowed_failed_percent << " %; faults: run fails " << faults.run_fails
         << " crashes " << faults.run_crashes << " hangs " << faults.run_hangs << " poisoned "
         << faults.poisoned << " dies " << faults.dies_between_runs << "; init fails "
         << faults.init_fails << " hangs " << faults.init_hangs << " dead nodes "
         << faults.node_is_dead << "; slow " << faults.worker_is_slow << " silent "
         << faults.worker_goes_silent;
    return text.str();
}

Scenario draw_scenario(std::uint64_t seed, std::uint64_t max_workers) {
    Random random(seed);
    Scenario scenario;
    scenario.seed = seed;
    draw_cluster(scenario, random.between<std::uint64_t>(1, max_workers), random);
    const auto mini_batches = random.magnitude(max_workers > 1000 ? 15 : 11);
    draw_plan(scenario, random.chance(0.02) ? 0 : mini_batches, random);
    scenario.law = static_cast<RunTimeLaw>(random.below(kRunTimeLaws));
    scenario.mean_run_time = Time(1us) * static_cast<std::int64_t>(random.magnitude(22));
    scenario.run_limit = scenario.mean_run_time * random.between<std::int64_t>(2, 400);
    scenario.init_time = up_to(random.chance(0.5) ? Time(10ms) : Time(20s), random);
    scenario.latency = up_to(random.chance(0.5) ? Time(50us) : Time(20ms), random);
    scenario.report_interval = up_to(5ms, random);
    scenario.prefetch = random.below(4);
    draw_policy(scenario, random);
    draw_faults(scenario, random);
    return scenario;
}

Scenario faultless_scenario(std::uint64_t seed, RunTimeLaw law, std::uint64_t workers,
                            std::uint64_t mini_batches, Time mean_run_time) {
    Scenario scenario;
    scenario.seed = seed;
    scenario.node_of.resize(workers);
    scenario.policy.process_count_per_node = static_cast<std::uint32_t>(workers);
    scenario.law = law;
    scenario.mean_run_time = mean_run_time;
    scenario.run_limit = 1000 * mean_run_time;
    scenario.policy.progress_limit = 3 * (scenario.run_limit + 30s);
    scenario.init_time = 1ms;
    scenario.latency = 100us;
    scenario.report_interval = 2ms;
    scenario.plan = {{0, mini_batches, 1, 1}};
    scenario.planning_pause = 1us;
    return scenario;
}

}  // namespace parallel_run::simulation
