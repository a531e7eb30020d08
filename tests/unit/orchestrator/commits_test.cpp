// SPDX-License-Identifier: Apache-2.0
#include "orchestrator/commits.hpp"

#include <gtest/gtest.h>

namespace parallel_run::orchestrator {
namespace {

using namespace std::chrono_literals;

constexpr auto kBegin = 100s;

scheduling::Outcome succeeded(std::uint64_t index) {
    scheduling::Outcome outcome;
    outcome.index = index;
    outcome.rows = 1;
    return outcome;
}

dataset::PlanChunk plan_of(std::uint64_t first, std::uint64_t count) {
    dataset::PlanChunk chunk;
    chunk.first_index = first;
    for (auto index = first; index < first + count; ++index) {
        chunk.bytes += std::to_string(index) + ";";
        chunk.items.push_back(1);
        chunk.ends.push_back(static_cast<std::uint32_t>(chunk.bytes.size()));
    }
    return chunk;
}

class CommitsTest : public testing::Test {
protected:
    /// One epoch of two ranks, up to its record, which the journal must take.
    std::optional<journal::Record> epoch(Commits& commits, std::uint64_t bytes0,
                                         std::uint64_t bytes1) {
        const auto number = commits.begin(kBegin);
        commits.on_sealed(0, {number, bytes0});
        if (commits.on_sealed(1, {number, bytes1})) {
            commits.on_written(0, {number, 10, {}});
            commits.on_written(1, {number, 11, {}});
        }
        return commits.next_record();
    }
    void journal_takes(Commits& commits, const journal::Record& record) {
        EXPECT_EQ(state.check(record), "");
        state.apply(record);
        commits.on_recorded({});
    }

