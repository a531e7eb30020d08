// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "scheduling/types.hpp"
#include "simulation/random.hpp"

namespace parallel_run::simulation {

using scheduling::NodeId;
using scheduling::Time;
using scheduling::WorkerId;

/// How the run times of mini-batches are distributed around their mean.
enum class RunTimeLaw : std::uint8_t { constant, uniform, log_normal, one_in_a_hundred_is_long };
inline constexpr int kRunTimeLaws = 4;

[[nodiscard]] const char* name_of(RunTimeLaw law);
Time draw_run_time(RunTimeLaw law, Time mean, Random& random);

/// What goes wrong, as probabilities.
struct Faults {
    double run_fails = 0;    ///< an attempt ends by an exception
    double run_crashes = 0;  ///< an attempt takes its process along
    double run_hangs = 0;    ///< an attempt ends by the timeout
    double poisoned = 0;     ///< a mini-batch fails in each attempt
    double rows_are_off = 0;
    double dies_between_runs = 0;  ///< the process ends after a run() that succeeded
    double init_fails = 0;
    double init_hangs = 0;
    double node_is_dead = 0;  ///< init() fails on it always
    double worker_is_slow = 0;
    double worker_goes_silent = 0;  ///< its agent answers no more
};

/// A job, a cluster, and what befalls them: all that a seed decides beforehand.
struct Scenario {
    std::uint64_t seed = 0;
    std::vector<NodeId> node_of;
    std::uint32_t nodes = 1;
    scheduling::Policy policy;
    RunTimeLaw law = RunTimeLaw::constant;
    Time mean_run_time{0};
    Time run_limit{0};  ///< run_invocation_timeout
    Time init_time{0};  ///< the longest
    Time latency{0};    ///< the longest of a message
    Time report_interval{0};
    std::uint64_t prefetch = 0;  ///< mini-batches that an agent can no longer take back
    std::vector<scheduling::WorkRange> plan;
    std::uint64_t planned_at_once = 1;  ///< ranges in one burst
    Time planning_pause{0};             ///< the longest between bursts
    Faults faults;
    double slowness = 1;  ///< how many times longer a slow worker takes

    [[nodiscard]] std::uint64_t workers() const { return node_of.size(); }
    [[nodiscard]] std::uint64_t mini_batches() const {
        return plan.empty() ? 0 : plan.back().end();
    }
    /// No job of this kind lasts longer, whatever happens.
    [[nodiscard]] Time longest_duration() const;
    /// One line for people.
    [[nodiscard]] std::string text() const;
};

/// Any job on 1 to `max_workers` workers, most of them small.
Scenario draw_scenario(std::uint64_t seed, std::uint64_t max_workers = 64);
/// A job in which nothing goes wrong, planned at once; for judging efficiency.
Scenario faultless_scenario(std::uint64_t seed, RunTimeLaw law, std::uint64_t workers,
                            std::uint64_t mini_batches, Time mean_run_time);

}  // namespace parallel_run::simulation
