// SPDX-License-Identifier: Apache-2.0
#include "dataset/ordered_names.hpp"

#include <algorithm>
#include <random>
#include <string>

#include <gtest/gtest.h>

namespace parallel_run::dataset {
namespace {

std::vector<std::string> read_all(OrderedNames& names) {
    std::vector<std::string> all;
    while (const auto entry = names.next()) all.emplace_back(entry->name);
    return all;
}

TEST(OrderedNames, begin_empty) {
    OrderedNames names;
    EXPECT_FALSE(names.next());
}

TEST(OrderedNames, come_in_byte_order) {
    OrderedNames names;
    for (const auto* name : {"b", "\xc3\xa4", "a10", "B", "a9", "a", "\xff"}) {
        names.add(name, EntryKind::file);
    }
    EXPECT_EQ(read_all(names),
              (std::vector<std::string>{"B", "a", "a10", "a9", "b", "\xc3\xa4", "\xff"}));
}

TEST(OrderedNames, keep_their_kinds) {
    OrderedNames names;
    names.add("b", EntryKind::directory);
    names.add("a", EntryKind::unknown);
    names.add("c", EntryKind::file);
    EXPECT_EQ(names.next()->kind, EntryKind::unknown);
    EXPECT_EQ(names.next()->kind, EntryKind::directory);
    EXPECT_EQ(names.next()->kind, EntryKind::file);
}

TEST(OrderedNames, agree_with_a_full_sort_at_every_size) {
    std::mt19937 random(7);
    for (const std::size_t size : {1U, 2U, 1023U, 1024U, 1025U, 2048U, 2049U, 30'000U}) {
        OrderedNames names;
        std::vector<std::string> expected;
        for (std::size_t i = 0; i < size; ++i) {
            expected.push_back("image_" + std::to_string(random() % 50'000) + ".png");
            names.add(expected.back().c_str(), EntryKind::file);
        }
        std::sort(expected.begin(), expected.end());
        EXPECT_EQ(read_all(names), expected) << size;
    }
}

}  // namespace
}  // namespace parallel_run::dataset
