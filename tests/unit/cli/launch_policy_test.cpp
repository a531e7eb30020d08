// SPDX-License-Identifier: Apache-2.0
#include "cli/launch_policy.hpp"

#include <csignal>

#include <gtest/gtest.h>

namespace parallel_run::cli {
namespace {

using namespace std::chrono_literals;
using Look = Desertion::Look;
using Stage = Stopping::Stage;

constexpr auto kLeave = Stopping::kLeaveTime;

TEST(Stopping, waits_for_a_signal_for_ever) {
    Stopping stopping(20s);
    EXPECT_EQ(stopping.deadline(), Stopping::Time::max());
    EXPECT_EQ(stopping.on_time(1'000'000s), std::nullopt);
    EXPECT_FALSE(stopping.begun());
}

TEST(Stopping, asks_at_the_first_signal_of_any_kind) {
    for (const auto signal : {SIGINT, SIGTERM, SIGUSR1, SIGHUP}) {
        Stopping stopping(20s);
        EXPECT_EQ(stopping.on_signal(signal, 7s), Stage::asked);
        EXPECT_TRUE(stopping.begun());
    }
}

TEST(Stopping, is_not_hurried_by_what_batch_systems_repeat) {
    Stopping stopping(20s);
    stopping.on_signal(SIGUSR1, 7s);
    for (const auto signal : {SIGTERM, SIGUSR1, SIGHUP}) {
        EXPECT_EQ(stopping.on_signal(signal, 8s), std::nullopt);
    }
}

TEST(Stopping, goes_further_with_each_interrupt) {
    Stopping stopping(20s);
    stopping.on_signal(SIGTERM, 7s);
    EXPECT_EQ(stopping.on_signal(SIGINT, 8s), Stage::ended);
    EXPECT_EQ(stopping.on_signal(SIGINT, 9s), Stage::killed);
    EXPECT_EQ(stopping.on_signal(SIGINT, 10s), std::nullopt);
}

TEST(Stopping, ends_ranks_that_take_longer_than_the_grace_and_kills_what_ignores_that) {
    Stopping stopping(20s);
    stopping.on_signal(SIGTERM, 7s);
    const auto end = 7s + 20s + kLeave;
    EXPECT_EQ(stopping.deadline(), end);
    EXPECT_EQ(stopping.on_time(end - 1ns), std::nullopt);
    EXPECT_EQ(stopping.on_time(end), Stage::ended);
    EXPECT_EQ(stopping.on_time(end + kLeave - 1ns), std::nullopt);
    EXPECT_EQ(stopping.on_time(end + kLeave), Stage::killed);
    EXPECT_EQ(stopping.deadline(), Stopping::Time::max());
}

TEST(SignalOf, a_stage_is_one_that_reaches_ranks_first) {
    EXPECT_EQ(signal_of(Stage::asked), SIGUSR1);
    EXPECT_EQ(signal_of(Stage::ended), SIGTERM);
    EXPECT_EQ(signal_of(Stage::killed), SIGKILL);
}

TEST(Desertion, is_looked_for_ten_times_within_its_limit) {
    EXPECT_EQ(Desertion(10s).between_looks(), 1s);
}

TEST(Desertion, ends_the_launcher_after_the_limit_and_kills_it_when_it_stays) {
    Desertion desertion(10s);
    EXPECT_EQ(desertion.on_look(Look::lost, 7s), std::nullopt);
    EXPECT_EQ(desertion.on_look(Look::lost, 17s - 1ns), std::nullopt);
    EXPECT_EQ(desertion.judged(3), 3);
    EXPECT_EQ(desertion.on_look(Look::lost, 17s), SIGTERM);
    EXPECT_EQ(desertion.judged(3), 128 + SIGTERM);
    EXPECT_EQ(desertion.on_look(Look::lost, 17s + kLeave - 1ns), std::nullopt);
    EXPECT_EQ(desertion.on_look(Look::lost, 17s + kLeave), SIGKILL);
    EXPECT_EQ(desertion.on_look(Look::lost, 100s), std::nullopt);
    EXPECT_EQ(desertion.judged(3), 128 + SIGKILL);
}

TEST(Desertion, is_over_as_soon_as_there_is_a_process_again) {
    Desertion desertion(10s);
    EXPECT_EQ(desertion.on_look(Look::lost, 7s), std::nullopt);
    EXPECT_EQ(desertion.on_look(Look::needed, 16s), std::nullopt);
    EXPECT_EQ(desertion.on_look(Look::lost, 18s), std::nullopt);
    EXPECT_EQ(desertion.on_look(Look::lost, 28s), SIGTERM);
    EXPECT_EQ(desertion.on_look(Look::needed, 29s), std::nullopt);
    EXPECT_EQ(desertion.on_look(Look::lost, 30s), std::nullopt);
    EXPECT_EQ(desertion.judged(0), 128 + SIGTERM);
}

TEST(Desertion, of_a_job_that_is_over_is_no_fault) {
    Desertion desertion(10s);
    EXPECT_EQ(desertion.on_look(Look::over, 7s), std::nullopt);
    EXPECT_EQ(desertion.on_look(Look::over, 17s), SIGTERM);
    EXPECT_EQ(desertion.on_look(Look::lost, 17s + kLeave), SIGKILL)
        << "which SIGTERM brought about";
    EXPECT_EQ(desertion.judged(128 + SIGKILL), 0);
}

TEST(Desertion, lasts_from_the_status_to_the_end_of_the_last_rank) {
    Desertion desertion(10s);
    EXPECT_EQ(desertion.on_look(Look::over, 7s), std::nullopt);
    EXPECT_EQ(desertion.on_look(Look::lost, 17s), SIGTERM);
    EXPECT_EQ(desertion.judged(0), 128 + SIGTERM);
}

TEST(RanksLeft, tells_a_launcher_that_does_not_work_from_ranks_that_were_lost) {
    EXPECT_FALSE(read_ranks_left(std::nullopt, 1).lost);
    const auto lost = read_ranks_left("", 1);
    EXPECT_TRUE(lost.lost);
    EXPECT_EQ(lost.status, std::nullopt);
}

TEST(RanksLeft, are_lost_before_they_began_when_something_was_killed) {
    for (const auto signal : {SIGHUP, SIGINT, SIGTERM, SIGKILL}) {
        EXPECT_TRUE(read_ranks_left(std::nullopt, 128 + signal).lost);
    }
    for (const auto own_fault : {SIGSEGV, SIGABRT, SIGILL, SIGBUS}) {
        EXPECT_FALSE(read_ranks_left(std::nullopt, 128 + own_fault).lost);
    }
}

TEST(RanksLeft, has_the_first_status_that_was_left) {
    EXPECT_EQ(read_ranks_left("0\n", 1).status, 0);
    EXPECT_EQ(read_ranks_left("1\n75\n", 0).status, 1);
    EXPECT_EQ(read_ranks_left("75      \n", 0).status, 75);
}

TEST(RanksLeft, have_no_fault_when_they_left_nothing_and_the_launcher_has_none) {
    EXPECT_EQ(read_ranks_left("-       \n", 0).status, 0);
    EXPECT_TRUE(read_ranks_left("-       \n", 1).lost);
    EXPECT_EQ(read_ranks_left("-       \n", 1).status, std::nullopt);
}

TEST(RanksLeft, are_lost_when_a_launcher_that_failed_told_them_to_stop) {
    EXPECT_EQ(read_ranks_left("75\n", 0).status, 75);
    EXPECT_EQ(read_ranks_left("75\n", 137).status, std::nullopt);
    EXPECT_TRUE(read_ranks_left("75\n", 137).lost);
}

struct Case {
    const char* name;
    RanksLeft left;
    bool stopping;
    HostCount hosts;
    std::uint32_t restarts;
    Next expected;
};

constexpr RanksLeft kNothing = {false, std::nullopt};
constexpr RanksLeft kLost = {true, std::nullopt};

class WhatNext : public ::testing::TestWithParam<Case> {};

TEST_P(WhatNext, is_as_expected) {
    const auto& given = GetParam();
    EXPECT_EQ(what_next(given.left, given.stopping, given.hosts, given.restarts, 3),
              given.expected);
}

INSTANTIATE_TEST_SUITE_P(
    Cases, WhatNext,
    ::testing::Values(Case{"a_status_is_the_end", {true, 1}, false, {}, 0, Next::end},
                      Case{"a_status_is_the_end_when_stopping", {true, 0}, true, {}, 0, Next::end},
                      Case{"stopping_is_no_loss", kLost, true, {}, 0, Next::stop},
                      Case{"a_loss_is_made_good", kLost, false, {}, 0, Next::again},
                      Case{"the_third_loss_too", kLost, false, {}, 2, Next::again},
                      Case{"the_fourth_is_not", kLost, false, {}, 3, Next::give_up},
                      Case{"no_rank_ever", kNothing, false, {}, 0, Next::fail},
                      Case{"no_rank_and_a_host_is_lost", kNothing, false, {1, 1}, 0, Next::again},
                      Case{"no_rank_any_more", kNothing, false, {2, 0}, 1, Next::again},
                      Case{"no_host_is_left", kLost, false, {0, 2}, 0, Next::no_host}),
    [](const auto& test) { return std::string(test.param.name); });

TEST(AfterALoss, is_nothing_more_without_restarts) {
    EXPECT_EQ(what_next(kLost, false, {}, 0, 0), Next::give_up);
}

TEST(StatusText, names_the_signal) {
    EXPECT_EQ(status_text(1), "status 1");
    EXPECT_EQ(status_text(137), "status 137 (signal 9, Killed)");
    EXPECT_EQ(status_text(205), "status 205");
}

}  // namespace
}  // namespace parallel_run::cli
