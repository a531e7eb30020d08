// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "simulation/random.hpp"

namespace parallel_run::commit_simulation {

using simulation::Random;
using Time = std::chrono::nanoseconds;

/// The mini-batches of a run, as its input gives them.
struct MiniBatch {
    std::string descriptor;
    std::uint32_t items = 1;
};
using Plan = std::vector<MiniBatch>;

/// A run, and what befalls it over the lives of its job: all that a seed decides beforehand.
struct Scenario {
    std::uint64_t seed = 0;
    int ranks = 1;
    Plan plan;
    std::string header;  ///< the first line of the file; empty: none
    std::uint32_t run_max_try = 1;
    double run_fails = 0;
    std::uint64_t flush_bytes = 1;
    Time flush_interval{1};
    std::uint64_t planned_at_once = 1;  ///< mini-batches, at most

    int lives = 0;          ///< that may go wrong, before one in which nothing does
    double crash = 0;       ///< in each step of such a life
    double fault = 0;       ///< of the file system, drawn in each step
    double interrupt = 0;   ///< a signal in a life
    double other_plan = 0;  ///< the input was changed before a life

    /// One line for people.
    [[nodiscard]] std::string text() const;
};

Scenario draw_scenario(std::uint64_t seed);
/// Some mini-batches on some ranks, and nothing that goes wrong by itself.
Scenario plain_scenario(int ranks, std::uint64_t mini_batches);

/// The plan as it is after a mini-batch in [0, before) was removed or renamed, or one was added
/// before it. Precondition: 0 < before <= plan.size().
Plan changed(Plan plan, std::uint64_t before, Random& random);

}  // namespace parallel_run::commit_simulation
