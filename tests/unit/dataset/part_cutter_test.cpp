// SPDX-License-Identifier: Apache-2.0
#include "dataset/part_cutter.hpp"

#include <random>

#include <gtest/gtest.h>

namespace parallel_run::dataset {
namespace {

using config::MiniBatchSize;
using table::Border;
using table::Range;
using Unit = MiniBatchSize::Unit;

Range file() {
    Range whole;
    whole.file = "/a.csv";
    whole.file_size = 1000;
    return whole;
}

/// The parts that these borders give.
std::vector<Range> cut(const MiniBatchSize& size, const std::vector<Border>& borders,
                       std::uint64_t records_before = 0) {
    PartCutter cutter(size, file(), records_before);
    std::vector<Range> parts;
    for (const auto& border : borders) cutter.add(border, parts);
    cutter.end(parts);
    return parts;
}

TEST(PartCutter, cuts_bytes_at_the_borders_and_numbers_their_records) {
    const auto parts =
        cut({100, Unit::bytes}, {{100, true, 3}, {200, false, 5}, {250, false, 9}}, 70);
    ASSERT_EQ(parts.size(), 3U);
    EXPECT_EQ(parts[0].begin, 0U);
    EXPECT_EQ(parts[0].end, 100U);
    EXPECT_FALSE(parts[0].inside_quotes);
    EXPECT_EQ(parts[0].first_record, 70);
    EXPECT_TRUE(parts[1].inside_quotes);
    EXPECT_EQ(parts[1].first_record, 73);
    EXPECT_EQ(parts[2].begin, 200U);
    EXPECT_EQ(parts[2].first_record, 75);
    EXPECT_EQ(parts[2].file, "/a.csv");
    EXPECT_EQ(parts[2].file_size, 1000U);
}

TEST(PartCutter, leaves_out_bytes_without_a_record) {
    const auto parts = cut({100, Unit::bytes}, {{100, false, 1}, {200, true, 1}, {300, true, 2}});
    ASSERT_EQ(parts.size(), 2U);
    EXPECT_EQ(parts[1].begin, 200U);
    EXPECT_TRUE(parts[1].inside_quotes);
}

TEST(PartCutter, counts_the_rows_of_a_part_from_a_border_before_it) {
    const auto parts = cut({4, Unit::rows}, {{100, false, 3}, {200, true, 6}, {300, false, 9}});
    ASSERT_EQ(parts.size(), 3U);
    EXPECT_EQ(parts[0].begin, 0U);
    EXPECT_EQ(parts[0].end, 200U);
    EXPECT_EQ(parts[0].skip, 0U);
    EXPECT_EQ(parts[0].count, 4U);
    EXPECT_EQ(parts[1].begin, 100U);
    EXPECT_EQ(parts[1].skip, 1U);
    EXPECT_EQ(parts[1].end, 300U);
    EXPECT_EQ(parts[1].first_record, 4);
    EXPECT_EQ(parts[2].begin, 200U);
    EXPECT_TRUE(parts[2].inside_quotes);
    EXPECT_EQ(parts[2].skip, 2U);
    EXPECT_EQ(parts[2].count, Range::kAll);
}

TEST(PartCutter, tells_how_many_records_there_were) {
    PartCutter cutter({10, Unit::bytes}, file(), 5);
    std::vector<Range> parts;
    cutter.add({100, false, 7}, parts);
    cutter.end(parts);
    EXPECT_EQ(cutter.records_so_far(), 12U);
}

/// Records begin at random bytes; every part must name exactly those that it should.
TEST(PartCutter, names_every_row_once_in_order) {
    std::mt19937_64 random(7);
    for (int round = 0; round < 2000; ++round) {
        const auto rows_each = random() % 7 + 1;
        const auto stretch = random() % 50 + 1;
        const std::uint64_t length = random() % 400 + 1;
        std::vector<std::uint64_t> begins;
        for (std::uint64_t byte = 0; byte < length; ++byte) {
            if (random() % 5 == 0) begins.push_back(byte);
        }
        std::vector<Border> borders;
        for (auto at = std::min(stretch, length);; at = std::min(at + stretch, length)) {
            const auto before = std::lower_bound(begins.begin(), begins.end(), at);
            borders.push_back({at, false, static_cast<std::uint64_t>(before - begins.begin())});
            if (at == length) break;
        }
        std::vector<std::uint64_t> named;
        for (const auto& part : cut({rows_each, Unit::rows}, borders)) {
            auto first = std::lower_bound(begins.begin(), begins.end(), part.begin);
            const auto end = std::lower_bound(begins.begin(), begins.end(), part.end);
            const auto there = static_cast<std::uint64_t>(end - first);
            ASSERT_GE(there, part.skip);
            const auto taken = std::min(there - part.skip, part.count);
            ASSERT_LE(taken, rows_each);
            ASSERT_EQ(part.first_record, static_cast<std::int64_t>(named.size()));
            for (std::uint64_t i = 0; i < taken; ++i) {
                named.push_back(*(first + static_cast<std::ptrdiff_t>(part.skip + i)));
            }
            if (named.size() < begins.size()) {
                ASSERT_EQ(taken, rows_each);
            }
        }
        ASSERT_EQ(named, begins) << "round " << round;
    }
}

}  // namespace
}  // namespace parallel_run::dataset
