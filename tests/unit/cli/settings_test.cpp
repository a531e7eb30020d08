// SPDX-License-Identifier: Apache-2.0
#include "cli/settings.hpp"

#include "step_fixture.hpp"

namespace parallel_run::cli {
namespace {

std::vector<Setting> settings_of(const std::string& text) {
    return settings_of_text(text, "x.conf", "/base");
}

/// The value of the only setting in a text.
std::string value_of(const std::string& text) {
    const auto settings = settings_of(text);
    EXPECT_EQ(settings.size(), 1U) << text;
    return settings.empty() ? "" : settings.front().value;
}

TEST(ConfigurationText, keeps_key_value_place_and_base) {
    const auto settings = settings_of("\n# comment\n  output =  a b  \r\n\tlogs=c");
    ASSERT_EQ(settings.size(), 2U);
    EXPECT_EQ(settings[0].key, "output");
    EXPECT_EQ(settings[0].value, "a b");
    EXPECT_EQ(settings[0].place, "x.conf, line 3");
    EXPECT_EQ(settings[0].base, "/base");
    EXPECT_EQ(settings[1].key, "logs");
    EXPECT_EQ(settings[1].place, "x.conf, line 4");
}

TEST(ConfigurationText, a_hash_after_a_blank_starts_a_comment) {
    EXPECT_EQ(value_of("output = a # b"), "a");
    EXPECT_EQ(value_of("output = a#b"), "a#b");
    EXPECT_EQ(value_of("output = # b"), "");
    EXPECT_EQ(value_of("output = it's # b"), "it's");
    EXPECT_TRUE(settings_of("# output = a").empty());
    EXPECT_TRUE(settings_of("  # output = a").empty());
}

TEST(ConfigurationText, a_hash_inside_quotes_is_text) {
    EXPECT_EQ(value_of(R"(append_row_header = "# name: digit")"), "# name: digit");
    EXPECT_EQ(value_of(R"(append_row_header="# name" # comment)"), "# name");
    EXPECT_EQ(value_of(R"(arguments = --title 'a # b' # comment)"), "--title 'a # b'");
    EXPECT_EQ(value_of(R"(append_row_header = "a \" # b")"), "a \" # b");
}

TEST(ConfigurationText, quotes_around_the_whole_value_are_taken_off) {
    EXPECT_EQ(value_of(R"(output = " a ")"), " a ");
    EXPECT_EQ(value_of(R"(output = "")"), "");
    EXPECT_EQ(value_of(R"(output = "a\tb\\c\d")"), "a\tb\\c\\d");
    EXPECT_EQ(value_of(R"(arguments = "a b" "c")"), R"("a b" "c")");
    EXPECT_EQ(value_of(R"(arguments = 'a b')"), "'a b'");
    EXPECT_EQ(value_of(R"(output = "a\")"), R"("a\")");
    EXPECT_EQ(value_of(R"(output = ")"), "\"");
}

TEST(ConfigurationText, values_may_hold_equals_signs) {
    EXPECT_EQ(value_of("environment_variables = A=b=c"), "A=b=c");
}

TEST(ConfigurationText, may_start_with_a_byte_order_mark) {
    EXPECT_EQ(value_of("\xEF\xBB\xBFoutput = a"), "a");
}

TEST(ConfigurationText, refuses_other_lines) {
    const auto refusal = [](const std::string& text) {
        return refusal_of([&] { (void)settings_of(text); });
    };
    EXPECT_EQ(refusal("\noutput\n"), "x.conf, line 2: 'output' is not 'key = value'");
    EXPECT_EQ(refusal("[step]"), "x.conf, line 1: '[step]' is not 'key = value'");
    EXPECT_EQ(refusal("[a = b]"), "x.conf, line 1: '[a = b]' is not 'key = value'");
    EXPECT_EQ(refusal(std::string("a\0b", 3)), "x.conf is not a text file: it has a zero byte");
    EXPECT_EQ(refusal("= a"),
              "unknown key '' (x.conf, line 1); "
              "'parallel-run help run' lists what there is");
    EXPECT_EQ(refusal("out#put = a"),
              "unknown key 'out#put' (x.conf, line 1); "
              "did you mean 'output'?");
}

TEST(ConfigurationText, a_written_line_is_read_again) {
    for (const auto* value : {"a", "", " a ", "a#b", "# a", "a # b", "\"a\"", "'a'", "a\nb\r\tc",
                              "\\n", "\\", "\"", "a\\\"", "[x]", "\xff\x01"}) {
        EXPECT_EQ(value_of(setting_line("output", value)), value);
    }
}

}  // namespace
}  // namespace parallel_run::cli
