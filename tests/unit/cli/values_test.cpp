// SPDX-License-Identifier: Apache-2.0
#include "cli/values.hpp"

#include <gtest/gtest.h>

namespace parallel_run::cli {
namespace {

using namespace std::chrono_literals;
using Words = std::vector<std::string>;

TEST(Values, integers_are_whole_texts_in_their_range) {
    EXPECT_EQ(to_integer("-1", -1, 5), -1);
    for (const auto* text : {"", "-2", "6", "1.0", "1 ", "+1", "one", "99999999999999999999"}) {
        EXPECT_THROW(to_integer(text, -1, 5), InvalidValue) << text;
    }
}

TEST(Values, numbers_are_finite) {
    EXPECT_EQ(to_number("2.5", 0, 100), 2.5);
    for (const auto* text : {"nan", "inf", "-0.1", "100.1", "", "1%"}) {
        EXPECT_THROW(to_number(text, 0, 100), InvalidValue) << text;
    }
}

TEST(Values, durations_are_seconds_with_fractions) {
    EXPECT_EQ(to_duration("60"), 60s);
    EXPECT_EQ(to_duration("0.5"), 500ms);
    EXPECT_EQ(to_duration("0.001"), 1ms);
    for (const auto* text : {"0", "-1", "0.0001", "1e12", "60s", "nan", ""}) {
        EXPECT_THROW(to_duration(text), InvalidValue) << text;
    }
}

TEST(Values, durations_and_sizes_are_written_as_they_are_read) {
    EXPECT_EQ(duration_text(60s), "60");
    EXPECT_EQ(duration_text(1250ms), "1.25");
    EXPECT_EQ(duration_text(1ms), "0.001");
    EXPECT_EQ(bytes_text(64 << 20), "64MB");
    EXPECT_EQ(bytes_text(1025), "1025");
    EXPECT_EQ(number_text(99.5), "99.5");
}

TEST(Values, booleans_have_many_names) {
    for (const auto* text : {"true", "Yes", "ON", "1"}) EXPECT_TRUE(to_boolean(text)) << text;
    for (const auto* text : {"false", "No", "OFF", "0"}) EXPECT_FALSE(to_boolean(text)) << text;
    EXPECT_THROW(to_boolean("maybe"), InvalidValue);
}

TEST(Values, paths_become_absolute_and_tidy) {
    EXPECT_EQ(to_absolute_path("a//b/./c/", "/base"), "/base/a/b/c");
    EXPECT_EQ(to_absolute_path("/a", "/base"), "/a");
    EXPECT_EQ(to_absolute_path("../a", "/base"), "/base/../a");
    EXPECT_EQ(to_absolute_path("/", "/base"), "/");
    EXPECT_EQ(to_absolute_path("in/**/*.png", "/base"), "/base/in/**/*.png");
    EXPECT_THROW(to_absolute_path("", "/base"), InvalidValue);
}

TEST(Values, words_are_split_as_in_a_shell) {
    EXPECT_EQ(to_words("  --a  b\tc "), (Words{"--a", "b", "c"}));
    EXPECT_EQ(to_words(R"('a "b' "c 'd" e\ f)"), (Words{"a \"b", "c 'd", "e f"}));
    EXPECT_EQ(to_words(R"("\"\\\n" '\n')"), (Words{R"("\\n)", R"(\n)"}));
    EXPECT_EQ(to_words(R"('' "" x''y)"), (Words{"", "", "xy"}));
    EXPECT_EQ(to_words("$HOME *"), (Words{"$HOME", "*"}));
    EXPECT_EQ(to_words(""), Words{});
}

TEST(Values, words_with_an_open_quote_are_refused) {
    for (const auto* text : {"'a", "\"a", "a\\", R"("a\")"}) {
        EXPECT_THROW(to_words(text), InvalidValue) << text;
    }
}

TEST(Values, words_are_written_so_that_they_are_read_again) {
    const Words words = {"plain", "", "two words", "it's", "\"", "\\", "a\nb", "#", "$x", "--a=b"};
    EXPECT_EQ(to_words(words_text(words)), words);
}

TEST(Values, step_names_follow_their_rule) {
    for (const auto* name : {"abc", "a-1", "score-2026", "a2345678901234567890123456789012"}) {
        EXPECT_TRUE(is_step_name(name)) << name;
    }
    for (const auto* name :
         {"", "ab", "Abc", "1ab", "ab-", "a_b", "a b", "a23456789012345678901234567890123"}) {
        EXPECT_FALSE(is_step_name(name)) << name;
    }
}

TEST(Values, a_step_name_is_made_from_anything) {
    EXPECT_EQ(step_name_like("digits"), "digits");
    EXPECT_EQ(step_name_like("My_Step.v2"), "my-step-v2");
    EXPECT_EQ(step_name_like("a"), "step-a");
    EXPECT_EQ(step_name_like("2026"), "step-2026");
    for (const auto* text : {"", "___", "\xc3\xa4\xc3\xb6", "-", "a--",
                             "a very long name that does not fit into its 32 characters at all"}) {
        EXPECT_TRUE(is_step_name(step_name_like(text))) << text;
    }
}

}  // namespace
}  // namespace parallel_run::cli
