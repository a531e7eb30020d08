// SPDX-License-Identifier: Apache-2.0
#include "output/table_shape.hpp"

#include <random>

#include <gtest/gtest.h>

namespace parallel_run::output {
namespace {

schema::Column numbers(const std::string& name, std::uint64_t count) {
    return {name, PARALLEL_RUN_FLOAT32, 0, {count}};
}

/// Every row once, in slabs that are no larger than they may be, and no chunk in two of them.
void expect_sound(const schema::Columns& columns, std::uint64_t rows, int ranks) {
    const TableShape shape(columns, rows, ranks);
    const auto row_bytes = schema::record_bytes(columns);
    std::uint64_t next = 0;
    for (int rank = 0; rank < ranks; ++rank) {
        for (std::uint64_t round = 0; round < shape.rounds(); ++round) {
            const auto slab = shape.slab(rank, round);
            if (slab.count == 0) continue;
            ASSERT_EQ(slab.first, next);
            ASSERT_LE(slab.count, shape.slab_rows());
            for (const auto chunk : shape.chunk_rows()) ASSERT_EQ(slab.first % chunk, 0U);
            next += slab.count;
        }
    }
    ASSERT_EQ(next, rows);
    ASSERT_TRUE(shape.slab_rows() == 1 ||
                shape.slab_rows() * row_bytes <= TableShape::kMaxSlabBytes);
}

TEST(TableShape, gives_every_row_to_one_rank_and_round) {
    for (std::uint32_t seed = 1; seed <= 2000; ++seed) {
        std::mt19937_64 random(seed);
        schema::Columns columns;
        for (auto left = 1 + random() % 4; left > 0; --left) {
            columns.push_back(
                numbers(std::to_string(left), 1 + (random() >> (40 + random() % 24))));
        }
        const auto rows = random() >> (50 + random() % 14);
        expect_sound(columns, rows, static_cast<int>(1 + random() % 40));
        ASSERT_FALSE(testing::Test::HasFailure()) << "seed " << seed;
    }
}

TEST(TableShape, has_chunks_of_about_a_megabyte) {
    const TableShape shape({numbers("wide", 64), numbers("narrow", 1)}, 10'000'000, 2);
    EXPECT_EQ(shape.chunk_rows(), (std::vector<std::uint64_t>{4096, 65'536}));
}

TEST(TableShape, leaves_a_small_table_to_one_rank) {
    const TableShape shape({numbers("wide", 64)}, 100, 4);
    EXPECT_EQ(shape.rounds(), 1U);
    EXPECT_EQ(shape.chunk_rows(), std::vector<std::uint64_t>{100});
    EXPECT_EQ(shape.slab(0, 0), (RowRange{0, 100}));
    EXPECT_EQ(shape.slab(3, 0).count, 0U);
}

TEST(TableShape, gives_all_ranks_alike_of_a_large_one) {
    const TableShape shape({numbers("wide", 64)}, 1'000'000, 3);
    for (int rank = 0; rank < 3; ++rank) {
        std::uint64_t rows = 0;
        for (std::uint64_t round = 0; round < shape.rounds(); ++round) {
            rows += shape.slab(rank, round).count;
        }
        EXPECT_NEAR(static_cast<double>(rows), 333'333, 2 * 4096);
    }
}

TEST(TableShape, of_no_rows_has_no_rounds) {
    const TableShape shape({numbers("wide", 64)}, 0, 3);
    EXPECT_EQ(shape.rounds(), 0U);
    EXPECT_EQ(shape.chunk_rows(), std::vector<std::uint64_t>{0});
    EXPECT_EQ(shape.slab(1, 0).count, 0U);
}

}  // namespace
}  // namespace parallel_run::output
