// SPDX-License-Identifier: Apache-2.0
#include "journal/committed_set.hpp"

#include <algorithm>
#include <random>
#include <vector>

#include <gtest/gtest.h>

namespace parallel_run::journal {
namespace {

using Ranges = std::vector<Range>;

TEST(JoinedRanges, join_neighbours_in_any_order) {
    EXPECT_EQ(joined({{5, 1}, {3, 2}, {9, 4}, {7, 2}}), (Ranges{{3, 3}, {7, 6}}));
    EXPECT_EQ(joined({}), Ranges{});
}

TEST(JoinedRanges, overlap_for_an_index_given_twice) {
    EXPECT_EQ(joined({{1, 2}, {2, 1}}), (Ranges{{1, 2}, {2, 1}}));
}

TEST(CommittedSet, misses_everything_at_first) {
    const CommittedSet set;
    EXPECT_EQ(set.count(), 0U);
    EXPECT_FALSE(set.contains(0));
    EXPECT_EQ(set.missing({100, 1000}), (Ranges{{100, 1000}}));
    EXPECT_EQ(set.missing({100, 0}), Ranges{});
}

TEST(CommittedSet, counts_what_overlaps_once) {
    CommittedSet set;
    set.insert({10, 100});
    set.insert({50, 100});
    set.insert({10, 1});
    EXPECT_EQ(set.count(), 140U);
    EXPECT_EQ(set.missing({0, 200}), (Ranges{{0, 10}, {150, 50}}));
}

TEST(CommittedSet, joins_ranges_that_meet) {
    CommittedSet set;
    set.insert({0, 64});
    set.insert({128, 64});
    set.insert({64, 64});
    EXPECT_EQ(set.missing({0, 200}), (Ranges{{192, 8}}));
    EXPECT_EQ(set.missing({3, 180}), Ranges{});
}

TEST(CommittedSet, cuts_what_is_missing_to_what_was_asked) {
    CommittedSet set;
    set.insert({100, 10});
    EXPECT_EQ(set.missing({90, 15}), (Ranges{{90, 10}}));
    EXPECT_EQ(set.missing({105, 15}), (Ranges{{110, 10}}));
    EXPECT_EQ(set.missing({102, 3}), Ranges{});
    EXPECT_EQ(set.missing({5000, 3}), (Ranges{{5000, 3}}));
}

/// Against one byte for each index.
TEST(CommittedSet, is_what_a_list_of_flags_would_be) {
    constexpr std::uint64_t kSize = 700;
    for (std::uint64_t seed = 1; seed <= 50; ++seed) {
        SCOPED_TRACE(seed);
        std::mt19937_64 random(seed);
        CommittedSet set;
        std::vector<bool> flags(kSize);
        for (int step = 0; step < 30; ++step) {
            const auto first = random() % kSize;
            const Range range{first, random() % std::min<std::uint64_t>(kSize - first + 1, 150)};
            bool any = false;
            for (auto i = range.first; i < range.end(); ++i) any = any || flags[i];
            ASSERT_EQ(set.intersects(range), any);
            set.insert(range);
            for (auto i = range.first; i < range.end(); ++i) flags[i] = true;

            Ranges missing;
            const auto from = random() % kSize;
            for (auto i = from; i < kSize; ++i) {
                if (!flags[i]) missing.push_back({i, 1});
            }
            ASSERT_EQ(set.missing({from, kSize - from}), joined(missing));
        }
        EXPECT_EQ(set.count(),
                  static_cast<std::uint64_t>(std::count(flags.begin(), flags.end(), true)));
    }
}

}  // namespace
}  // namespace parallel_run::journal
