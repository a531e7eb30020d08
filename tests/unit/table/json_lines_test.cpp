// SPDX-License-Identifier: Apache-2.0
#include "text_files.hpp"

#include <gtest/gtest.h>

#include "table/json_lines_parser.hpp"
#include "table/reader.hpp"

namespace parallel_run::table {
namespace {

class JsonLines : public ::testing::Test {
protected:
    void parse(std::string_view text, std::uint64_t skip = 0, std::uint64_t count = Range::kAll) {
        table_.clear();
        table_.columns.resize(format_.columns.size());
        table_.bytes.append(text);
        JsonLinesParser(format_).parse(table_, skip, count);
    }
    [[nodiscard]] std::vector<std::string> row(std::size_t number) const {
        std::vector<std::string> fields;
        for (std::size_t i = 0; i < table_.columns.size(); ++i) {
            fields.push_back(field(table_, number, i));
        }
        return fields;
    }
    /// Why the only record is bad.
    std::string reason(std::string_view text) {
        parse(text);
        return table_.bad_records.size() == 1 ? table_.bad_records[0].reason : "not bad";
    }

    Format format_ = format_of(Kind::json_lines, {"a", "b"});
    Table table_;
};

using Fields = std::vector<std::string>;

TEST_F(JsonLines, have_members_as_fields_by_name) {
    parse("{\"a\":1,\"b\":2}\n\r\n {\"b\" : 3 ,\t\"c\":4, \"a\":5 }\r\n{}");
    ASSERT_EQ(table_.row_count, 3U);
    EXPECT_EQ(row(0), (Fields{"1", "2"}));
    EXPECT_EQ(row(1), (Fields{"5", "3"}));
    EXPECT_EQ(row(2), (Fields{"<absent>", "<absent>"}));
    EXPECT_TRUE(table_.record_numbers.empty());
    EXPECT_EQ(table_.records[1].begin, 16U);
    EXPECT_EQ(table_.records[1].size, 26U);
}

TEST_F(JsonLines, have_values_as_they_are_written) {
    parse(R"({"a":-1.50e+03,"b":true})"
          "\n"
          R"({"a":null,"b":false})"
          "\n"
          R"({"a":12345678901234567890,"b":0.10000000000000000001})");
    ASSERT_EQ(table_.row_count, 3U);
    EXPECT_EQ(row(0), (Fields{"-1.50e+03", "true"}));
    EXPECT_EQ(row(1), (Fields{"<absent>", "false"}));
    EXPECT_EQ(row(2), (Fields{"12345678901234567890", "0.10000000000000000001"}));
}

TEST_F(JsonLines, have_strings_as_their_characters) {
    parse(R"({"a":"","b":"plain é"})"
          "\n"
          R"({"a":"x\"y\\","b":"\u00e9\n\t\ud83d\ude00"})"
          "\n"
          R"({"\u0061":"\\","b":"\\\\"})");
    ASSERT_EQ(table_.row_count, 3U);
    EXPECT_EQ(row(0), (Fields{"", "plain é"}));
    EXPECT_EQ(row(1), (Fields{"x\"y\\", "é\n\t😀"}));
    EXPECT_EQ(row(2), (Fields{"\\", "\\\\"}));
}

TEST_F(JsonLines, have_nested_values_as_their_text) {
    parse(R"({"a": [1, "]\"", {"x":[]}] , "b":{"y": {"z":"}"} }})");
    ASSERT_EQ(table_.row_count, 1U);
    EXPECT_EQ(row(0), (Fields{R"([1, "]\"", {"x":[]}])", R"({"y": {"z":"}"} })"}));
}

TEST_F(JsonLines, have_the_last_of_members_with_one_name) {
    parse("{\"a\":\"\\n\",\"a\":2,\"b\":1,\"b\":null}");
    EXPECT_EQ(row(0), (Fields{"2", "<absent>"}));
}

TEST_F(JsonLines, keep_their_neighbours_when_they_are_bad) {
    table_.position = 0;
    parse("{\"a\":1}\nnonsense\n{\"a\":2}\n");
    ASSERT_EQ(table_.row_count, 2U);
    EXPECT_EQ(row(1), (Fields{"2", "<absent>"}));
    EXPECT_EQ(table_.record_numbers, (std::vector<std::uint32_t>{0, 2}));
    ASSERT_EQ(table_.bad_records.size(), 1U);
    EXPECT_EQ(table_.bad_records[0].position, 8U);
    EXPECT_EQ(table_.bad_records[0].number, 1U);
}

