// SPDX-License-Identifier: Apache-2.0
#include "scheduling/work_queue.hpp"

#include <map>
#include <random>

#include <gtest/gtest.h>

namespace parallel_run::scheduling {
namespace {

void expect_range(const WorkRange& range, std::uint64_t first, std::uint64_t count) {
    EXPECT_EQ(range.first, first);
    EXPECT_EQ(range.count, count);
}

TEST(WorkQueue, joins_ranges_that_are_alike_and_adjacent) {
    WorkQueue queue;
    queue.push_back({0, 5, 10});
    queue.push_back({5, 3, 10});
    EXPECT_EQ(queue.count(), 8U);
    expect_range(queue.pop_front(100), 0, 8);
    EXPECT_TRUE(queue.empty());
}

TEST(WorkQueue, keeps_ranges_apart_that_differ_or_leave_a_gap) {
    WorkQueue queue;
    queue.push_back({0, 5, 10, 1});
    queue.push_back({5, 1, 3, 1});   // another number of items
    queue.push_back({6, 1, 3, 2});   // another attempt
    queue.push_back({10, 1, 3, 2});  // a gap
    expect_range(queue.pop_front(100), 0, 5);
    expect_range(queue.pop_front(100), 5, 1);
    expect_range(queue.pop_front(100), 6, 1);
    expect_range(queue.pop_front(100), 10, 1);
}

TEST(WorkQueue, gives_part_of_a_range) {
    WorkQueue queue;
    queue.push_back({7, 5, 2, 3});
    const auto part = queue.pop_front(2);
    expect_range(part, 7, 2);
    EXPECT_EQ(part.items_each, 2U);
    EXPECT_EQ(part.attempt, 3U);
    expect_range(queue.pop_front(3), 9, 3);
    EXPECT_TRUE(queue.empty());
}

TEST(WorkQueue, puts_in_front) {
    WorkQueue queue;
    queue.push_back({5, 2, 1});
    queue.push_front({4, 1, 1});
    queue.push_front({9, 1, 1});
    EXPECT_EQ(queue.count(), 4U);
    expect_range(queue.pop_front(9), 9, 1);
    EXPECT_EQ(queue.pop_front(1).first, 4U);
}

TEST(WorkQueue, removes_at_the_ends_and_in_the_middle) {
    WorkQueue queue;
    queue.push_back({0, 5, 4, 2});
    const auto middle = queue.remove(2, 2);
    ASSERT_TRUE(middle);
    expect_range(*middle, 2, 1);
    EXPECT_EQ(middle->items_each, 4U);
    EXPECT_EQ(middle->attempt, 2U);
    EXPECT_TRUE(queue.remove(0, 2));
    EXPECT_TRUE(queue.remove(4, 2));
    EXPECT_EQ(queue.count(), 2U);
    expect_range(queue.pop_front(9), 1, 1);
    expect_range(queue.pop_front(9), 3, 1);
    EXPECT_TRUE(queue.empty());
}

TEST(WorkQueue, does_not_remove_what_is_not_here) {
    WorkQueue queue;
    queue.push_back({10, 5, 1, 1});
    EXPECT_FALSE(queue.remove(9, 1));
    EXPECT_FALSE(queue.remove(15, 1));
    EXPECT_FALSE(queue.remove(10, 2));
    EXPECT_TRUE(queue.remove(10, 1));
    EXPECT_FALSE(queue.remove(10, 1));
    EXPECT_EQ(queue.count(), 4U);
}

TEST(WorkQueue, holds_what_a_set_would) {
    std::mt19937 random(20260106);
    WorkQueue queue;
    std::map<std::uint64_t, std::uint32_t> model;
    std::uint64_t next = 0;
    for (int step = 0; step < 20'000; ++step) {
        const auto choice = random() % 3;
        if (choice == 0) {
            const WorkRange range{next, random() % 5 + 1, 1,
                                  static_cast<std::uint32_t>(random() % 2)};
            next = range.end() + random() % 2;
            random() % 2 == 0 ? queue.push_back(range) : queue.push_front(range);
            for (auto index = range.first; index < range.end(); ++index) {
                model[index] = range.attempt;
            }
        } else if (choice == 1 && !model.empty()) {
            auto entry = model.lower_bound(random() % next);
            if (entry == model.end()) entry = model.begin();
            ASSERT_FALSE(queue.remove(entry->first, entry->second + 2));
            ASSERT_TRUE(queue.remove(entry->first, entry->second));
            model.erase(entry);
        } else if (choice == 2 && !model.empty()) {
            const auto range = queue.pop_front(random() % 4 + 1);
            for (auto index = range.first; index < range.end(); ++index) {
                const auto entry = model.find(index);
                ASSERT_NE(entry, model.end());
                ASSERT_EQ(entry->second, range.attempt);
                model.erase(entry);
            }
        }
        ASSERT_EQ(queue.count(), model.size());
    }
}

}  // namespace
}  // namespace parallel_run::scheduling
