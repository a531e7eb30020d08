// SPDX-License-Identifier: Apache-2.0
#include "cli/json.hpp"

#include <limits>

#include <gtest/gtest.h>

namespace parallel_run::cli {
namespace {

std::string text_of(std::string_view value) { return JsonObject().text("k", value).str(); }

TEST(Json, holds_members_in_order) {
    EXPECT_EQ(JsonObject().str(), "{}");
    EXPECT_EQ(JsonObject()
                  .text("name", "a")
                  .count("n", std::numeric_limits<std::uint64_t>::max())
                  .real("x", 0.5)
                  .flag("yes", true)
                  .flag("no", false)
                  .object("o", JsonObject().count("inner", 0))
                  .str(),
              R"({"name": "a", "n": 18446744073709551615, "x": 0.5, "yes": true, "no": false, )"
              R"("o": {"inner": 0}})");
}

TEST(Json, has_null_for_what_is_not_known) {
    EXPECT_EQ(JsonObject()
                  .text("a", "")
                  .count("b", std::nullopt)
                  .real("c", std::nullopt)
                  .real("d", std::numeric_limits<double>::infinity())
                  .real("e", std::numeric_limits<double>::quiet_NaN())
                  .object("f", std::nullopt)
                  .str(),
              R"({"a": null, "b": null, "c": null, "d": null, "e": null, "f": null})");
}

TEST(Json, escapes_what_would_end_or_break_a_text) {
    EXPECT_EQ(text_of("a\"b\\c"), R"({"k": "a\"b\\c"})");
    EXPECT_EQ(text_of(std::string_view("\n\t\x01\0\x1f\x7f", 6)),
              "{\"k\": \"\\u000a\\u0009\\u0001\\u0000\\u001f\x7f\"}");
}

TEST(Json, keeps_characters_of_every_length) {
    for (const auto* text : {"\xc2\x80", "\xc3\xa9", "\xe0\xa0\x80", "\xe2\x82\xac", "\xed\x9f\xbf",
                             "\xf0\x90\x80\x80", "\xf4\x8f\xbf\xbf"}) {
        EXPECT_EQ(text_of(text), "{\"k\": \"" + std::string(text) + "\"}");
    }
}

TEST(Json, replaces_bytes_that_are_no_character) {
    const std::string replacement = "\xef\xbf\xbd";
    for (const auto* text : {"\x80", "\xff", "\xc3", "\xe2\x82", "\xf0\x90\x80"}) {
        const auto shown = text_of(std::string(text) + "x");
        EXPECT_TRUE(shown.starts_with("{\"k\": \"" + replacement)) << shown;
        EXPECT_TRUE(shown.ends_with("x\"}")) << shown;
    }
    // Longer than need be, a surrogate, beyond the last one: no byte of them is kept.
    for (const auto* text : {"\xc0\xaf", "\xed\xa0\x80", "\xf4\x90\x80\x80"}) {
        std::string all;
        for (const char* at = text; *at != '\0'; ++at) all += replacement;
        EXPECT_EQ(text_of(text), "{\"k\": \"" + all + "\"}");
    }
}

}  // namespace
}  // namespace parallel_run::cli
