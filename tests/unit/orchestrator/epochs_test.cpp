// SPDX-License-Identifier: Apache-2.0
#include "orchestrator/epochs.hpp"

#include <stdexcept>

#include <gtest/gtest.h>

namespace parallel_run::orchestrator {
namespace {

using namespace std::chrono_literals;

constexpr auto kBegin = 100s;
constexpr std::uint64_t kFlushBytes = 1000;
constexpr auto kInterval = 30s;

class EpochsTest : public testing::Test {
protected:
    Epochs epochs{3, kFlushBytes, kInterval, kBegin};

    /// All ranks seal blocks of these sizes; the answer to the last one.
    std::optional<std::vector<transport::WriteMessage>> seal(std::uint64_t number,
                                                             std::vector<std::uint64_t> bytes) {
        for (int rank = 0; rank < 2; ++rank) {
            EXPECT_FALSE(epochs.on_sealed(rank, {number, bytes[static_cast<std::size_t>(rank)]}));
        }
        return epochs.on_sealed(2, {number, bytes[2]});
    }
    void all_written(std::uint64_t number) {
        for (int rank = 0; rank < 3; ++rank) epochs.on_written(rank, {number, 0, {}});
    }
    void end(std::uint64_t number) {
        all_written(number);
        epochs.on_recorded({});
    }
};

TEST_F(EpochsTest, nothing_is_due_while_nothing_waits) {
    EXPECT_TRUE(epochs.idle());
    EXPECT_FALSE(epochs.due(kBegin + 1h, false));
    EXPECT_EQ(epochs.durable_bytes(), 0U);
}

TEST_F(EpochsTest, one_is_due_when_any_rank_has_enough) {
    epochs.on_buffered(0, kFlushBytes - 1);
    epochs.on_buffered(1, kFlushBytes - 1);
    EXPECT_FALSE(epochs.due(kBegin, false));
    epochs.on_buffered(2, kFlushBytes);
    EXPECT_TRUE(epochs.due(kBegin, false));
}

TEST_F(EpochsTest, one_is_due_after_the_interval_when_anything_waits) {
    epochs.on_buffered(1, 1);
    EXPECT_FALSE(epochs.due(kBegin + kInterval - 1ns, false));
    EXPECT_TRUE(epochs.due(kBegin + kInterval, false));
}

TEST_F(EpochsTest, the_interval_counts_from_the_last_epoch) {
    EXPECT_EQ(epochs.begin(kBegin + 10s), 1U);
    seal(1, {0, 5, 0});
    end(1);
    epochs.on_buffered(1, 1);
    EXPECT_FALSE(epochs.due(kBegin + 10s + kInterval - 1ns, false));
    EXPECT_TRUE(epochs.due(kBegin + 10s + kInterval, false));
}

TEST_F(EpochsTest, blocks_follow_each_other_by_rank) {
    const auto number = epochs.begin(kBegin);
    EXPECT_FALSE(epochs.idle());
    const auto orders = seal(number, {10, 0, 25});
    ASSERT_TRUE(orders);
    ASSERT_EQ(orders->size(), 3U);
    const std::vector<std::uint64_t> offsets{0, 10, 10};
    for (std::size_t rank = 0; rank < 3; ++rank) {
        EXPECT_EQ((*orders)[rank].epoch, number);
        EXPECT_EQ((*orders)[rank].offset, offsets[rank]);
    }
    EXPECT_EQ(epochs.durable_bytes(), 0U);
}

TEST_F(EpochsTest, bytes_are_durable_when_all_is_written_and_recorded) {
    const auto number = epochs.begin(kBegin);
    seal(number, {10, 0, 25});
    epochs.on_written(2, {number, 22, {}});
    epochs.on_written(0, {number, 20, {}});
    EXPECT_FALSE(epochs.recordable());
    epochs.on_written(1, {number, 21, {}});
    EXPECT_EQ(epochs.durable_bytes(), 0U);
    EXPECT_FALSE(epochs.idle());
    ASSERT_TRUE(epochs.recordable());
    const auto record = epochs.record();
    EXPECT_EQ(record.number, 1U);
    EXPECT_EQ(record.file_bytes, 35U);
    EXPECT_EQ(record.blocks, (std::vector<journal::Block>{{0, 0, 10, 20}, {2, 10, 25, 22}}));
    epochs.on_recorded({});
    EXPECT_EQ(epochs.durable_bytes(), 35U);
    EXPECT_EQ(epochs.recorded(), 1U);
    EXPECT_TRUE(epochs.idle());
}

TEST_F(EpochsTest, go_on_where_an_earlier_run_ended) {
    Epochs later(1, kFlushBytes, kInterval, kBegin, 500, 7);
    EXPECT_EQ(later.durable_bytes(), 500U);
    later.begin(kBegin);
    const auto orders = later.on_sealed(0, {1, 20});
    ASSERT_TRUE(orders);
    EXPECT_EQ(orders->front().offset, 500U);
    later.on_written(0, {1, 0, {}});
    EXPECT_EQ(later.record().number, 8U);
    EXPECT_EQ(later.record().file_bytes, 520U);
}

TEST_F(EpochsTest, a_record_that_is_not_durable_is_a_failure) {
    seal(epochs.begin(kBegin), {10, 0, 0});
    all_written(1);
    epochs.on_recorded("no space left");
    EXPECT_TRUE(epochs.idle());
    ASSERT_TRUE(epochs.failure());
    EXPECT_EQ(epochs.failure()->rank, -1);
    EXPECT_EQ(epochs.durable_bytes(), 0U);
    EXPECT_EQ(epochs.recorded(), 0U);
}

TEST_F(EpochsTest, may_be_given_up_before_anything_is_written) {
    seal(epochs.begin(kBegin), {10, 0, 0});
    epochs.give_up("the lock is lost");
    EXPECT_TRUE(epochs.idle());
    ASSERT_TRUE(epochs.failure());
    EXPECT_EQ(epochs.failure()->error, "the lock is lost");
}

TEST_F(EpochsTest, one_is_due_after_the_interval_for_what_ended_without_rows) {
    EXPECT_FALSE(epochs.due(kBegin + kInterval - 1ns, true));
    EXPECT_TRUE(epochs.due(kBegin + kInterval, true));
}

TEST_F(EpochsTest, the_next_epoch_goes_on_where_the_last_ended) {
    seal(epochs.begin(kBegin), {10, 20, 30});
    end(1);
    const auto number = epochs.begin(kBegin);
    EXPECT_EQ(number, 2U);
    const auto orders = seal(number, {1, 2, 3});
    ASSERT_TRUE(orders);
    EXPECT_EQ((*orders)[0].offset, 60U);
    EXPECT_EQ((*orders)[2].offset, 63U);
}

TEST_F(EpochsTest, an_epoch_without_rows_is_recorded_only) {
    const auto number = epochs.begin(kBegin);
    EXPECT_FALSE(seal(number, {0, 0, 0}));
    ASSERT_TRUE(epochs.recordable());
    EXPECT_TRUE(epochs.record().blocks.empty());
    epochs.on_recorded({});
    EXPECT_EQ(epochs.recorded(), 1U);
    EXPECT_EQ(epochs.begin(kBegin), number + 1);
}

TEST_F(EpochsTest, one_that_holds_nothing_leaves_no_record) {
    seal(epochs.begin(kBegin), {0, 0, 0});
    epochs.on_nothing_to_record();
    EXPECT_TRUE(epochs.idle());
    EXPECT_EQ(epochs.recorded(), 0U);
}

TEST_F(EpochsTest, what_was_sealed_no_longer_waits) {
    epochs.on_buffered(1, kFlushBytes);
    epochs.begin(kBegin);
    EXPECT_FALSE(epochs.due(kBegin, false)) << "one at a time";
    seal(1, {0, kFlushBytes, 0});
    EXPECT_FALSE(epochs.due(kBegin, false));
    end(1);
    EXPECT_FALSE(epochs.due(kBegin + 1h, false));
}

TEST_F(EpochsTest, rows_that_came_after_the_seal_call_for_the_next_epoch) {
    epochs.begin(kBegin);
    EXPECT_FALSE(epochs.on_sealed(1, {1, 10}));
    epochs.on_buffered(1, kFlushBytes);
    epochs.on_sealed(0, {1, 0});
    epochs.on_sealed(2, {1, 0});
    end(1);
    EXPECT_TRUE(epochs.due(kBegin, false));
}

TEST_F(EpochsTest, a_failure_makes_nothing_durable_and_stops_further_epochs) {
    seal(epochs.begin(kBegin), {10, 0, 0});
    end(1);
    seal(epochs.begin(kBegin), {10, 10, 10});
    epochs.on_written(0, {2, 0, {}});
    epochs.on_written(1, {2, 0, "no space left"});
    EXPECT_FALSE(epochs.idle()) << "the others are still writing";
    epochs.on_written(2, {2, 0, "another error"});
    EXPECT_TRUE(epochs.idle());
    ASSERT_TRUE(epochs.failure());
    EXPECT_EQ(epochs.failure()->rank, 1);
    EXPECT_EQ(epochs.failure()->error, "no space left");
    EXPECT_EQ(epochs.durable_bytes(), 10U);
    EXPECT_EQ(epochs.recorded(), 1U);
    epochs.on_buffered(0, 10 * kFlushBytes);
    EXPECT_FALSE(epochs.due(kBegin + 1h, false));
}

TEST_F(EpochsTest, a_report_out_of_turn_is_an_error) {
    EXPECT_THROW(epochs.on_sealed(0, {1, 0}), std::runtime_error);
    EXPECT_THROW(epochs.on_written(0, {0, 0, {}}), std::runtime_error);
    epochs.begin(kBegin);
    EXPECT_THROW(epochs.on_sealed(0, {2, 0}), std::runtime_error);
    EXPECT_THROW(epochs.on_written(0, {1, 0, {}}), std::runtime_error);
    seal(1, {1, 1, 1});
    EXPECT_THROW(epochs.on_sealed(0, {1, 0}), std::runtime_error);
    EXPECT_THROW(epochs.on_written(0, {0, 0, {}}), std::runtime_error);
    all_written(1);
    EXPECT_THROW(epochs.on_written(0, {1, 0, {}}), std::runtime_error);
}

TEST_F(EpochsTest, the_error_names_the_rank_and_the_report) {
    try {
        epochs.on_sealed(2, {1, 0});
        ADD_FAILURE() << "nothing was thrown";
    } catch (const std::runtime_error& error) {
        const std::string text = error.what();
        EXPECT_NE(text.find("rank 2"), std::string::npos) << text;
        EXPECT_NE(text.find("sealed"), std::string::npos) << text;
    }
}

}  // namespace
}  // namespace parallel_run::orchestrator
