// SPDX-License-Identifier: Apache-2.0
#include "worker/worker_process.hpp"

#include <poll.h>

#include <cstring>
#include <numeric>

#include <gtest/gtest.h>

#include "ring/waiting.hpp"

namespace parallel_run::worker {
namespace {

using Numbers = std::vector<std::uint64_t>;
using ring::Command;
using ring::Consumer;
using ring::Event;
using ring::OutcomeHead;

/// A message that takes several records.
std::string long_descriptor() { return std::string(600'000, 'd') + "end"; }

template <typename T>
std::string_view bytes_of(const T& value) {
    return {reinterpret_cast<const char*>(&value), sizeof value};
}

Numbers indexes(const std::vector<WorkerProcess::Assigned>& assigned) {
    Numbers numbers;
    for (const auto& one : assigned) numbers.push_back(one.index);
    return numbers;
}

/// The process's side, played by the test.
class WorkerProcessTest : public testing::Test {
protected:
    WorkerProcess process;
    ring::Segment segment{
        std::move(ring::Segment::open(base::UniqueFd(::dup(process.segment_fd()))).value())};
    Consumer commands{segment.command_consumer()};
    ring::Producer events{segment.event_producer()};

    struct Message {
        Command kind;
        std::string bytes;
    };
    /// The next command, put together from its records; nothing if none waits.
    std::optional<Message> obey() {
        Message message{};
        ring::Record record;
        do {
            if (commands.peek(record) != Consumer::Status::record) return std::nullopt;
            const bool whole = !record.more && message.bytes.empty();
            message.kind = static_cast<Command>(record.kind);
            if (whole && !commands.claim(record)) {
                commands.release();
                record.more = true;  // revoked: on to the next
                continue;
            }
            message.bytes += record.payload;
            commands.release();
        } while (record.more);
        return message;
    }
    /// The index of the next mini-batch; nothing if none waits.
    std::optional<std::uint64_t> take_mini_batch() {
        const auto message = obey();
        if (!message) return std::nullopt;
        EXPECT_EQ(message->kind, Command::mini_batch);
        ring::MiniBatchHead head{};
        std::memcpy(&head, message->bytes.data(), sizeof head);
        return head.index;
    }
    /// The oldest command is begun and not ended.
    void claim_next() {
        ring::Record record;
        ASSERT_EQ(commands.peek(record), Consumer::Status::record);
        ASSERT_TRUE(commands.claim(record));
    }
    void say_outcome(const OutcomeHead& head, const std::string& rest = {}) {
        ASSERT_TRUE(events.try_push(static_cast<std::uint16_t>(Event::outcome), false,
                                    bytes_of(head), rest));
    }
    void say_succeeded(std::uint64_t index, std::uint32_t attempt = 1) {
        say_outcome({index, 0, 0, attempt, 1, 0, 0});
    }
    [[nodiscard]] bool is_damaged() {
        return std::holds_alternative<WorkerProcess::Damaged>(process.listen());
    }
    void give(const Numbers& numbers) {
        for (const auto index : numbers) process.give(index, 1, "descriptor");
    }
};

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

TEST_F(WorkerProcessTest, hears_init_rows_and_outcome) {
    give({7});
    EXPECT_TRUE(process.silent());
    events.try_push(static_cast<std::uint16_t>(Event::init_done), false, {}, "");
    events.try_push(static_cast<std::uint16_t>(Event::rows), false, {}, "row 1\n");
    say_outcome({7, 2, 99, 1, 1, 6, 3}, "row 2\nwhy");
    EXPECT_FALSE(process.silent());

    auto said = process.listen();
    ASSERT_TRUE(std::holds_alternative<WorkerProcess::InitDone>(said));
    EXPECT_EQ(std::get<WorkerProcess::InitDone>(said).error, "");
    said = process.listen();
    ASSERT_TRUE(std::holds_alternative<WorkerProcess::Rows>(said));
    EXPECT_EQ(std::get<WorkerProcess::Rows>(said).rows, "row 1\n");
    said = process.listen();
    ASSERT_TRUE(std::holds_alternative<WorkerProcess::Ended>(said));
    const auto& ended = std::get<WorkerProcess::Ended>(said);
    EXPECT_EQ(ended.head.index, 7U);
    EXPECT_EQ(ended.head.row_count, 2U);
    EXPECT_EQ(ended.head.run_ns, 99U);
    EXPECT_EQ(ended.rows, "row 2\n");
    EXPECT_EQ(ended.error, "why");
    EXPECT_EQ(process.held(), 0U);
    EXPECT_TRUE(std::holds_alternative<WorkerProcess::Nothing>(process.listen()));
}

TEST_F(WorkerProcessTest, gives_room_back_when_it_is_done_listening) {
    give({1});
    say_succeeded(1);
    process.listen();
    EXPECT_GT(events.bytes_waiting(), 0U);
    segment.header().process_waits = 1;
    process.end_listening();
    EXPECT_EQ(events.bytes_waiting(), 0U);
    EXPECT_EQ(segment.header().process_wake, 1U);
}

TEST_F(WorkerProcessTest, notices_an_outcome_shorter_than_its_head) {
    give({1});
    events.try_push(static_cast<std::uint16_t>(Event::outcome), false, {}, "short");
    EXPECT_TRUE(is_damaged());
}

TEST_F(WorkerProcessTest, notices_an_outcome_whose_lengths_do_not_add_up) {
    for (const auto& [rows, error] : {std::pair{4U, 0U}, {0U, 4U}, {0U, 2U}, {2U, ~0U}}) {
        give({1});
        say_outcome({1, 0, 0, 1, 1, rows, error}, "abc");
        EXPECT_TRUE(is_damaged()) << rows << " " << error;
    }
}

TEST_F(WorkerProcessTest, notices_an_outcome_of_another_mini_batch_or_attempt) {
    give({1, 2});
    say_succeeded(2);
    EXPECT_TRUE(is_damaged());
    say_succeeded(1, 2);
    EXPECT_TRUE(is_damaged());
    say_succeeded(1);
    EXPECT_FALSE(is_damaged());
}

TEST_F(WorkerProcessTest, notices_an_outcome_that_nobody_asked_for) {
    say_succeeded(1);
    EXPECT_TRUE(is_damaged());
}

TEST_F(WorkerProcessTest, notices_an_unknown_event) {
    events.try_push(99, false, {}, "?");
    EXPECT_TRUE(is_damaged());
}

TEST_F(WorkerProcessTest, notices_a_ring_that_is_damaged) {
    segment.header().events.written = 8;
    EXPECT_TRUE(is_damaged());
    EXPECT_TRUE(is_damaged());
}

}  // namespace
}  // namespace parallel_run::worker
