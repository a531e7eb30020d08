// SPDX-License-Identifier: Apache-2.0
#include "message_of.hpp"
#include "sample_table.hpp"

#include <array>
#include <cmath>
#include <limits>
#include <numeric>
#include <span>

#include <gtest/gtest.h>

namespace parallel_run::test {
namespace {

/// The number that a field of text is, or the end of the error's message behind the column.
template <typename T>
std::string read_as(const std::string& text) {
    const TextTable sample({"x"}, {{text}});
    const Table table(sample.raw);
    const auto found = table.find_number<T>(0, 0);
    try {
        const auto number = table.number<T>(0, "x");
        EXPECT_EQ(found.has_value(), true);
        std::string result;
        detail::append_number(result, number);
        return result;
    } catch (const FieldError& error) {
        EXPECT_EQ(found, std::nullopt);
        const std::string start = "/data/a.csv, byte 100 (row 0 of the table), column \"x\": ";
        const std::string message = error.what();
        EXPECT_EQ(message.substr(0, start.size()), start);
        return message.substr(start.size());
    }
}

TEST(TableNumbers, are_read_from_text) {
    EXPECT_EQ(read_as<double>("1.5"), "1.5");
    EXPECT_EQ(read_as<double>("-.5e1"), "-5");
    EXPECT_EQ(read_as<double>("0.1"), "0.1");
    EXPECT_EQ(read_as<float>("0.1"), "0.1");
    EXPECT_EQ(read_as<double>("nan"), "nan");
    EXPECT_EQ(read_as<double>("-inf"), "-inf");
    EXPECT_EQ(read_as<int>("-12"), "-12");
    EXPECT_EQ(read_as<std::int8_t>("65"), "65");
    EXPECT_EQ(read_as<std::uint64_t>("18446744073709551615"), "18446744073709551615");
    EXPECT_EQ(read_as<long long>("-9223372036854775808"), "-9223372036854775808");
}

TEST(TableNumbers, may_have_blanks_around_them_and_a_plus_sign) {
    EXPECT_EQ(read_as<double>(" 1.5\t"), "1.5");
    EXPECT_EQ(read_as<double>("+1.5"), "1.5");
    EXPECT_EQ(read_as<int>(" +7 "), "7");
    EXPECT_EQ(read_as<unsigned>("-0"), "0");
}

TEST(TableNumbers, are_all_of_the_field) {
    EXPECT_EQ(read_as<double>("abc"), "'abc' is no number");
    EXPECT_EQ(read_as<double>("1.5 kg"), "'1.5 kg' is no number");
    EXPECT_EQ(read_as<double>("1,5"), "'1,5' is no number");
    EXPECT_EQ(read_as<double>("1e999x"), "'1e999x' is no number");
    EXPECT_EQ(read_as<double>("+"), "'+' is no number");
    EXPECT_EQ(read_as<double>("+-1"), "'+-1' is no number");
    EXPECT_EQ(read_as<double>("++1"), "'++1' is no number");
    EXPECT_EQ(read_as<double>("- 1"), "'- 1' is no number");
    EXPECT_EQ(read_as<int>("3.0"), "'3.0' is no integer");
    EXPECT_EQ(read_as<unsigned>("-"), "'-' is no integer");
    EXPECT_EQ(read_as<unsigned>("--1"), "'--1' is no integer");
    EXPECT_EQ(read_as<int>(""), "the field is empty, and a number is needed");
    EXPECT_EQ(read_as<int>("  "), "the field is empty, and a number is needed");
}

TEST(TableNumbers, are_refused_when_the_type_cannot_hold_them) {
    EXPECT_EQ(read_as<std::int8_t>("128"), "'128' is beyond the range of int8");
    EXPECT_EQ(read_as<std::uint16_t>("-1"), "'-1' is beyond the range of uint16");
    EXPECT_EQ(read_as<std::uint16_t>("-99999"), "'-99999' is beyond the range of uint16");
    EXPECT_EQ(read_as<float>("1e39"), "'1e39' is beyond the range of float32");
    EXPECT_EQ(read_as<double>("-1e999"), "'-1e999' is beyond the range of float64");
}

TEST(TableNumbers, are_zero_when_they_are_too_small_for_the_type) {
    EXPECT_EQ(read_as<double>("1e-400"), "0");
    EXPECT_EQ(read_as<double>("-1e-400"), "-0");
    EXPECT_EQ(read_as<float>("1e-300"), "0");
    EXPECT_EQ(read_as<double>("5e-324"), "5e-324");
}

TEST(TableNumbers, are_shown_on_one_line_and_not_at_length) {
    EXPECT_EQ(read_as<int>(std::string("a\0b\nc", 5)), "'a?b?c' is no integer");
    EXPECT_EQ(read_as<int>(std::string(70, 'x')),
              "'" + std::string(60, 'x') + "...' is no integer");
}

TEST(TableNumbers, are_missing_where_a_field_is_absent) {
    const TextTable sample({"id", "x"}, {{"1", std::nullopt}});
    const Table table(sample.raw);
    EXPECT_EQ(table[0].find_number<int>("x"), std::nullopt);
    EXPECT_EQ(table[0].number<int>("id"), 1);
    EXPECT_THROW(static_cast<void>(table[0].number<int>("x")), FieldError);
}

/// The number of a column of its own as a T, or the end of the error's message.
template <typename T, typename From>
std::string converted(From from) {
    ColumnTable sample(2);
    sample.add<From>("x", {0, from});
    const Table table(sample.raw);
    std::string result;
    try {
        detail::append_number(result, table.number<T>(1, "x"));
    } catch (const FieldError& error) {
        EXPECT_EQ(table.find_number<T>(1, "x"), std::nullopt);
        const std::string start = "/data/a.h5, record 1001 (row 1 of the table), column \"x\": ";
        result = error.what();
        EXPECT_EQ(result.substr(0, start.size()), start);
        result.erase(0, start.size());
    }
    return result;
}

TEST(TableNumbers, are_converted_from_every_type) {
    EXPECT_EQ((converted<double>(std::int8_t{-1})), "-1");
    EXPECT_EQ((converted<double>(std::int16_t{-2})), "-2");
    EXPECT_EQ((converted<double>(std::int32_t{-3})), "-3");
    EXPECT_EQ((converted<double>(std::int64_t{-4})), "-4");
    EXPECT_EQ((converted<double>(std::uint8_t{5})), "5");
    EXPECT_EQ((converted<double>(std::uint16_t{6})), "6");
    EXPECT_EQ((converted<double>(std::uint32_t{7})), "7");
    EXPECT_EQ((converted<float>(std::uint64_t{8})), "8");
    EXPECT_EQ((converted<double>(1.5F)), "1.5");
    EXPECT_EQ((converted<float>(0.1)), "0.1");
    EXPECT_EQ((converted<int>(-3.0)), "-3");
    EXPECT_EQ((converted<std::int64_t>(-0x1p63)), "-9223372036854775808");
    EXPECT_EQ((converted<float>(std::numeric_limits<double>::infinity())), "inf");
    EXPECT_EQ((converted<float>(std::nan(""))), "nan");
    EXPECT_EQ((converted<std::uint8_t>(std::int64_t{255})), "255");
    EXPECT_EQ((converted<std::int64_t>(std::uint64_t{0x7fffffffffffffff})), "9223372036854775807");
}

TEST(TableNumbers, are_not_converted_to_a_type_that_cannot_hold_them) {
    EXPECT_EQ((converted<int>(2.5)), "2.5 is no integer");
    EXPECT_EQ((converted<int>(std::nan(""))), "nan is no integer");
    EXPECT_EQ((converted<int>(std::numeric_limits<double>::infinity())),
              "inf is beyond the range of int32");
    EXPECT_EQ((converted<std::uint8_t>(-1.0F)), "-1 is beyond the range of uint8");
    EXPECT_EQ((converted<std::int64_t>(0x1p63)),
              "9223372036854775808 is beyond the range of int64");
    EXPECT_EQ((converted<std::uint64_t>(std::int8_t{-1})), "-1 is beyond the range of uint64");
    EXPECT_EQ((converted<std::int64_t>(std::uint64_t{0x8000000000000000})),
              "9223372036854775808 is beyond the range of int64");
    EXPECT_EQ((converted<std::uint8_t>(256)), "256 is beyond the range of uint8");
    EXPECT_EQ((converted<float>(-1e39)), "-1e+39 is beyond the range of float32");
}

class TableValues : public testing::Test {
protected:
    TableValues() : sample_(2) {
        std::vector<float> image(12);
        std::iota(image.begin(), image.end(), 0.0F);
        sample_.add<float>("image", image, {2, 3});
        sample_.add<std::int64_t>("id", {10, 20});
        sample_.add_text("name", {"one", "two"});
    }

