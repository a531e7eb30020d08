// SPDX-License-Identifier: Apache-2.0

// The books can tell a broken scheduler from a sound one: each way to break it is caught, and for
// its own reason.

#include <string>
#include <utility>
#include <variant>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "simulation/simulation.hpp"

namespace parallel_run::simulation {

namespace {

using namespace std::chrono_literals;
using scheduling::Abort;
using scheduling::Action;
using scheduling::Actions;
using scheduling::Assign;
using scheduling::GiveUp;
using scheduling::Recall;
using scheduling::Restart;

/// What the simulation says about a scheduler that is broken in this way; empty: nothing.
std::string verdict(const Scenario& scenario, Sabotage sabotage) {
    Options options;
    options.sabotage = std::move(sabotage);
    try {
        Simulation(scenario, options).run();
        return {};
    } catch (const std::logic_error& error) {
        return error.what();
    }
}

void expect_caught(const Scenario& scenario, const Sabotage& sabotage, const char* verdict_part) {
    ASSERT_EQ(verdict(scenario, {}), "") << "the sound scheduler is blamed";
    EXPECT_THAT(verdict(scenario, sabotage), testing::HasSubstr(verdict_part));
}

Scenario sound() { return faultless_scenario(1, RunTimeLaw::uniform, 4, 60, 10ms); }

Scenario with_failing_runs() {
    auto scenario = sound();
    scenario.faults.run_fails = 0.5;
    return scenario;
}

Scenario with_failing_init() {
    auto scenario = sound();
    scenario.faults.init_fails = 0.7;
    return scenario;
}

/// Does something to the first action of a kind.
template <typename Kind, typename Change>
Sabotage once(Change change) {
    Sabotage sabotage;
    sabotage.actions = [change, done = false](Actions& actions) mutable {
        for (auto it = actions.begin(); it != actions.end() && !done; ++it) {
            if (!std::holds_alternative<Kind>(*it)) continue;
            done = true;
            change(actions, it);
            return;
        }
    };
    return sabotage;
}

template <typename Kind>
Sabotage drop() {
    return once<Kind>([](Actions& actions, auto it) { actions.erase(it); });
}

template <typename Kind>
Sabotage duplicate() {
    return once<Kind>([](Actions& actions, auto it) {
        const Action copy = *it;
        actions.push_back(copy);
    });
}

Sabotage with_policy(std::function<void(scheduling::Policy&)> policy) {
    Sabotage sabotage;
    sabotage.policy = std::move(policy);
    return sabotage;
}

TEST(Sabotage, a_lost_assign_is_caught) {
    expect_caught(sound(), drop<Assign>(), "holds another number");
}

TEST(Sabotage, a_doubled_assign_is_caught) {
    expect_caught(sound(), duplicate<Assign>(), "is assigned and was not waiting");
}

TEST(Sabotage, an_assign_to_the_wrong_worker_is_caught) {
    const auto sabotage = once<Assign>([](Actions&, auto it) {
        auto& worker = std::get<Assign>(*it).worker;
        worker = (worker + 1) % 4;
    });
    EXPECT_NE(verdict(sound(), sabotage), "");
}

TEST(Sabotage, an_assign_of_the_wrong_attempt_is_caught) {
    expect_caught(sound(),
                  once<Assign>([](Actions&, auto it) { ++std::get<Assign>(*it).work.attempt; }),
                  "is assigned under a wrong attempt");
}

TEST(Sabotage, one_attempt_too_many_is_caught) {
    expect_caught(with_failing_runs(), with_policy([](auto& policy) { ++policy.run_max_try; }),
                  "the count of failed mini-batches is wrong");
}

TEST(Sabotage, one_attempt_too_few_is_caught) {
    expect_caught(with_failing_runs(), with_policy([](auto& policy) { --policy.run_max_try; }),
                  "the count of failed mini-batches is wrong");
}

TEST(Sabotage, a_forgotten_threshold_is_caught) {
    auto scenario = with_failing_runs();
    scenario.policy.error_threshold = 2;
    expect_caught(scenario, with_policy([](auto& policy) { policy.error_threshold = -1; }),
                  "a threshold is exceeded and the job goes on");
}

TEST(Sabotage, a_threshold_off_by_one_is_caught) {
    auto scenario = with_failing_runs();
    scenario.policy.allowed_failed_count = 2;
    expect_caught(scenario, with_policy([](auto& policy) { --policy.allowed_failed_count; }),
                  "the job is given up without reason");
}

TEST(Sabotage, an_abort_without_reason_is_caught) {
    const auto sabotage = once<Assign>([](Actions& actions, auto) {
        actions.push_back(Abort{scheduling::AbortReason::init_failed});
    });
    expect_caught(sound(), sabotage, "the job is given up without reason");
}

TEST(Sabotage, an_abort_that_nobody_is_told_is_caught) {
    auto scenario = with_failing_runs();
    scenario.policy.allowed_failed_count = 0;
    expect_caught(scenario, drop<Abort>(), "an abort is not told");
}

TEST(Sabotage, work_after_the_abort_is_caught) {
    auto scenario = with_failing_runs();
    scenario.policy.allowed_failed_count = 0;
    const auto sabotage = once<Abort>([](Actions& actions, auto) {
        actions.push_back(Assign{0, {0, 1, 1, 1}});
    });
    expect_caught(scenario, sabotage, "something is decided after the abort");
}

TEST(Sabotage, a_lost_outcome_is_caught) {
    Sabotage sabotage;
    sabotage.outcomes = [](std::vector<Outcome>& outcomes) { outcomes.pop_back(); };
    expect_caught(sound(), sabotage, "the count of processed mini-batches is wrong");
}

TEST(Sabotage, rows_that_do_not_count_are_caught) {
    Sabotage sabotage;
    sabotage.outcomes = [](std::vector<Outcome>& outcomes) { ++outcomes.front().rows; };
    expect_caught(sound(), sabotage, "the count of rows is wrong");
}

TEST(Sabotage, a_restart_that_never_comes_is_caught) {
    expect_caught(with_failing_init(), drop<Restart>(), "waits for an answer to its failed init()");
}

TEST(Sabotage, a_doubled_restart_is_caught) {
    expect_caught(with_failing_init(), duplicate<Restart>(), "is restarted without need");
}

TEST(Sabotage, giving_up_a_node_too_early_is_caught) {
    auto scenario = with_failing_init();
    scenario.faults.init_fails = 0.9;
    expect_caught(scenario, with_policy([](auto& policy) { policy.process_count_per_node = 1; }),
                  "is given up too early");
}

TEST(Sabotage, asking_back_everything_is_caught) {
    const auto sabotage = once<Recall>([](Actions&, auto it) { ++std::get<Recall>(*it).count; });
    auto scenario = faultless_scenario(1, RunTimeLaw::one_in_a_hundred_is_long, 4, 2000, 20ms);
    expect_caught(scenario, sabotage, "is asked to give back nothing or everything");
}

TEST(Sabotage, asking_back_twice_is_caught) {
    auto scenario = faultless_scenario(1, RunTimeLaw::one_in_a_hundred_is_long, 4, 2000, 20ms);
    expect_caught(scenario, duplicate<Recall>(), "is asked to give back before it answered");
}

TEST(Sabotage, a_job_without_an_end_is_caught) {
    auto scenario = sound();
    scenario.faults.worker_goes_silent = 0.2;
    expect_caught(scenario, with_policy([](auto& policy) { policy.progress_limit *= 1000; }),
                  "the job does not end");
}

TEST(Books, know_a_retry_on_the_same_worker_while_another_is_idle) {
    const auto scenario = sound();
    Books books(scenario);
    books.planned({0, 1, 1, 1});
    books.ready(0);
    books.decided(Assign{0, {0, 1, 1, 1}}, 0ns);
    books.began(0, 0, 1);
    const Outcome failed{0, 1, Outcome::Kind::failed, 0, 1ms};
    books.ended(0, failed);
    books.reported(0, {&failed, 1}, 0ns);
    books.ready(1);
    EXPECT_THROW(books.decided(Assign{0, {0, 1, 1, 2}}, 0ns), Violation);
}

TEST(Books, know_work_that_two_workers_run) {
    const auto scenario = sound();
    Books books(scenario);
    books.planned({0, 1, 1, 1});
    books.ready(0);
    books.ready(1);
    books.decided(Assign{0, {0, 1, 1, 1}}, 0ns);
    books.began(0, 0, 1);
    EXPECT_THROW(books.began(1, 0, 1), Violation);
}

TEST(Books, know_work_for_a_worker_that_is_not_ready) {
    const auto scenario = sound();
    Books books(scenario);
    books.planned({0, 1, 1, 1});
    EXPECT_THROW(books.decided(Assign{0, {0, 1, 1, 1}}, 0ns), Violation);
}

}  // namespace

}  // namespace parallel_run::simulation
