// SPDX-License-Identifier: Apache-2.0
#include "hdf5_part.hpp"

#include <gtest/gtest.h>

#include "hdf5/file.hpp"

namespace parallel_run::hdf5 {
namespace {

using Columns = std::vector<std::string>;

TEST(Hdf5Writers, a_table_of_pandas_is_its_blocks) {
    const Part part(data_file("pandas_table.h5"), {});
    EXPECT_EQ(part.columns(), (Columns{"index: int64", "values_block_0: float64[1]",
                                       "values_block_1: int64[2]", "values_block_2: text"}));
    ASSERT_EQ(part.rows(), kRows);
    for (std::uint64_t row = 0; row < kRows; ++row) {
        const auto number = static_cast<std::int64_t>(row);
        EXPECT_EQ(part.number<std::int64_t>("index", row), number);
        EXPECT_EQ(part.number<double>("values_block_0", row), static_cast<double>(row) + 0.5);
        EXPECT_EQ(part.number<std::int64_t>("values_block_1", 2 * row + 1), -number);
        EXPECT_EQ(part.text("values_block_2", row), word(row));
    }
}

TEST(Hdf5Writers, a_frame_that_pandas_wrote_in_its_fixed_form_is_a_matrix_a_kind) {
    const Part part(data_file("pandas_fixed.h5"), {"df/block0_values", "df/block1_values"});
    EXPECT_EQ(part.columns(), (Columns{"block0_values: float64[1]", "block1_values: int64[2]"}));
    EXPECT_EQ(part.number<double>("block0_values", 7), 7.5);
    EXPECT_EQ(part.number<std::int64_t>("block1_values", 15), -7);
}

TEST(Hdf5Writers, a_table_of_pytables_has_truth_values_as_integers) {
    const Part part(data_file("pytables.h5"), {});
    EXPECT_EQ(part.columns(),
              (Columns{"name: text", "charged: uint8", "position: float32[3]", "spin.up: int8"}));
    for (std::uint64_t row = 0; row < kRows; ++row) {
        EXPECT_EQ(part.text("name", row), word(row));
        EXPECT_EQ(part.number<std::uint8_t>("charged", row), row % 2);
        EXPECT_EQ(part.number<float>("position", 3 * row + 2), static_cast<float>(row + 2));
        EXPECT_EQ(part.number<std::int8_t>("spin.up", row), -static_cast<int>(row));
    }
}

TEST(Hdf5Writers, the_last_dimension_of_a_matlab_array_is_the_row) {
    const Part part(data_file("matlab_v73.mat"), {"A", "flags"});
    EXPECT_EQ(part.columns(), (Columns{"A: float64[3]", "flags: uint8[1]"}));
    EXPECT_EQ(part.rows(), kRows);
    EXPECT_EQ(part.number<double>("A", 3 * 41 + 1), 124);
    EXPECT_EQ(part.number<std::uint8_t>("flags", 41), 1);
}

TEST(Hdf5Writers, what_matlab_keeps_for_itself_is_no_dataset) {
    const auto file = open_file(data_file("matlab_v73.mat"));
    EXPECT_EQ(dataset_paths(file.get()), (Columns{"/A", "/flags", "/names"}));
}

TEST(Hdf5Writers, text_of_matlab_is_its_code_units) {
    const Part part(data_file("matlab_v73.mat"), {"names"});
    EXPECT_EQ(part.number<std::uint16_t>("names", 2), 'z');
}

}  // namespace
}  // namespace parallel_run::hdf5
