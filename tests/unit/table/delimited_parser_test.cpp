// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "table/delimited.hpp"
#include "table/range.hpp"
#include "table/reader.hpp"

namespace parallel_run::table {
namespace {

using namespace std::literals;
using Rows = std::vector<std::vector<std::string>>;

Format columns(std::size_t count) {
    Format format;
    format.columns.assign(count, "x");
    return format;
}

Format multi_line(std::size_t count) {
    auto format = columns(count);
    format.multi_line = true;
    return format;
}

void parse(const Format& format, std::string_view text, Table& table, std::uint64_t skip = 0,
           std::uint64_t count = Range::kAll) {
    table.columns.resize(format.columns.size());
    table.bytes.append(text);
    DelimitedParser(format).parse(table, skip, count);
}

/// As a script sees them.
Rows rows_of(Table& table) {
    const auto& view = table.view();
    Rows rows(view.row_count);
    for (std::uint64_t row = 0; row < view.row_count; ++row) {
        for (std::uint64_t i = 0; i < view.column_count; ++i) {
            const auto& column = *view.columns[i];
            const auto& span = column.spans[row * column.span_stride];
            rows[row].emplace_back(column.bytes + span.begin, span.size);
        }
    }
    return rows;
}

Rows rows_of(const Format& format, std::string_view text) {
    Table table;
    parse(format, text, table);
    EXPECT_EQ(table.bad_count, 0U);
    return rows_of(table);
}

/// The only bad record's reason, between a good one before and behind it.
std::string reason_for(const Format& format, const std::string& record) {
    Table table;
    parse(format, "a,b\n" + record + "\nc,d\n", table);
    EXPECT_EQ(rows_of(table), (Rows{{"a", "b"}, {"c", "d"}}));
    EXPECT_EQ(table.record_numbers, (std::vector<std::uint32_t>{0, 2}));
    if (table.bad_count != 1) return std::to_string(table.bad_count) + " bad records";
    EXPECT_EQ(table.bad_records.front().number, 1U);
    EXPECT_EQ(table.bad_records.front().position, 4U);
    return table.bad_records.front().reason;
}

// The examples of RFC 4180, section 2.

TEST(DelimitedParser, reads_records_with_and_without_a_last_line_end) {
    const Rows rows{{"aaa", "bbb", "ccc"}, {"zzz", "yyy", "xxx"}};
    EXPECT_EQ(rows_of(columns(3), "aaa,bbb,ccc\r\nzzz,yyy,xxx\r\n"), rows);
    EXPECT_EQ(rows_of(columns(3), "aaa,bbb,ccc\r\nzzz,yyy,xxx"), rows);
    EXPECT_EQ(rows_of(columns(3), "aaa,bbb,ccc\nzzz,yyy,xxx"), rows);
}

TEST(DelimitedParser, reads_quoted_fields) {
    EXPECT_EQ(rows_of(columns(3), "\"aaa\",\"bbb\",\"ccc\"\r\nzzz,yyy,xxx"),
              (Rows{{"aaa", "bbb", "ccc"}, {"zzz", "yyy", "xxx"}}));
    EXPECT_EQ(rows_of(multi_line(3), "\"aaa\",\"b\r\nbb\",\"ccc\"\r\nzzz,yyy,xxx"),
              (Rows{{"aaa", "b\r\nbb", "ccc"}, {"zzz", "yyy", "xxx"}}));
    EXPECT_EQ(rows_of(columns(3), "\"aaa\",\"b\"\"bb\",\"ccc\""), (Rows{{"aaa", "b\"bb", "ccc"}}));
}

TEST(DelimitedParser, keeps_blanks_and_bytes_of_every_kind) {
    EXPECT_EQ(rows_of(columns(2), " a , b \n\0\xff,\xc3\xa9\n"sv),
              (Rows{{" a ", " b "}, {"\0\xff"s, "\xc3\xa9"}}));
}

TEST(DelimitedParser, takes_a_lone_carriage_return_as_data) {
    EXPECT_EQ(rows_of(columns(2), "\ra\r,b\r\r\nc,\"d\"\r\ne,f\r"),
              (Rows{{"\ra\r", "b\r"}, {"c", "d"}, {"e", "f\r"}}));
}

TEST(DelimitedParser, counts_no_empty_line) {
    EXPECT_EQ(rows_of(columns(2), "\n\r\na,b\n\n\nc,d\n\r\n"), (Rows{{"a", "b"}, {"c", "d"}}));
    EXPECT_EQ(rows_of(multi_line(1), "\n\"\n\"\n\n"), (Rows{{"\n"}}));
    EXPECT_EQ(rows_of(columns(1), "\n\"\"\n\n"), (Rows{{""}}));
    EXPECT_EQ(rows_of(columns(1), ""), Rows());
}

TEST(DelimitedParser, keeps_each_record_as_it_stands_in_the_text) {
    Table table;
    parse(columns(2), "a,\"b\"\"\"\r\n\n\"c\",d", table);
    ASSERT_EQ(table.records.size(), 2U);
    const auto text = table.bytes.view();
    EXPECT_EQ(text.substr(table.records[0].begin, table.records[0].size), "a,\"b\"\"\"");
    EXPECT_EQ(text.substr(table.records[1].begin, table.records[1].size), "\"c\",d");
    EXPECT_TRUE(table.record_numbers.empty());
}

TEST(DelimitedParser, ends_an_open_quote_with_its_line) {
    EXPECT_EQ(reason_for(columns(2), "x,\"y"),
              "a quoted field is not closed before the line's end; if line breaks between quotes "
              "are data, set support_multi_line = true");
}

TEST(DelimitedParser, says_what_is_wrong_with_a_record) {
    const auto* const after_quote =
        "text follows the closing quote of a field; a quote inside a quoted field must be doubled";
    EXPECT_EQ(reason_for(columns(2), "\"x\"y,z"), after_quote);
    EXPECT_EQ(reason_for(multi_line(2), "\"x\"y,z"), after_quote);
    EXPECT_EQ(reason_for(columns(2), "\"x\"\ry,z"), after_quote);
    EXPECT_EQ(reason_for(multi_line(2), "x\"\",y"),
              "a quote stands inside a field that does not begin with one; with support_multi_line "
              "= true the whole field must be quoted and the quote doubled");
    EXPECT_EQ(reason_for(columns(2), "x"), "1 field where the header has 2");
    EXPECT_EQ(reason_for(columns(2), "x,y,"), "3 fields where the header has 2");
    auto no_header = columns(2);
    no_header.header = config::Header::none;
    EXPECT_EQ(reason_for(no_header, "x"), "1 field where the first record has 2");
}

TEST(DelimitedParser, counts_the_fields_of_a_record_that_has_very_many) {
    EXPECT_EQ(reason_for(columns(2), std::string(100'000, ',')),
              "100001 fields where the header has 2");
}

TEST(DelimitedParser, takes_very_many_fields_between_two_quotes_that_are_data) {
    const auto rows = rows_of(columns(5'000), "a\"" + std::string(4'999, ',') + "b\"\n");
    ASSERT_EQ(rows.size(), 1U);
    EXPECT_EQ(rows[0].front(), "a\"");
    EXPECT_EQ(rows[0].back(), "b\"");
}

TEST(DelimitedParser, finds_the_quote_that_is_not_closed_before_the_end) {
    Table table;
    table.position = 1000;
    parse(multi_line(1), "a\n\"b\nc\nd\n", table);
    EXPECT_EQ(rows_of(table), (Rows{{"a"}}));
    ASSERT_EQ(table.bad_records.size(), 1U);
    EXPECT_EQ(table.bad_records[0].position, 1002U);
    EXPECT_EQ(table.bad_records[0].number, 1U);
    EXPECT_EQ(table.bad_records[0].reason,
              "a quoted field is not closed before the file's end; look for a lone quote from here "
              "on");
}

TEST(DelimitedParser, numbers_records_from_the_first_that_it_takes) {
    Table table;
    parse(columns(1), "a\nb,\nc\nd,\n\ne\nf\n", table, 2, 3);
    EXPECT_EQ(rows_of(table), (Rows{{"c"}, {"e"}}));
    EXPECT_EQ(table.record_numbers, (std::vector<std::uint32_t>{0, 2}));
    ASSERT_EQ(table.bad_count, 1U);
    EXPECT_EQ(table.bad_records[0].number, 1U);
}

TEST(DelimitedParser, fills_a_table_again) {
    Table table;
    parse(columns(2), "a,b\nc\nd,\"e\"\"\"\n", table);
    table.clear();
    parse(columns(2), "f,g\n", table);
    EXPECT_EQ(rows_of(table), (Rows{{"f", "g"}}));
    EXPECT_EQ(table.record_count(), 1U);
    EXPECT_TRUE(table.record_numbers.empty());
}

TEST(DelimitedParser, refuses_bytes_that_cannot_be_told_apart) {
    constexpr std::array<std::pair<char, char>, 4> kPairs{
        {{',', ','}, {'\n', '"'}, {'\r', '"'}, {',', '\r'}}};
    for (const auto& [delimiter, quote] : kPairs) {
        Format format;
        format.delimiter = delimiter;
        format.quote = quote;
        EXPECT_THROW(DelimitedParser{format}, ReadError);
    }
}

std::string error_of(Table& table) {
    try {
        parse(columns(1), "", table);
    } catch (const ReadError& error) {
        return error.what();
    }
    return "none";
}

TEST(DelimitedParser, refuses_more_text_than_spans_can_address) {
    constexpr auto kLimit = std::size_t{std::numeric_limits<std::uint32_t>::max()};
    const auto* const refusal =
        "/big.csv: more than 4 GiB of text in one mini-batch, with what quoted fields take; set a "
        "smaller mini_batch_size, and cut a compressed file into several";
    Table table;
    table.file = "/big.csv";
    table.bytes.append("\"doubled \"\" quotes\"\n");
    table.bytes.resize(kLimit + 1);  // of which all but a few pages are never touched
    EXPECT_EQ(error_of(table), refusal);
    table.bytes.resize(kLimit - 8);
    EXPECT_EQ(error_of(table), refusal);
}

}  // namespace
}  // namespace parallel_run::table
