// SPDX-License-Identifier: Apache-2.0
#include "dataset/partition_key.hpp"

#include <random>

#include <gtest/gtest.h>

namespace parallel_run::dataset {
namespace {

std::string text_of(const PartitionKey& key) {
    std::string text;
    for (std::size_t i = 0; i < key.names.size(); ++i) {
        add_to_key(key.names[i], key.values[i], text);
    }
    return text;
}

TEST(PartitionKey, is_written_as_names_with_values) {
    EXPECT_EQ(text_of({{"user", "genre"}, {"alice", "rock"}}), "user=alice/genre=rock");
    EXPECT_EQ(text_of({{"a"}, {""}}), "a=");
}

TEST(PartitionKey, escapes_what_would_be_taken_for_something_else) {
    const std::string awkward("a/b=c%d\n\0\x7f\xc3\xa4", 12);
    EXPECT_EQ(text_of({{"x"}, {awkward}}), "x=a%2Fb%3Dc%25d%0A%00%7F\xc3\xa4");
}

TEST(PartitionKey, survives_whatever_its_bytes) {
    std::mt19937 random(20260301);
    for (int round = 0; round < 2000; ++round) {
        PartitionKey sent;
        for (auto count = random() % 3 + 1; count > 0; --count) {
            std::string name(random() % 3 + 1, 'n');
            std::string value(random() % 5, '\0');
            for (auto& byte : name) byte = static_cast<char>(random());
            for (auto& byte : value) byte = static_cast<char>(random());
            sent.names.push_back(name);
            sent.values.push_back(value);
        }
        PartitionKey received;
        ASSERT_TRUE(parse_key(text_of(sent), received));
        ASSERT_EQ(received, sent);
    }
}

TEST(PartitionKey, is_not_taken_from_other_texts) {
    PartitionKey key;
    for (const auto* text :
         {"", "a", "=b", "a=b/", "a=b//c=d", "/a=b", "a=%", "a=%4", "a=%4g", "a=%-1", "a=b/c"}) {
        EXPECT_FALSE(parse_key(text, key)) << text;
    }
}

}  // namespace
}  // namespace parallel_run::dataset
