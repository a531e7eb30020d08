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
        for (int rank = 0; rank < 3; ++rank) epochs.on_written(rank, {number, {}});
    }
};

TEST_F(EpochsTest, nothing_is_due_while_nothing_waits) {
    EXPECT_TRUE(epochs.idle());
    EXPECT_FALSE(epochs.due(kBegin + 1h));
    EXPECT_EQ(epochs.durable_bytes(), 0U);
}

TEST_F(EpochsTest, one_is_due_when_any_rank_has_enough) {
    epochs.on_buffered(0, kFlushBytes - 1);
    epochs.on_buffered(1, kFlushBytes - 1);
    EXPECT_FALSE(epochs.due(kBegin));
    epochs.on_buffered(2, kFlushBytes);
    EXPECT_TRUE(epochs.due(kBegin));
}

TEST_F(EpochsTest, one_is_due_after_the_interval_when_anything_waits) {
    epochs.on_buffered(1, 1);
    EXPECT_FALSE(epochs.due(kBegin + kInterval - 1ns));
    EXPECT_TRUE(epochs.due(kBegin + kInterval));
}

TEST_F(EpochsTest, the_interval_counts_from_the_last_epoch) {
    EXPECT_EQ(epochs.begin(kBegin + 10s), 1U);
    seal(1, {0, 5, 0});
    all_written(1);
    epochs.on_buffered(1, 1);
    EXPECT_FALSE(epochs.due(kBegin + 10s + kInterval - 1ns));
    EXPECT_TRUE(epochs.due(kBegin + 10s + kInterval));
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
        EXPECT_EQ((*orders)[rank].max_bytes, 25U);
    }
    EXPECT_EQ(epochs.durable_bytes(), 0U);
}

TEST_F(EpochsTest, bytes_are_durable_when_the_last_rank_has_written) {
    const auto number = epochs.begin(kBegin);
    seal(number, {10, 0, 25});
    epochs.on_written(2, {number, {}});
    epochs.on_written(0, {number, {}});
    EXPECT_EQ(epochs.durable_bytes(), 0U);
    EXPECT_FALSE(epochs.idle());
    epochs.on_written(1, {number, {}});
    EXPECT_EQ(epochs.durable_bytes(), 35U);
    EXPECT_EQ(epochs.completed(), 1U);
    EXPECT_TRUE(epochs.idle());
}

TEST_F(EpochsTest, the_next_epoch_goes_on_where_the_last_ended) {
    seal(epochs.begin(kBegin), {10, 20, 30});
    all_written(1);
    const auto number = epochs.begin(kBegin);
    EXPECT_EQ(number, 2U);
    const auto orders = seal(number, {1, 2, 3});
    ASSERT_TRUE(orders);
    EXPECT_EQ((*orders)[0].offset, 60U);
    EXPECT_EQ((*orders)[2].offset, 63U);
}

TEST_F(EpochsTest, an_empty_epoch_writes_nothing) {
    const auto number = epochs.begin(kBegin);
    EXPECT_FALSE(seal(number, {0, 0, 0}));
    EXPECT_TRUE(epochs.idle());
    EXPECT_EQ(epochs.completed(), 0U);
    EXPECT_EQ(epochs.begin(kBegin), number + 1);
}

TEST_F(EpochsTest, what_was_sealed_no_longer_waits) {
    epochs.on_buffered(1, kFlushBytes);
    epochs.begin(kBegin);
    EXPECT_FALSE(epochs.due(kBegin)) << "one at a time";
    seal(1, {0, kFlushBytes, 0});
    EXPECT_FALSE(epochs.due(kBegin));
    all_written(1);
    EXPECT_FALSE(epochs.due(kBegin + 1h));
}

TEST_F(EpochsTest, rows_that_came_after_the_seal_call_for_the_next_epoch) {
    epochs.begin(kBegin);
    EXPECT_FALSE(epochs.on_sealed(1, {1, 10}));
    epochs.on_buffered(1, kFlushBytes);
    epochs.on_sealed(0, {1, 0});
    epochs.on_sealed(2, {1, 0});
    all_written(1);
    EXPECT_TRUE(epochs.due(kBegin));
}

TEST_F(EpochsTest, a_failure_makes_nothing_durable_and_stops_further_epochs) {
    seal(epochs.begin(kBegin), {10, 0, 0});
    all_written(1);
    seal(epochs.begin(kBegin), {10, 10, 10});
    epochs.on_written(0, {2, {}});
    epochs.on_written(1, {2, "no space left"});
    EXPECT_FALSE(epochs.idle()) << "the others are still writing";
    epochs.on_written(2, {2, "another error"});
    EXPECT_TRUE(epochs.idle());
    ASSERT_TRUE(epochs.failure());
    EXPECT_EQ(epochs.failure()->rank, 1);
    EXPECT_EQ(epochs.failure()->error, "no space left");
    EXPECT_EQ(epochs.durable_bytes(), 10U);
    EXPECT_EQ(epochs.completed(), 1U);
    epochs.on_buffered(0, 10 * kFlushBytes);
    EXPECT_FALSE(epochs.due(kBegin + 1h));
}

TEST_F(EpochsTest, a_report_out_of_turn_is_an_error) {
    EXPECT_THROW(epochs.on_sealed(0, {1, 0}), std::runtime_error);
    EXPECT_THROW(epochs.on_written(0, {0, {}}), std::runtime_error);
    epochs.begin(kBegin);
    EXPECT_THROW(epochs.on_sealed(0, {2, 0}), std::runtime_error);
    EXPECT_THROW(epochs.on_written(0, {1, {}}), std::runtime_error);
    seal(1, {1, 1, 1});
    EXPECT_THROW(epochs.on_sealed(0, {1, 0}), std::runtime_error);
    EXPECT_THROW(epochs.on_written(0, {0, {}}), std::runtime_error);
    all_written(1);
    EXPECT_THROW(epochs.on_written(0, {1, {}}), std::runtime_error);
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
