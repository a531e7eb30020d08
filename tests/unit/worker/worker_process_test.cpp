// SPDX-License-Identifier: Apache-2.0
#include "worker/worker_process.hpp"

#include "worker_process_fixture.hpp"

#include <poll.h>

#include <numeric>

#include "ring/waiting.hpp"

namespace parallel_run::worker {
namespace {

TEST_F(WorkerProcessTest, gives_setup_work_and_shutdown_in_order) {
    ring::Setup setup;
    setup.agent_name = "process007";
    process.give_setup(setup);
    process.give(12, 3, "descriptor");
    process.give_shutdown();

    auto message = obey();
    ASSERT_TRUE(message && message->kind == Command::setup);
    ring::Setup received;
    ASSERT_TRUE(ring::decode(message->bytes, received));
    EXPECT_EQ(received.agent_name, "process007");

    message = obey();
    ASSERT_TRUE(message && message->kind == Command::mini_batch);
    const ring::MiniBatchHead head{12, 3, 0};
    EXPECT_EQ(message->bytes, std::string(bytes_of(head)) + "descriptor");

    message = obey();
    ASSERT_TRUE(message && message->kind == Command::shutdown);
    EXPECT_FALSE(obey());
}

TEST_F(WorkerProcessTest, sends_a_mini_batch_alone_that_is_tried_again) {
    process.give(1, 1, "a");
    process.give(2, 2, "b");
    process.give(3, 1, "c");
    process.give(4, 1, "d");
    const std::vector<std::vector<std::uint64_t>> expected = {{1}, {2}, {3, 4}};
    for (const auto& together : expected) {
        process.pump();
        for (const auto index : together) EXPECT_EQ(take_mini_batch(), index);
        EXPECT_FALSE(obey());
        for (const auto index : together) {
            say_succeeded(index, index == 2 ? 2 : 1);
            EXPECT_TRUE(std::holds_alternative<WorkerProcess::Ended>(process.listen()));
        }
    }
    EXPECT_EQ(process.held(), 0U);
}

TEST_F(WorkerProcessTest, keeps_what_finds_no_room_and_its_order) {
    for (std::uint64_t index = 0; index < 3000; ++index) {
        process.give(index, 1, std::string(1000, 'd'));
    }
    process.give_shutdown();
    EXPECT_GE(process.held(), 3000U);
    std::uint64_t expected = 0;
    for (int rounds = 0; expected < 3000; ++rounds) {
        ASSERT_LT(rounds, 10);
        ring::Record record;
        while (expected < 3000 && commands.peek(record) == Consumer::Status::record) {
            ASSERT_EQ(take_mini_batch(), expected);
            ++expected;
        }
        process.pump();
    }
    const auto last = obey();
    ASSERT_TRUE(last);
    EXPECT_EQ(last->kind, Command::shutdown);
}

TEST_F(WorkerProcessTest, cuts_a_long_message_into_records) {
    process.give(1, 1, long_descriptor());
    process.give(2, 1, "short");
    process.pump();
    const auto message = obey();
    ASSERT_TRUE(message);
    EXPECT_EQ(message->bytes.substr(sizeof(ring::MiniBatchHead)), long_descriptor());
    EXPECT_EQ(take_mini_batch(), 2U);
}

TEST_F(WorkerProcessTest, carries_a_message_longer_than_the_ring) {
    const std::string huge(3'000'000, 'h');
    process.give(1, 1, huge);
    std::string received;
    for (bool more = true; more;) {
        process.pump();
        ring::Record record;
        ASSERT_EQ(commands.peek(record), Consumer::Status::record);
        more = record.more;
        received += record.payload;
        commands.release();
    }
    EXPECT_EQ(received.substr(sizeof(ring::MiniBatchHead)), huge);
}

TEST_F(WorkerProcessTest, wakes_a_process_that_sleeps) {
    segment.header().process_waits = 1;
    process.give(1, 1, "d");
    process.pump();
    EXPECT_EQ(segment.header().process_wake, 1U);
}

TEST_F(WorkerProcessTest, is_woken_by_the_process_when_it_announced_to_sleep) {
    ring::announce_agent_sleep(process.header(), [] { return false; });
    ring::wake_agent(segment.header(), process.wake_fd());
    pollfd fd{process.wake_fd(), POLLIN, 0};
    EXPECT_EQ(::poll(&fd, 1, 0), 1);
}

TEST_F(WorkerProcessTest, takes_back_the_last_ones_first) {
    give({1, 2, 3, 4});
    EXPECT_EQ(indexes(process.take_back(2)), (Numbers{4, 3}));
    EXPECT_EQ(process.held(), 2U);
    EXPECT_EQ(take_mini_batch(), 1U);
    EXPECT_EQ(take_mini_batch(), 2U);
    EXPECT_FALSE(take_mini_batch());
}

TEST_F(WorkerProcessTest, takes_back_what_waits_for_room_before_what_is_in_the_ring) {
    Numbers all(2000);
    std::iota(all.begin(), all.end(), 0);
    for (const auto index : all) process.give(index, 1, std::string(1000, 'd'));
    const auto taken = indexes(process.take_back(1500));
    EXPECT_EQ(taken, Numbers(all.rbegin(), all.rbegin() + 1500));
    EXPECT_EQ(process.held(), 500U);
}

TEST_F(WorkerProcessTest, does_not_take_back_what_has_begun) {
    give({1, 2, 3});
    claim_next();
    EXPECT_EQ(indexes(process.take_back(10)), (Numbers{3, 2}));
    EXPECT_EQ(process.held(), 1U);
    EXPECT_TRUE(process.take_back(10).empty());
}

TEST_F(WorkerProcessTest, does_not_take_back_what_has_ended_unheard) {
    give({1, 2});
    EXPECT_EQ(take_mini_batch(), 1U);
    EXPECT_EQ(take_mini_batch(), 2U);
    say_succeeded(1);
    EXPECT_TRUE(process.take_back(10).empty());
    EXPECT_EQ(process.held(), 2U);
}

TEST_F(WorkerProcessTest, does_not_take_back_a_long_message_in_the_ring) {
    give({1});
    process.give(2, 1, long_descriptor());
    process.pump();
    give({3});
    EXPECT_EQ(indexes(process.take_back(10)), (Numbers{3}));
}

TEST_F(WorkerProcessTest, does_not_take_back_setup_or_shutdown) {
    process.give_setup({});
    give({1});
    process.give_shutdown();
    EXPECT_EQ(indexes(process.take_back(10)), (Numbers{1}));
    EXPECT_EQ(obey()->kind, Command::setup);
    EXPECT_EQ(obey()->kind, Command::shutdown);
}

TEST_F(WorkerProcessTest, leaves_behind_the_one_that_it_ran_and_the_others_last_first) {
    give({1, 2, 3});
    claim_next();
    const auto remains = process.remains();
    ASSERT_TRUE(remains.started);
    EXPECT_EQ(remains.started->index, 1U);
    EXPECT_EQ(indexes(remains.not_started), (Numbers{3, 2}));
    EXPECT_EQ(process.held(), 0U);
}

TEST_F(WorkerProcessTest, leaves_behind_nothing_begun_when_it_was_idle) {
    process.give_setup({});
    give({1, 2});
    obey();
    const auto remains = process.remains();
    EXPECT_FALSE(remains.started);
    EXPECT_EQ(indexes(remains.not_started), (Numbers{2, 1}));
}

TEST_F(WorkerProcessTest, leaves_behind_what_waited_for_room) {
    for (std::uint64_t index = 0; index < 2000; ++index) {
        process.give(index, 1, std::string(1000, 'd'));
    }
    process.give_shutdown();
    claim_next();
    const auto remains = process.remains();
    ASSERT_TRUE(remains.started);
    ASSERT_EQ(remains.not_started.size(), 1999U);
    EXPECT_EQ(remains.not_started.front().index, 1999U);
    EXPECT_EQ(remains.not_started.back().index, 1U);
}

TEST_F(WorkerProcessTest, takes_a_long_message_for_begun_when_it_is_the_oldest) {
    process.give(1, 1, long_descriptor());
    process.pump();
    give({2});
    const auto remains = process.remains();
    ASSERT_TRUE(remains.started);
    EXPECT_EQ(remains.started->index, 1U);
    EXPECT_EQ(indexes(remains.not_started), (Numbers{2}));
}

}  // namespace
}  // namespace parallel_run::worker
