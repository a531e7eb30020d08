// SPDX-License-Identifier: Apache-2.0
// What the process says, rightly or not.
#include "worker_process_fixture.hpp"

namespace parallel_run::worker {
namespace {

TEST_F(WorkerProcessTest, hears_init_rows_and_outcome) {
    give({7});
    EXPECT_TRUE(process.silent());
    events.try_push(static_cast<std::uint16_t>(Event::init_done), false, {}, "");
    events.try_push(static_cast<std::uint16_t>(Event::rows), false, {}, "row 1\n");
    say_outcome({7, 2, 0, 99, 1, 1, 6, 3}, "row 2\nwhy");
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
        say_outcome({1, 0, 0, 0, 1, 1, rows, error}, "abc");
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

TEST_F(WorkerProcessTest, hears_columns_that_can_be) {
    const schema::Columns columns{{"label", PARALLEL_RUN_INT32, 0, {}}};
    std::string bytes;
    base::Encoder out(bytes);
    schema::encode(columns, out);
    const auto kind = static_cast<std::uint16_t>(Event::columns);
    events.try_push(kind, false, {}, bytes);
    auto said = process.listen();
    ASSERT_TRUE(std::holds_alternative<WorkerProcess::Declared>(said));
    EXPECT_EQ(std::get<WorkerProcess::Declared>(said).columns, columns);
    events.try_push(kind, false, {}, bytes + "x");
    EXPECT_TRUE(is_damaged());
}

}  // namespace
}  // namespace parallel_run::worker
