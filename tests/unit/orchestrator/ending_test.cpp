// SPDX-License-Identifier: Apache-2.0
#include "orchestrator/ending.hpp"

#include <csignal>

#include <gtest/gtest.h>

namespace parallel_run::orchestrator {
namespace {

using namespace std::chrono_literals;
using Phase = Ending::Phase;
using Step = Ending::Step;

constexpr auto kNow = 100s;
constexpr auto kPatience = 10s;

class EndingTest : public testing::Test {
protected:
    Step next(Ending::Time now = kNow) { return ending.next(facts, now); }
    /// Through the last epoch.
    void expect_flushed() {
        facts.all_stopped = true;
        EXPECT_EQ(next(), Step::epoch);
        facts.busy = true;
        EXPECT_EQ(next(), Step::none);
        EXPECT_EQ(ending.phase(), Phase::flushing);
        facts.busy = facts.anything_open = false;
        EXPECT_EQ(next(), Step::none);
        EXPECT_EQ(ending.phase(), Phase::done);
    }

    Ending ending;
    Ending::Facts facts;
};

TEST_F(EndingTest, of_a_job_without_trouble_lets_processes_end_and_flushes) {
    facts.held = 3;
    EXPECT_EQ(next(), Step::none);
    facts.epoch_due = true;
    EXPECT_EQ(next(), Step::epoch);
    facts.busy = true;
    EXPECT_EQ(next(), Step::none);
    facts = {.resolved = true, .anything_open = true};
    EXPECT_EQ(next(), Step::stop);
    EXPECT_EQ(next(), Step::none) << "once";
    expect_flushed();
}

TEST_F(EndingTest, of_a_failed_job_kills_and_still_flushes) {
    facts = {.failed = true, .held = 3, .anything_open = true};
    EXPECT_EQ(next(), Step::kill);
    EXPECT_EQ(next(), Step::none);
    expect_flushed();
}

TEST_F(EndingTest, does_not_write_what_cannot_be_written) {
    facts = {.failed = true, .anything_open = true, .writable = false};
    EXPECT_EQ(next(), Step::kill);
    facts.all_stopped = true;
    facts.busy = true;
    EXPECT_EQ(next(), Step::none);
    EXPECT_EQ(ending.phase(), Phase::stopping);
    facts.busy = false;
    EXPECT_EQ(next(), Step::none);
    EXPECT_EQ(ending.phase(), Phase::done);
}

TEST_F(EndingTest, writes_again_when_a_flush_left_something) {
    facts = {.resolved = true};
    EXPECT_EQ(next(), Step::stop);
    facts.all_stopped = facts.anything_open = true;
    EXPECT_EQ(next(), Step::epoch);
    EXPECT_EQ(next(), Step::epoch);
    facts.anything_open = false;
    EXPECT_EQ(next(), Step::none);
    EXPECT_EQ(ending.phase(), Phase::done);
}

TEST_F(EndingTest, by_a_signal_waits_for_what_runs_and_writes_meanwhile) {
    facts.held = 2;
    ending.interrupt(SIGTERM, kNow, kPatience);
    EXPECT_EQ(next(), Step::drain);
    EXPECT_EQ(next(), Step::none);
    facts.anything_open = true;
    EXPECT_EQ(next(), Step::epoch);
    facts.anything_open = false;
    facts.held = 0;
    EXPECT_EQ(next(), Step::stop);
    expect_flushed();
    EXPECT_EQ(ending.interrupted(), SIGTERM);
}

TEST_F(EndingTest, by_a_signal_kills_when_patience_ends) {
    facts.held = 2;
    ending.interrupt(SIGTERM, kNow, kPatience);
    EXPECT_EQ(next(), Step::drain);
    EXPECT_EQ(next(kNow + kPatience), Step::none);
    EXPECT_EQ(next(kNow + kPatience + 1ns), Step::kill);
    EXPECT_EQ(next(kNow + kPatience + 2ns), Step::none) << "once";
}

TEST_F(EndingTest, by_a_signal_kills_processes_that_take_too_long_to_end) {
    ending.interrupt(SIGTERM, kNow, kPatience);
    EXPECT_EQ(next(), Step::drain);
    EXPECT_EQ(next(), Step::stop);
    EXPECT_EQ(next(kNow + kPatience + 1ns), Step::kill);
    EXPECT_EQ(next(kNow + kPatience + 2ns), Step::none);
}

TEST_F(EndingTest, takes_a_failure_while_it_drains) {
    facts.held = 2;
    ending.interrupt(SIGTERM, kNow, kPatience);
    EXPECT_EQ(next(), Step::drain);
    facts.failed = true;
    EXPECT_EQ(next(), Step::kill);
}

TEST_F(EndingTest, keeps_the_first_signal_and_its_patience) {
    ending.interrupt(SIGUSR1, kNow, kPatience);
    ending.interrupt(SIGTERM, kNow + 5s, kPatience);
    EXPECT_EQ(ending.interrupted(), SIGUSR1);
    facts.held = 1;
    EXPECT_EQ(next(), Step::drain);
    EXPECT_EQ(next(kNow + kPatience + 1ns), Step::kill);
}

TEST_F(EndingTest, by_a_signal_waits_for_the_plan_to_agree_as_long_as_patience_lasts) {
    facts = {.anything_open = true, .writable = false, .may_become_writable = true};
    ending.interrupt(SIGTERM, kNow, kPatience);
    EXPECT_EQ(next(), Step::drain);
    EXPECT_EQ(next(), Step::stop);
    facts.all_stopped = true;
    EXPECT_EQ(next(), Step::none);
    EXPECT_EQ(ending.phase(), Phase::flushing);
    facts.writable = true;
    EXPECT_EQ(next(), Step::epoch);
    facts.writable = false;
    EXPECT_EQ(next(kNow + kPatience + 1ns), Step::none);
    EXPECT_EQ(ending.phase(), Phase::done);
}

TEST_F(EndingTest, of_a_finished_job_is_not_changed_by_a_signal) {
    facts.resolved = true;
    ending.interrupt(SIGTERM, kNow, kPatience);
    EXPECT_EQ(next(), Step::stop);
    expect_flushed();
}

}  // namespace
}  // namespace parallel_run::orchestrator
