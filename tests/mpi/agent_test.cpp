// SPDX-License-Identifier: Apache-2.0
// What an agent does when it is told, and while all goes well.
#include "agent_fixture.hpp"

#include <gtest/gtest.h>

namespace parallel_run::worker {
namespace {

TEST_F(AgentTest, runs_mini_batches_and_leaves_when_told) {
    start("echo_names");
    expect(Report::ready);
    give(5, {"a", "b"});
    expect_outcome(5, Outcome::Kind::succeeded);
    expect_outcome(6, Outcome::Kind::succeeded);
    order(Order::stop, 0);
    expect(Report::stopped);
    EXPECT_FALSE(agent->left());
    order(Order::leave, 1);
    EXPECT_EQ(agent->left(), 1);
}

TEST_F(AgentTest, seals_the_rows_of_what_succeeded) {
    auto settings = settings_for(directory, "misbehaves");
    settings.append_row_header = "name";
    start(settings);
    expect(Report::ready);
    give(0, {"one", "throw", "two"});
    expect_outcome(0, Outcome::Kind::succeeded);
    expect_outcome(1, Outcome::Kind::failed);
    expect_error("cannot read throw");
    expect_outcome(2, Outcome::Kind::succeeded);
    order(Order::epoch, 1);
    transport::SealedMessage sealed;
    ASSERT_TRUE(transport::decode(expect(Report::sealed), sealed));
    EXPECT_EQ(sealed.epoch, 1U);
    EXPECT_EQ(sealed.bytes, std::string("name\none\ntwo\n").size());
}

TEST_F(AgentTest, returns_work_that_comes_while_there_is_no_process) {
    start("echo_names");
    give(3, {"a", "b"});
    expect_outcome(3, Outcome::Kind::returned);
    expect_outcome(4, Outcome::Kind::returned);
    expect(Report::ready);
}

TEST_F(AgentTest, gives_back_what_is_not_started) {
    start("misbehaves");
    expect(Report::ready);
    give(0, {"hang", "a", "b", "c"});
    order(Order::recall, 2);
    expect_outcome(3, Outcome::Kind::returned);
    expect_outcome(2, Outcome::Kind::returned);
    std::uint64_t count = 0;
    ASSERT_TRUE(transport::decode_number(expect(Report::recalled), count));
    EXPECT_EQ(count, 2U);
}

TEST_F(AgentTest, answers_a_recall_without_a_process) {
    start("throws_in_init");
    order(Order::recall, 5);
    std::uint64_t count = 1;
    ASSERT_TRUE(transport::decode_number(expect(Report::recalled), count));
    EXPECT_EQ(count, 0U);
}

TEST_F(AgentTest, stops_at_once_without_blaming_what_ran) {
    start("misbehaves");
    expect(Report::ready);
    give(0, {"hang"});
    turn();
    order(Order::stop, 1);
    expect_outcome(0, Outcome::Kind::returned);
    expect(Report::stopped);
}

TEST_F(AgentTest, without_a_worker_takes_part_and_stops_at_once) {
    auto settings = settings_for(directory, "echo_names");
    settings.has_worker = false;
    start(settings);
    order(Order::epoch, 1);
    transport::SealedMessage sealed;
    ASSERT_TRUE(transport::decode(expect(Report::sealed), sealed));
    EXPECT_EQ(sealed.bytes, 0U);
    order(Order::stop, 0);
    expect(Report::stopped);
}

TEST_F(AgentTest, refuses_damaged_orders) {
    start("echo_names");
    EXPECT_THROW(order(Order::recall), std::runtime_error);
    EXPECT_THROW(order(Order::work, std::string("\x01\x01\x50")), std::runtime_error);
    EXPECT_THROW(order(static_cast<Order>(99), 1), std::runtime_error);
    EXPECT_THROW(order(Order::write, std::string("x")), std::runtime_error);
}

}  // namespace
}  // namespace parallel_run::worker
