// SPDX-License-Identifier: Apache-2.0
#include "orchestrator/rank_scans.hpp"

#include <thread>

#include <gtest/gtest.h>

#include "dataset/descriptor.hpp"
#include "table/reader.hpp"
#include "transport/messages.hpp"

namespace parallel_run::orchestrator {
namespace {

using namespace std::chrono_literals;

dataset::PieceRequest request(std::uint64_t begin) {
    dataset::PieceRequest made;
    made.piece.file = "/a.csv";
    made.piece.begin = begin;
    made.piece.end = begin + 10;
    made.step = 5;
    return made;
}

std::string answer(std::uint64_t begin, std::uint64_t records) {
    transport::ScannedMessage message;
    message.scan.begin = begin;
    message.scan.end = begin + 10;
    message.scan.step = 5;
    message.scan.stretches = {{false, records, 0}, {false, 0, 0}};
    return encode(message);
}

std::uint64_t records(const std::optional<table::PieceScan>& scan) {
    return scan.value().stretches.front().records_outside;
}

TEST(RankScans, shares_the_pieces_and_gives_them_back_in_order) {
    RankScans scans(2);
    EXPECT_EQ(scans.ahead(), 4U);
    for (std::uint64_t i = 0; i < 5; ++i) scans.ask(request(10 * i));
    std::vector<int> ranks;
    while (const auto order = scans.next_order(0ns)) ranks.push_back(order->rank);
    EXPECT_EQ(ranks, (std::vector<int>{0, 1, 0, 1}));
    EXPECT_TRUE(scans.on_scanned(1, answer(10, 2), 0ns));
    EXPECT_EQ(scans.next_order(0ns).value().rank, 1);
    EXPECT_TRUE(scans.on_scanned(0, answer(0, 1), 0ns));
    EXPECT_EQ(records(scans.take({})), 1U);
    EXPECT_EQ(records(scans.take({})), 2U);
}

TEST(RankScans, orders_say_which_piece_and_step) {
    RankScans scans(1);
    scans.ask(request(30));
    const auto order = scans.next_order(0ns).value();
    transport::ScanMessage message;
    ASSERT_TRUE(decode(order.payload, message));
    EXPECT_EQ(message.step, 5U);
    dataset::DescriptorView view;
    ASSERT_TRUE(dataset::decode(message.piece, view));
    EXPECT_EQ(view.part.begin, 30U);
    EXPECT_EQ(view.part.file, "/a.csv");
}

TEST(RankScans, waits_for_the_answer_of_the_oldest) {
    RankScans scans(1);
    scans.ask(request(0));
    ASSERT_TRUE(scans.next_order(0ns));
    std::optional<table::PieceScan> taken;
    std::jthread plan([&](const std::stop_token& stop) { taken = scans.take(stop); });
    EXPECT_TRUE(scans.on_scanned(0, answer(0, 3), 0ns));
    plan.join();
    EXPECT_EQ(records(taken), 3U);
}

TEST(RankScans, stops_waiting_when_told_to) {
    RankScans scans(1);
    scans.ask(request(0));
    std::optional<table::PieceScan> taken;
    std::jthread plan([&](const std::stop_token& stop) { taken = scans.take(stop); });
    plan.request_stop();
    plan.join();
    EXPECT_FALSE(taken);
}

TEST(RankScans, throws_where_the_piece_was_asked_for_what_failed_elsewhere) {
    RankScans scans(1);
    scans.ask(request(0));
    ASSERT_TRUE(scans.next_order(0ns));
    EXPECT_TRUE(
        scans.on_scanned(0, encode(transport::ScannedMessage{"a.csv has changed", {}}), 0ns));
    try {
        (void)scans.take({});
        FAIL();
    } catch (const table::ReadError& error) {
        EXPECT_STREQ(error.what(), "a.csv has changed");
    }
}

TEST(RankScans, refuses_answers_that_nobody_asked_for) {
    RankScans scans(2);
    EXPECT_FALSE(scans.on_scanned(0, answer(0, 1), 0ns));
    scans.ask(request(0));
    ASSERT_TRUE(scans.next_order(0ns));
    EXPECT_FALSE(scans.on_scanned(1, answer(0, 1), 0ns));
    EXPECT_FALSE(scans.on_scanned(0, "x", 0ns));
    EXPECT_FALSE(scans.on_scanned(0, answer(10, 1), 0ns));
}

TEST(RankScans, names_what_a_rank_does_not_come_to_the_end_of) {
    RankScans scans(1);
    scans.ask(request(0));
    scans.ask(request(10));
    ASSERT_TRUE(scans.next_order(5s));
    ASSERT_TRUE(scans.next_order(6s));
    EXPECT_FALSE(scans.overdue(15s, 10s));
    EXPECT_EQ(scans.overdue(16s, 10s),
              "rank 0 does not come to the end of looking through /a.csv, 0 to 10");
    EXPECT_TRUE(scans.on_scanned(0, answer(0, 1), 16s));
    EXPECT_FALSE(scans.overdue(26s, 10s));
}

}  // namespace
}  // namespace parallel_run::orchestrator
