// SPDX-License-Identifier: Apache-2.0
#include "dataset/partition_format.hpp"

#include <optional>

#include <gtest/gtest.h>

namespace parallel_run::dataset {
namespace {

using Texts = std::vector<std::string>;

PartitionFormat format(std::string_view text) {
    auto parsed = PartitionFormat::parse(text);
    EXPECT_TRUE(parsed) << text;
    return std::move(parsed.value());
}

/// The values; nothing where the path does not match.
std::optional<Texts> values(std::string_view text, std::string_view path) {
    std::vector<std::string_view> found;
    if (!format(text).match(path, found)) return std::nullopt;
    return Texts{found.begin(), found.end()};
}

std::string fault(std::string_view text) {
    const auto parsed = PartitionFormat::parse(text);
    return parsed ? "" : parsed.error();
}

TEST(PartitionFormat, names_whole_components) {
    EXPECT_EQ(format("{user}/{genre}/{file}").names(), (Texts{"user", "genre", "file"}));
    EXPECT_EQ(values("{user}/{genre}/{file}", "alice/rock/1.wav"),
              (Texts{"alice", "rock", "1.wav"}));
}

TEST(PartitionFormat, names_parts_of_a_component) {
    EXPECT_EQ(values("{year}-{month}/{name}.wav", "2024-05/a.b.wav"), (Texts{"2024", "05", "a.b"}));
    EXPECT_EQ(values("user={user}/x{file}", "user=bob/xy"), (Texts{"bob", "y"}));
    EXPECT_EQ(values("{file}.{extension}", "a.tar.gz"), (Texts{"a", "tar.gz"}));
    EXPECT_EQ(values("{a}-{b}-{c}", "1-2-3-4"), (Texts{"1", "2", "3-4"}));
    EXPECT_EQ(values("{a}.wav", ".wav.wav"), (Texts{".wav"}));
    EXPECT_EQ(values("{a}--{b}", "---x"), (Texts{"-", "x"}));
}

TEST(PartitionFormat, takes_what_is_not_in_braces_as_it_is) {
    EXPECT_EQ(values("data/{file}", "data/1"), Texts{"1"});
    EXPECT_FALSE(values("data/{file}", "date/1"));
    EXPECT_FALSE(values("*/{file}", "data/1"));
    EXPECT_FALSE(values("{name}.wav", "a.mp3"));
    EXPECT_FALSE(values("a{name}", "b"));
}

TEST(PartitionFormat, does_not_match_where_a_value_would_be_empty) {
    EXPECT_FALSE(values("{year}-{month}", "-05"));
    EXPECT_FALSE(values("{year}-{month}", "2024-"));
    EXPECT_FALSE(values("{name}.wav", ".wav"));
    EXPECT_FALSE(values("{a}/{b}", "/b"));
}

TEST(PartitionFormat, does_not_match_another_number_of_components) {
    EXPECT_FALSE(values("{user}/{file}", "alice"));
    EXPECT_FALSE(values("{user}/{file}", "alice/rock/1.wav"));
    EXPECT_FALSE(values("{user}/{file}", ""));
}

TEST(PartitionFormat, is_refused_with_advice) {
    const std::string below =
        "give the path below the input's directory, like "
        "{user}/{genre}/{file}";
    for (const auto* text : {"", "/{user}", "{user}/"}) EXPECT_EQ(fault(text), below) << text;
    EXPECT_EQ(fault("a/b"), "give a name in braces, like {user}/{file}");
    EXPECT_EQ(fault("{a{b}}"), "close each brace before the next one opens");
    EXPECT_EQ(fault("a}"), "open each brace before it is closed");
    EXPECT_EQ(fault("{a/b}"), "close each brace in the path's component where it opens");
    EXPECT_EQ(fault("{a"), "close each brace in the path's component where it opens");
    EXPECT_EQ(fault("{}"), "give a name between the braces");
    EXPECT_EQ(fault("{a}{b}"), "put something between two names in braces");
    EXPECT_EQ(fault("{a}/{a}"), "give the name 'a' once");
}

}  // namespace
}  // namespace parallel_run::dataset
