// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "simulation/simulation.hpp"

namespace parallel_run::simulation {

namespace {

using namespace std::chrono_literals;

/// No order of the work does better than the greater of the two; without knowing the run times
/// beforehand both may come in a row.
Time ideal(const Summary& summary, std::uint64_t workers) {
    return summary.work / static_cast<std::int64_t>(workers) + summary.longest;
}

/// What no scheduler can help: init() and a few round trips, each of two messages and a report.
Time overhead(const Scenario& scenario) {
    return scenario.init_time + 5 * (2 * scenario.latency + scenario.report_interval);
}

/// Where one in 100 takes 100 times longer, what waits behind it can be shared only when the rest
/// is done.
std::int64_t percent_of_ideal(RunTimeLaw law) {
    return law == RunTimeLaw::one_in_a_hundred_is_long ? 110 : 101;
}

class Efficiency : public testing::TestWithParam<RunTimeLaw> {
protected:
    static void expect_near_ideal(std::uint64_t workers, std::uint64_t for_each, Time mean) {
        for (std::uint64_t seed = 0; seed < 5; ++seed) {
            const auto scenario =
                faultless_scenario(seed, GetParam(), workers, workers * for_each, mean);
            const auto summary = Simulation(scenario).run();
            const auto bound = ideal(summary, workers) * percent_of_ideal(GetParam()) / 100;
            EXPECT_LE(summary.duration, bound + overhead(scenario)) << scenario.text();
            EXPECT_LE(summary.recalls, 3 * workers + 10) << scenario.text();
        }
    }
};

TEST_P(Efficiency, is_near_the_ideal_for_long_mini_batches) {
    for (const std::uint64_t workers : {1U, 2U, 8U, 64U, 1000U}) {
        expect_near_ideal(workers, 3, 1s);
        expect_near_ideal(workers, 20, 1s);
        expect_near_ideal(workers, 20, 20ms);
    }
}

TEST_P(Efficiency, is_near_the_ideal_for_short_mini_batches) {
    for (const std::uint64_t workers : {1U, 2U, 8U, 64U}) {
        expect_near_ideal(workers, 3, 1ms);
        expect_near_ideal(workers, 200, 1ms);
        expect_near_ideal(workers, 3, 20us);
        expect_near_ideal(workers, 1000, 20us);
    }
}

INSTANTIATE_TEST_SUITE_P(Law, Efficiency,
                         testing::Values(RunTimeLaw::constant, RunTimeLaw::uniform,
                                         RunTimeLaw::log_normal,
                                         RunTimeLaw::one_in_a_hundred_is_long));

}  // namespace

}  // namespace parallel_run::simulation
