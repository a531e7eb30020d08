// SPDX-License-Identifier: Apache-2.0
#include "hdf5_part.hpp"

#include <gtest/gtest.h>

namespace parallel_run::hdf5 {
namespace {

class Hdf5Layouts : public testing::TestWithParam<const char*> {};

TEST_P(Hdf5Layouts, give_the_same_rows_wherever_they_are_cut) {
    const std::string dataset = GetParam();
    for (const std::uint64_t step : {1U, 7U, 32U, 60U}) {
        for (std::uint64_t begin = 0; begin < kRows; begin += step) {
            const auto end = std::min(begin + step, kRows);
            const Part part(data_file("layouts.h5"), {"group/" + dataset}, begin, end);
            ASSERT_EQ(part.rows(), end - begin);
            for (std::uint64_t i = 0; i < 6 * part.rows(); ++i) {
                const auto wanted = 10 * (begin + i / 6) + i % 6;
                ASSERT_EQ(part.number<float>(dataset, i), static_cast<float>(wanted));
            }
        }
    }
}

INSTANTIATE_TEST_SUITE_P(All, Hdf5Layouts,
                         testing::Values("contiguous", "compact", "chunked", "tiled", "growing",
                                         "gzip", "szip"),
                         [](const auto& parameter) { return std::string(parameter.param); });

TEST(Hdf5Layout, rows_of_more_dimensions_keep_them) {
    const Part part(data_file("layouts.h5"), {"group/cube"}, 20, 22);
    EXPECT_EQ(part.columns(), std::vector<std::string>{"cube: int32[2,3]"});
    EXPECT_EQ(part.column("cube").dimension_count, 2U);
    EXPECT_EQ(part.number<std::int32_t>("cube", 6 + 5), 215);
}

TEST(Hdf5Layout, an_array_type_gives_dimensions_too) {
    const Part part(data_file("layouts.h5"), {"group/pairs"}, 20, 22);
    EXPECT_EQ(part.columns(), std::vector<std::string>{"pairs: int16[2]"});
    EXPECT_EQ(part.number<std::int16_t>("pairs", 2), 21);
    EXPECT_EQ(part.number<std::int16_t>("pairs", 3), -21);
}

TEST(Hdf5Layout, chunks_that_were_never_written_have_the_fill_value) {
    const Part part(data_file("layouts.h5"), {"group/unwritten"});
    EXPECT_EQ(part.number<float>("unwritten", 6 * kRows - 1), 2.5F);
}

table::Hdf5Extent extent_of(const std::string& file, std::vector<std::string> datasets) {
    table::Format format;
    format.datasets = std::move(datasets);
    return extent(format, data_file(file));
}

TEST(Hdf5Extents, say_what_planning_needs) {
    const auto chunked = extent_of("layouts.h5", {"group/chunked"});
    EXPECT_EQ(chunked.rows, kRows);
    EXPECT_EQ(chunked.chunk_rows, 16U);
    EXPECT_EQ(chunked.row_bytes, 24U);
    EXPECT_EQ(extent_of("layouts.h5", {"group/contiguous"}).chunk_rows, 1U);
}

TEST(Hdf5Extents, of_several_datasets_count_all_bytes_and_the_largest_chunks) {
    const auto both = extent_of("layouts.h5", {"group/growing", "group/gzip"});
    EXPECT_EQ(both.chunk_rows, 32U);
    EXPECT_EQ(both.row_bytes, 48U);
}

TEST(Hdf5Extents, guess_how_long_text_is) {
    EXPECT_EQ(extent_of("strings.h5", {"zero_padded"}).row_bytes, 5U);
    EXPECT_EQ(extent_of("strings.h5", {"two"}).row_bytes, 2 * (8U + 64U));
}

TEST(Hdf5Extents, no_rows_are_no_error) {
    EXPECT_EQ(extent_of("refused.h5", {"empty"}).rows, 0U);
    const Part part(data_file("refused.h5"), {"empty"});
    EXPECT_EQ(part.rows(), 0U);
    EXPECT_EQ(part.columns(), std::vector<std::string>{"empty: float32[3]"});
}

}  // namespace
}  // namespace parallel_run::hdf5
