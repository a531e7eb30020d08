// SPDX-License-Identifier: Apache-2.0
#include "hdf5_part.hpp"

#include <gtest/gtest.h>

namespace parallel_run::hdf5 {
namespace {

using Columns = std::vector<std::string>;

template <typename T>
void expect_rows(const std::string& dataset, const std::string& type, double added) {
    const Part part(data_file("types.h5"), {dataset});
    EXPECT_EQ(part.columns(), Columns{dataset + ": " + type});
    ASSERT_EQ(part.rows(), kRows);
    for (std::uint64_t row = 0; row < kRows; ++row) {
        EXPECT_EQ(part.number<T>(dataset, row), static_cast<T>(static_cast<double>(row) + added))
            << dataset << " row " << row;
    }
}

TEST(Hdf5Types, integers_keep_their_size_and_sign) {
    expect_rows<std::int8_t>("i1", "int8", 0);
    expect_rows<std::int16_t>("i2", "int16", 0);
    expect_rows<std::int32_t>("i4", "int32", 0);
    expect_rows<std::int64_t>("i8", "int64", 0);
    expect_rows<std::uint8_t>("u1", "uint8", 0);
    expect_rows<std::uint16_t>("u2", "uint16", 0);
    expect_rows<std::uint32_t>("u4", "uint32", 0);
    expect_rows<std::uint64_t>("u8", "uint64", 0);
}

TEST(Hdf5Types, floats_keep_their_size_and_half_ones_grow) {
    expect_rows<float>("f2", "float32", 0.25);
    expect_rows<float>("f4", "float32", 0.25);
    expect_rows<double>("f8", "float64", 0.25);
}

TEST(Hdf5Types, the_other_byte_order_is_turned) {
    expect_rows<std::int16_t>("big_i2", "int16", 0);
    expect_rows<std::int64_t>("big_i8", "int64", 0);
    expect_rows<float>("big_f4", "float32", 0.25);
    expect_rows<double>("big_f8", "float64", 0.25);
}

TEST(Hdf5Types, truth_values_and_enumerations_are_their_integers) {
    const Part part(data_file("types.h5"), {"bool", "enum"});
    EXPECT_EQ(part.columns(), (Columns{"bool: int8", "enum: int16"}));
    const std::int16_t colours[] = {-1, 0, 7};
    for (std::uint64_t row = 0; row < kRows; ++row) {
        EXPECT_EQ(part.number<std::int8_t>("bool", row), row % 3 == 0 ? 1 : 0);
        EXPECT_EQ(part.number<std::int16_t>("enum", row), colours[row % 3]);
    }
}

TEST(Hdf5Types, text_ends_where_its_kind_says) {
    const Part part(data_file("strings.h5"),
                    {"variable", "ascii", "zero_padded", "space_padded", "terminated"});
    EXPECT_EQ(part.columns(), (Columns{"variable: text", "ascii: text", "zero_padded: text",
                                       "space_padded: text", "terminated: text"}));
    for (std::uint64_t row = 0; row < kRows; ++row) {
        for (const auto* name : {"variable", "zero_padded", "space_padded", "terminated"}) {
            EXPECT_EQ(part.text(name, row), word(row)) << name << " row " << row;
        }
        EXPECT_EQ(part.text("ascii", row), row % 5 == 4 ? "abc" : word(row));
    }
}

TEST(Hdf5Types, several_texts_in_a_row_are_a_column_each) {
    const Part part(data_file("strings.h5"), {"two"}, 2, 5);
    EXPECT_EQ(part.columns(), (Columns{"two[0]: text", "two[1]: text"}));
    EXPECT_EQ(part.text("two[0]", 0), "ab");
    EXPECT_EQ(part.text("two[1]", 0), "AB");
    EXPECT_EQ(part.text("two[1]", 2), "ÄBC");
}

TEST(Hdf5Types, text_that_was_never_written_is_empty) {
    const Part part(data_file("strings.h5"), {"never_written"});
    ASSERT_EQ(part.rows(), kRows);
    EXPECT_EQ(part.text("never_written", kRows - 1), "");
}

void expect_compound(const std::string& file) {
    const Part part(data_file(file), {}, 10, 50);
    EXPECT_EQ(part.columns(),
              (Columns{"id: int8", "at.x: float32", "at.y: float64", "image: uint16[2,2]",
                       "flag: int8", "word: text", "half: float32"}));
    ASSERT_EQ(part.rows(), 40U);
    for (std::uint64_t i = 0; i < part.rows(); ++i) {
        const auto row = static_cast<double>(i + 10);
        EXPECT_EQ(part.number<std::int8_t>("id", i), row);
        EXPECT_EQ(part.number<float>("at.x", i), row + 0.5);
        EXPECT_EQ(part.number<double>("at.y", i), -row);
        EXPECT_EQ(part.number<std::uint16_t>("image", 4 * i + 3), 4 * row + 3);
        EXPECT_EQ(part.number<std::int8_t>("flag", i), i % 2);
        EXPECT_EQ(part.text("word", i), word(i + 10).substr(0, 3));
        EXPECT_EQ(part.number<float>("half", i), row / 2);
    }
}

TEST(Hdf5Types, members_of_a_compound_are_columns) { expect_compound("compound_packed.h5"); }

TEST(Hdf5Types, gaps_between_members_are_left_out) { expect_compound("compound_aligned.h5"); }

TEST(Hdf5Types, a_compound_may_have_text_of_variable_length) {
    const Part part(data_file("compound_variable.h5"), {"/records"}, 3, 9);
    EXPECT_EQ(part.columns(), (Columns{"n: int32", "word: text"}));
    for (std::uint64_t i = 0; i < 6; ++i) {
        EXPECT_EQ(part.number<std::int32_t>("n", i), static_cast<std::int32_t>(i + 3));
        EXPECT_EQ(part.text("word", i), word(i + 3));
    }
}

TEST(Hdf5Types, several_compounds_in_a_row_give_dimensions_and_texts) {
    const Part part(data_file("compound_variable.h5"), {"grid"}, 1, 3);
    EXPECT_EQ(part.columns(), (Columns{"n: int32[2]", "word[0]: text", "word[1]: text"}));
    EXPECT_EQ(part.number<std::int32_t>("n", 3), 5);
    EXPECT_EQ(part.text("word[0]", 1), word(4));
    EXPECT_EQ(part.text("word[1]", 1), word(5));
}

TEST(Hdf5Types, columns_of_one_name_have_their_whole_paths) {
    const Part part(data_file("compound_variable.h5"), {"records", "other/records"}, 0, 1);
    EXPECT_EQ(part.columns(), (Columns{"/records.n: int32", "/records.word: text",
                                       "/other/records.n: int32", "/other/records.word: text"}));
}

}  // namespace
}  // namespace parallel_run::hdf5