TEST_F(JsonLines, are_bad_for_a_reason) {
    const std::string begin = "the record is not a JSON object: ";
    for (const std::string_view text :
         {"1", "[1]", "\"a\"", "null", " ", "{", "{\"a\":1", "{\"a\":1} 2", "{\"a\":1,}",
          "{\"a\" 1}", "{\"a\":01}", "{\"a\":\"\\x\"}", "{\"a\":\"\t\"}", "{\"a\":nul}",
          "{\"a\":[1,]}", "{'a':1}", "{\"a\":\"\xff\"}", "\r"}) {
        EXPECT_EQ(reason(text).find(begin), 0U) << text;
        EXPECT_GT(reason(text).size(), begin.size()) << text;
    }
}

TEST_F(JsonLines, are_bad_when_they_are_nested_too_deeply) {
    const auto depth = 100'000;
    EXPECT_NE(reason("{\"a\":" + std::string(depth, '[') + std::string(depth, ']') + "}"),
              "not bad");
}

TEST_F(JsonLines, are_taken_as_many_as_are_asked_for) {
    parse("{\"a\":1}\n\n{\"a\":2}\nx\n{\"a\":4}\n", 1, 2);
    ASSERT_EQ(table_.record_count(), 2U);
    EXPECT_EQ(row(0)[0], "2");
    EXPECT_EQ(table_.bad_records[0].number, 1U);
}

/// JSON with its values as they are to be read.
class RandomObject {
public:
    explicit RandomObject(std::uint64_t seed) : random_(seed) {}

    /// An object of one line; sets what its members "a" and "b" are.
    std::string object(std::vector<std::string>& fields) {
        std::string text = space() + "{" + space();
        const auto count = random_.below(5);
        for (std::size_t i = 0; i < count; ++i) {
            std::string expected;
            const auto name = random_.below(3);
            if (i > 0) text += "," + space();
            text += std::array{"\"a\"", "\"\\u0062\"", "\"c\""}.at(name) + space() + ":" + space();
            text += value(expected, 3) + space();
            if (name < 2) fields.at(name) = expected;
        }
        return text + "}" + space();
    }

private:
    std::string space() { return std::array{"", "", " ", "\t "}.at(random_.below(4)); }

    std::string value(std::string& expected, int depth) {
        switch (random_.below(depth > 0 ? 6 : 4)) {
            case 0: return expected = "<absent>", "null";
            case 1: return expected = std::array{"true", "false", "0", "-1e5"}.at(random_.below(4));
            case 2:
            case 3: return string(expected);
            case 4: return expected = nested('[', ']', "", depth);
            default: return expected = nested('{', '}', "\"k\\\"\":", depth);
        }
    }
    std::string string(std::string& characters) {
        characters.clear();
        std::string text = "\"";
        for (auto i = random_.below(8); i > 0; --i) {
            const auto piece = random_.below(6);
            characters += std::array{"\"", "\\", "]}", "\n", "x", "é"}.at(piece);
            text += std::array{"\\\"", "\\\\", "]}", "\\n", "x", "é"}.at(piece);
        }
        return text + "\"";
    }
    std::string nested(char open, char close, const std::string& key, int depth) {
        std::string text{open};
        std::string ignored;
        for (auto i = random_.below(3); i > 0; --i) {
            if (text.size() > 1) text += ",";
            text += space() + key + value(ignored, depth - 1);
        }
        return text + space() + close;
    }

    RandomText random_;
};

TEST_F(JsonLines, have_the_members_that_they_were_made_of) {
    for (std::uint64_t seed = 0; seed < 2000; ++seed) {
        Fields expected(2, "<absent>");
        const auto text = RandomObject(seed).object(expected);
        parse("\n" + text + "\n" + text);
        ASSERT_EQ(table_.row_count, 2U) << text;
        ASSERT_EQ(row(0), expected) << text;
        ASSERT_EQ(row(1), expected) << text;
    }
}

}  // namespace
}  // namespace parallel_run::table
