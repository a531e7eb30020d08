// SPDX-License-Identifier: Apache-2.0

// A small run, in which one thing after the other goes wrong at each place where it can.

#include <array>
#include <string>

#include <gtest/gtest.h>

#include "simulation/commit_simulation.hpp"

namespace parallel_run::commit_simulation {

namespace {

using journal::Fault;

constexpr std::array kFaults{Fault::no_space, Fault::io_error, Fault::short_write,
                             Fault::crash_before, Fault::crash_after};

Scenario small_run() {
    auto scenario = plain_scenario(2, 6);
    scenario.header = "a header\n";
    scenario.run_max_try = 2;
    scenario.run_fails = 0.4;
    return scenario;
}

/// A life in which nothing goes wrong.
Summary undisturbed() {
    Simulation simulation(small_run());
    EXPECT_EQ(simulation.live(), End::completed);
    return simulation.summary();
}

/// Seeds of the file system's chance: with each it keeps and forgets something else.
void with_each_chance(const auto& test) {
    for (std::uint64_t seed = 1; seed <= 5 && !testing::Test::HasFailure(); ++seed) {
        for (const bool restart : {false, true}) {
            SCOPED_TRACE("seed " + std::to_string(seed) + (restart ? ", restart" : ""));
            auto scenario = small_run();
            scenario.seed = seed;
            Simulation simulation(scenario);
            test(simulation);
            if (restart) simulation.restart_machine();
            ASSERT_NO_THROW(simulation.expect_completion());
        }
    }
}

TEST(CommitFaults, of_each_kind_at_each_call_lose_nothing) {
    const auto calls = undisturbed().calls;
    ASSERT_GT(calls, 40U);
    for (const auto fault : kFaults) {
        // With other chances a life may take some calls more.
        for (std::uint64_t call = 0; call < 2 * calls; ++call) {
            SCOPED_TRACE("fault " + std::to_string(static_cast<int>(fault)) + " at call " +
                         std::to_string(call));
            with_each_chance([&](Simulation& simulation) {
                simulation.storage().plan_fault(call, fault);
                ASSERT_NO_THROW(simulation.live());
                const bool error = simulation.storage().faults().failures() > 0;
                EXPECT_TRUE(!error || simulation.summary().count(End::completed) == 0);
            });
            ASSERT_FALSE(HasFailure());
        }
    }
}

TEST(CommitFaults, at_each_two_calls_lose_nothing) {
    const auto calls = undisturbed().calls;
    std::uint64_t seed = 0;
    for (std::uint64_t first = 0; first < calls; ++first) {
        for (std::uint64_t second = 0; second < calls; ++second) {
            for (const auto fault : kFaults) {
                auto scenario = small_run();
                scenario.seed = ++seed;
                SCOPED_TRACE("seed " + std::to_string(seed));
                Simulation simulation(scenario);
                simulation.storage().plan_fault(first, fault);
                ASSERT_NO_THROW(simulation.live());
                if (seed % 3 == 0) simulation.restart_machine();
                simulation.storage().plan_fault(second, kFaults[seed / 7 % kFaults.size()]);
                ASSERT_NO_THROW(simulation.live());
                if (seed % 2 == 0) simulation.restart_machine();
                ASSERT_NO_THROW(simulation.expect_completion());
            }
        }
    }
}

TEST(CommitFaults, a_crash_after_each_step_loses_nothing) {
    const auto steps = undisturbed().steps;
    for (std::uint64_t step = 1; step < 2 * steps; ++step) {
        SCOPED_TRACE("step " + std::to_string(step));
        with_each_chance([&](Simulation& simulation) {
            Life life;
            life.crash_at = step;
            ASSERT_NO_THROW(simulation.live(life));
        });
        ASSERT_FALSE(HasFailure());
    }
}

TEST(CommitFaults, a_signal_after_each_step_loses_nothing) {
    const auto steps = undisturbed().steps;
    for (std::uint64_t step = 1; step < 2 * steps; step += 3) {
        SCOPED_TRACE("step " + std::to_string(step));
        with_each_chance([&](Simulation& simulation) {
            Life life;
            life.interrupt_at = step;
            ASSERT_NO_THROW(simulation.live(life));
            EXPECT_EQ(simulation.summary().count(End::stopped) +
                          simulation.summary().count(End::completed),
                      1U);
        });
        ASSERT_FALSE(HasFailure());
    }
}

TEST(CommitFaults, that_last_are_failures_until_they_are_gone) {
    Simulation simulation(small_run());
    for (std::uint64_t start = 0; start < 20; ++start) {
        // Behind what a start asks of the file system before its ranks work.
        simulation.storage().plan_fault(30, Fault::no_space);
        EXPECT_NE(simulation.live(), End::crashed);
    }
    EXPECT_NO_THROW(simulation.expect_completion());
}

TEST(CommitFaults, another_plan_is_a_failure_and_nothing_of_it_is_recorded) {
    std::uint64_t other_plans = 0;
    for (std::uint64_t seed = 0; seed < 500; ++seed) {
        SCOPED_TRACE("seed " + std::to_string(seed));
        auto scenario = plain_scenario(3, 30);
        scenario.seed = seed;
        Simulation simulation(scenario);
        Life first;
        first.planning_pace = 0.05;
        first.interrupt_at = 100 + 2 * seed;
        if (simulation.live(first) == End::completed) continue;
        Life second;
        second.other_plan = true;
        second.planning_pace = 0.95;
        ASSERT_NO_THROW(simulation.live(second));
        EXPECT_EQ(simulation.summary().count(End::failed), simulation.summary().other_plans);
        ASSERT_NO_THROW(simulation.expect_completion());
        other_plans += simulation.summary().other_plans;
    }
    EXPECT_GT(other_plans, 100U);
}

}  // namespace

}  // namespace parallel_run::commit_simulation