    journal::State state;
};

TEST_F(CommitsTest, record_what_ended_with_the_rows_it_gave) {
    Commits commits(2, 1000, 30s, state, kBegin);
    commits.plan().add(plan_of(0, 10));
    commits.ledger().on_ended(0, succeeded(3), 1);
    commits.ledger().on_ended(1, succeeded(4), 1);
    const auto record = epoch(commits, 5, 6);
    ASSERT_TRUE(record);
    const auto& entry = std::get<journal::Epoch>(*record);
    EXPECT_EQ(entry.committed, (std::vector<journal::Range>{{3, 2}}));
    EXPECT_EQ(entry.file_bytes, 11U);
    EXPECT_EQ(entry.plan.mini_batches, 10U);
    journal_takes(commits, *record);
    EXPECT_TRUE(commits.epochs().idle());
    EXPECT_TRUE(commits.settled());
}

TEST_F(CommitsTest, record_mini_batches_that_gave_no_row) {
    Commits commits(2, 1000, 30s, state, kBegin);
    commits.plan().add(plan_of(0, 10));
    commits.ledger().on_ended(1, succeeded(0), 1);
    EXPECT_FALSE(commits.settled());
    EXPECT_FALSE(commits.due(kBegin));
    EXPECT_TRUE(commits.due(kBegin + 30s));
    const auto record = epoch(commits, 0, 0);
    ASSERT_TRUE(record);
    journal_takes(commits, *record);
    EXPECT_EQ(state.committed.count(), 1U);
}

TEST_F(CommitsTest, record_nothing_of_an_epoch_that_holds_nothing) {
    Commits commits(2, 1000, 30s, state, kBegin);
    EXPECT_FALSE(epoch(commits, 0, 0));
    EXPECT_TRUE(commits.epochs().idle());
}

TEST_F(CommitsTest, record_the_end_of_the_plan_once) {
    Commits commits(2, 1000, 30s, state, kBegin);
    commits.plan().add(plan_of(0, 10));
    commits.plan().end(10);
    const auto record = commits.next_record();
    ASSERT_TRUE(record);
    EXPECT_TRUE(std::holds_alternative<journal::Planned>(*record));
    EXPECT_FALSE(commits.next_record());
    journal_takes(commits, *record);
    EXPECT_FALSE(commits.next_record());
}

TEST_F(CommitsTest, go_on_from_what_is_recorded) {
    Commits first(2, 1000, 30s, state, kBegin);
    first.plan().add(plan_of(0, 10));
    first.ledger().on_ended(0, succeeded(3), 1);
    const auto before = epoch(first, 5, 6);
    journal_takes(first, *before);

    Commits second(2, 1000, 30s, state, kBegin);
    second.on_buffered(0, 5000);
    EXPECT_FALSE(second.due(kBegin + 1h)) << "the plan may be another one";
    second.plan().add(plan_of(0, 9));
    EXPECT_FALSE(second.due(kBegin + 1h));
    second.plan().add(plan_of(9, 3));
    EXPECT_TRUE(second.due(kBegin));
    second.ledger().on_ended(0, succeeded(4), 1);
    const auto record = epoch(second, 7, 0);
    ASSERT_TRUE(record);
    journal_takes(second, *record);
    EXPECT_EQ(state.file_bytes, 18U);
    EXPECT_EQ(state.epochs, 2U);
    EXPECT_EQ(state.counters.processed, 2U);
}

TEST_F(CommitsTest, end_with_a_record_that_failed) {
    Commits commits(2, 1000, 30s, state, kBegin);
    commits.plan().add(plan_of(0, 10));
    commits.ledger().on_ended(0, succeeded(3), 1);
    ASSERT_TRUE(epoch(commits, 5, 6));
    commits.on_recorded("no space left");
    ASSERT_TRUE(commits.epochs().failure());
    commits.plan().end(10);
    EXPECT_FALSE(commits.next_record()) << "nothing is written after a failure";
    EXPECT_FALSE(commits.due(kBegin + 1h));
}

TEST_F(CommitsTest, end_with_the_plan_s_record_that_failed) {
    Commits commits(2, 1000, 30s, state, kBegin);
    commits.plan().end(0);
    ASSERT_TRUE(commits.next_record());
    commits.on_recorded("no space left");
    EXPECT_TRUE(commits.epochs().failure());
}

TEST_F(CommitsTest, record_declared_columns_before_any_row) {
    const schema::Columns columns{{"label", PARALLEL_RUN_INT32, 0, {}}};
    const auto row = schema::row_bytes(columns);
    Commits commits(2, 1000, 30s, state, kBegin);
    commits.plan().add(plan_of(0, 10));
    EXPECT_EQ(commits.agreement().on_declared("rank 0", columns), "");
    commits.ledger().on_ended(0, succeeded(3), 1);
    const auto declared = epoch(commits, row, 0);
    ASSERT_TRUE(declared);
    EXPECT_EQ(std::get<journal::Declared>(*declared).columns, columns);
    journal_takes(commits, *declared);
    const auto record = commits.next_record();
    ASSERT_TRUE(record);
    EXPECT_EQ(std::get<journal::Epoch>(*record).file_bytes, row);
    journal_takes(commits, *record);
    EXPECT_TRUE(commits.settled());

    Commits next_start(2, 1000, 30s, state, kBegin);
    EXPECT_EQ(next_start.agreement().columns(), columns);
}

TEST_F(CommitsTest, record_no_row_where_the_columns_could_not_be) {
    Commits commits(2, 1000, 30s, state, kBegin);
    EXPECT_EQ(commits.agreement().on_declared("rank 0", {{"a", PARALLEL_RUN_INT8, 0, {}}}), "");
    ASSERT_TRUE(commits.next_record());
    commits.on_recorded("the disk is full");
    ASSERT_TRUE(commits.epochs().failure());
    EXPECT_EQ(commits.epochs().failure()->error, "the disk is full");
    EXPECT_FALSE(commits.next_record());
}

}  // namespace
}  // namespace parallel_run::orchestrator
