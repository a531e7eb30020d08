// SPDX-License-Identifier: Apache-2.0
#include "orchestrator/rank_tasks.hpp"

#include <thread>

#include <gtest/gtest.h>

#include "table/reader.hpp"
#include "transport/messages.hpp"

namespace parallel_run::orchestrator {
namespace {

using namespace std::chrono_literals;

dataset::PlanTask request(std::uint64_t begin) {
    dataset::ScanTask scan;
    scan.piece.file = "/a.csv";
    scan.piece.begin = begin;
    scan.piece.end = begin + 10;
    scan.step = 5;
    return {0, {}, scan};
}

std::string answer(std::uint64_t begin, std::uint64_t records) {
    table::PieceScan scan;
    scan.begin = begin;
    scan.end = begin + 10;
    scan.step = 5;
    scan.stretches = {{false, records, 0}, {false, 0, 0}};
    transport::TaskDoneMessage message;
    encode(dataset::PlanAnswer(scan), message.answer);
    return encode(message);
}

std::uint64_t records(const std::optional<dataset::PlanAnswer>& answer) {
    return std::get<table::PieceScan>(answer.value()).stretches.front().records_outside;
}

TEST(RankTasks, shares_the_work_and_gives_answers_back_in_order) {
    RankTasks tasks(2, "/gathered");
    EXPECT_EQ(tasks.ahead(), 4U);
    for (std::uint64_t i = 0; i < 5; ++i) tasks.ask(request(10 * i));
    std::vector<int> ranks;
    while (const auto order = tasks.next_order(0ns)) ranks.push_back(order->rank);
    EXPECT_EQ(ranks, (std::vector<int>{0, 1, 0, 1}));
    EXPECT_TRUE(tasks.on_done(1, answer(10, 2), 0ns));
    EXPECT_EQ(tasks.next_order(0ns).value().rank, 1);
    EXPECT_TRUE(tasks.on_done(0, answer(0, 1), 0ns));
    EXPECT_EQ(records(tasks.take({})), 1U);
    EXPECT_EQ(records(tasks.take({})), 2U);
}

TEST(RankTasks, orders_say_what_is_to_be_done) {
    RankTasks tasks(1, "/gathered");
    EXPECT_EQ(tasks.directory(), "/gathered");
    tasks.ask(request(30));
    const auto order = tasks.next_order(0ns).value();
    dataset::PlanTask task;
    ASSERT_TRUE(decode(order.payload, task));
    EXPECT_EQ(task.work, request(30).work);
}

TEST(RankTasks, waits_for_the_answer_of_the_oldest) {
    RankTasks tasks(1, "/gathered");
    tasks.ask(request(0));
    ASSERT_TRUE(tasks.next_order(0ns));
    std::optional<dataset::PlanAnswer> taken;
    std::jthread plan([&](const std::stop_token& stop) { taken = tasks.take(stop); });
    EXPECT_TRUE(tasks.on_done(0, answer(0, 3), 0ns));
    plan.join();
    EXPECT_EQ(records(taken), 3U);
}

TEST(RankTasks, stops_waiting_when_told_to) {
    RankTasks tasks(1, "/gathered");
    tasks.ask(request(0));
    std::optional<dataset::PlanAnswer> taken;
    std::jthread plan([&](const std::stop_token& stop) { taken = tasks.take(stop); });
    plan.request_stop();
    plan.join();
    EXPECT_FALSE(taken);
}

TEST(RankTasks, throws_where_the_work_was_asked_for_what_failed_elsewhere) {
    RankTasks tasks(1, "/gathered");
    tasks.ask(request(0));
    ASSERT_TRUE(tasks.next_order(0ns));
    EXPECT_TRUE(tasks.on_done(0, encode(transport::TaskDoneMessage{"a.csv has changed", {}}), 0ns));
    try {
        (void)tasks.take({});
        FAIL();
    } catch (const table::ReadError& error) {
        EXPECT_STREQ(error.what(), "a.csv has changed");
    }
}

TEST(RankTasks, refuses_answers_that_nobody_asked_for) {
    RankTasks tasks(2, "/gathered");
    EXPECT_FALSE(tasks.on_done(0, answer(0, 1), 0ns));
    tasks.ask(request(0));
    ASSERT_TRUE(tasks.next_order(0ns));
    EXPECT_FALSE(tasks.on_done(1, answer(0, 1), 0ns));
    EXPECT_FALSE(tasks.on_done(0, "x", 0ns));
    EXPECT_FALSE(tasks.on_done(0, answer(10, 1), 0ns));
}

TEST(RankTasks, names_what_a_rank_does_not_come_to_the_end_of) {
    RankTasks tasks(1, "/gathered");
    tasks.ask(request(0));
    tasks.ask(request(10));
    ASSERT_TRUE(tasks.next_order(5s));
    ASSERT_TRUE(tasks.next_order(6s));
    EXPECT_FALSE(tasks.overdue(15s, 10s));
    EXPECT_EQ(tasks.overdue(16s, 10s),
              "rank 0 does not come to the end of looking through /a.csv, 0 to 10");
    EXPECT_TRUE(tasks.on_done(0, answer(0, 1), 16s));
    EXPECT_FALSE(tasks.overdue(26s, 10s));
}

}  // namespace
}  // namespace parallel_run::orchestrator