    ColumnTable sample_;
    Table table_{sample_.raw};
};

TEST_F(TableValues, are_seen_without_a_copy) {
    const auto ids = table_.values<std::int64_t>("id");
    EXPECT_EQ(ids.data(), sample_.raw.columns[1]->values);
    EXPECT_EQ(ids.row_size(), 1U);
    EXPECT_EQ(std::vector<std::int64_t>(ids.begin(), ids.end()),
              (std::vector<std::int64_t>{10, 20}));
    EXPECT_EQ(table_.values<long long>("id")[1], 20);
    const std::span<const std::int64_t> span = ids;
    EXPECT_EQ(span.size(), 2U);
    EXPECT_FALSE(ids.empty());
}

TEST_F(TableValues, are_arrays_where_a_row_has_dimensions) {
    const auto dimensions = table_.dimensions("image");
    EXPECT_EQ(std::vector<std::uint64_t>(dimensions.begin(), dimensions.end()),
              (std::vector<std::uint64_t>{2, 3}));
    EXPECT_TRUE(table_.dimensions("id").empty());
    EXPECT_EQ(table_.type("image"), PARALLEL_RUN_FLOAT32);
    const auto image = table_.values<float>("image");
    EXPECT_EQ(image.size(), 12U);
    EXPECT_EQ(image.row_size(), 6U);
    const auto row = image.row(1);
    EXPECT_EQ(row.size(), 6U);
    EXPECT_EQ(row[0], 6.0F);
    const std::span<const float> span = image.row(0);
    EXPECT_EQ(span.back(), 5.0F);
}

TEST_F(TableValues, are_there_beside_text) {
    EXPECT_EQ(table_.text(1, "name"), "two");
    EXPECT_TRUE(table_.has(1, "id"));
    EXPECT_EQ(table_[1].number<int>("id"), 20);
}

TEST_F(TableValues, are_refused_as_another_type) {
    EXPECT_EQ(
        message_of<std::invalid_argument>([&] { return table_.values<double>("image"); }),
        "/data/a.h5: column \"image\" holds arrays of float32, not float64: read it with values()");
    EXPECT_EQ(
        message_of<std::invalid_argument>([&] { return table_.values<unsigned>("id"); }),
        "/data/a.h5: column \"id\" holds int64, not uint32: read it with values() or number()");
    EXPECT_EQ(
        message_of<std::invalid_argument>([&] { return table_.values<double>("name"); }),
        "/data/a.h5: column \"name\" holds text, not float64: read it with text() or number()");
    EXPECT_EQ(message_of<std::invalid_argument>([&] { return table_.text(0, "id"); }),
              "/data/a.h5: column \"id\" holds int64, not text: read it with values() or number()");
    const std::string several =
        "/data/a.h5: column \"image\" holds arrays of float32, not single numbers: read it with "
        "values()";
    EXPECT_EQ(message_of<std::invalid_argument>([&] { return table_.number<float>(0, "image"); }),
              several);
    EXPECT_EQ(
        message_of<std::invalid_argument>([&] { return table_.find_number<float>(0, "image"); }),
        several);
}

TEST_F(TableValues, of_a_type_that_is_newer_than_the_headers_are_refused) {
    auto column = *sample_.raw.columns[1];
    column.type = PARALLEL_RUN_FLOAT64 + 1;
    const std::array columns{static_cast<const parallel_run_column*>(&column)};
    auto raw = sample_.raw;
    raw.columns = columns.data();
    raw.column_count = columns.size();
    const Table table(raw);
    EXPECT_EQ(message_of<std::logic_error>([&] { return table.number<int>(0, "id"); }),
              "the values of column \"id\" are of type 11, which the script's headers do not know: "
              "build the script again with those of this parallel-run");
    EXPECT_EQ(message_of<std::invalid_argument>([&] { return table.values<int>("id"); }),
              "/data/a.h5: column \"id\" holds an unknown type, not int32: read it with values() "
              "or number()");
}

}  // namespace
}  // namespace parallel_run::test
