// SPDX-License-Identifier: Apache-2.0
#include "table/delimited_record.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "table/delimited.hpp"
#include "table/reader.hpp"

namespace parallel_run::table {
namespace {

using Fields = std::vector<std::string>;

std::string fault_of(const Format& format, std::string_view record) {
    try {
        split_record(format, record);
    } catch (const ReadError& error) {
        return error.what();
    }
    return "none";
}

TEST(SplitRecord, gives_the_fields_of_a_record) {
    EXPECT_EQ(split_record({}, "a,bb,ccc"), (Fields{"a", "bb", "ccc"}));
    EXPECT_EQ(split_record({}, ",,"), (Fields{"", "", ""}));
    EXPECT_EQ(split_record({}, ""), (Fields{""}));
    EXPECT_EQ(split_record({}, "a b\r,c"), (Fields{"a b\r", "c"}));
}

TEST(SplitRecord, takes_quotes_off_and_makes_one_of_two) {
    EXPECT_EQ(split_record({}, R"("a","b,c","",x)"), (Fields{"a", "b,c", "", "x"}));
    EXPECT_EQ(split_record({}, R"("a ""b"" c","""","""")"), (Fields{"a \"b\" c", "\"", "\""}));
}

TEST(SplitRecord, knows_other_delimiters_and_quotes) {
    Format format;
    format.delimiter = '\t';
    format.quote = '\'';
    EXPECT_EQ(split_record(format, "a,\"\t'b\t''c'''"), (Fields{"a,\"", "b\t'c'"}));
}

TEST(SplitRecord, takes_quotes_as_they_are_where_nothing_quotes) {
    Format format;
    format.quote = std::nullopt;
    format.multi_line = true;
    EXPECT_EQ(split_record(format, R"("a,b",")"), (Fields{"\"a", "b\"", "\""}));
}

TEST(SplitRecord, takes_a_quote_inside_a_plain_field_as_data) {
    EXPECT_EQ(split_record({}, R"(5" pipe,a"b,c")"), (Fields{"5\" pipe", "a\"b", "c\""}));
}

TEST(SplitRecord, refuses_a_quote_inside_a_plain_field_with_multi_line) {
    Format format;
    format.multi_line = true;
    EXPECT_EQ(fault_of(format, R"(a,5" pipe)"),
              "a quote stands inside a field that does not begin with one; with support_multi_line "
              "= true the whole field must be quoted and the quote doubled");
}

TEST(SplitRecord, refuses_text_behind_a_closing_quote) {
    for (const auto* record : {R"("a"b)", R"("a" ,b)", R"("a""b"c"d")"}) {
        EXPECT_EQ(fault_of({}, record),
                  "text follows the closing quote of a field; a quote inside a quoted field must "
                  "be doubled");
    }
}

TEST(SplitRecord, refuses_a_quoted_field_that_is_not_closed) {
    for (const auto* record : {R"(")", R"(a,")", R"("a"",b)", R"(""")"}) {
        EXPECT_EQ(fault_of({}, record),
                  "a quoted field is not closed before the line's end; if line breaks between "
                  "quotes are data, set support_multi_line = true");
    }
    Format format;
    format.multi_line = true;
    EXPECT_EQ(fault_of(format, "\"a\nb"),
              "a quoted field is not closed before the file's end; look for a lone quote from here "
              "on");
}

TEST(DelimitedRecord, counts_more_fields_than_it_keeps) {
    DelimitedRecord record({});
    EXPECT_EQ(record.split("a,\"b\"\"\",c,d", 2), nullptr);
    EXPECT_EQ(record.field_count(), 4U);
    using Field = DelimitedRecord::Field;
    EXPECT_EQ(record.fields(), (std::vector<Field>{{0, 1, false}, {3, 3, true}}));
}

TEST(UndoubleQuotes, keeps_all_other_bytes) {
    std::string to(16, '.');
    EXPECT_EQ(undouble_quotes("", '"', to.data()), 0U);
    ASSERT_EQ(undouble_quotes(R"(""a""""b)", '"', to.data()), 5U);
    EXPECT_EQ(to.substr(0, 6), R"("a""b.)");
}

}  // namespace
}  // namespace parallel_run::table
