// SPDX-License-Identifier: Apache-2.0
#include "orchestrator/plan_check.hpp"

#include <gtest/gtest.h>

namespace parallel_run::orchestrator {
namespace {

/// Mini-batches of one item each, from the letters of `names`.
dataset::PlanChunk chunk_of(std::string_view names) {
    dataset::PlanChunk chunk;
    for (const char name : names) {
        chunk.bytes += std::string(3, name);
        chunk.items.push_back(1);
        chunk.ends.push_back(static_cast<std::uint32_t>(chunk.bytes.size()));
    }
    return chunk;
}

/// What a run leaves that planned `names`, to the end or not.
journal::State earlier_run(std::string_view names, bool ended) {
    PlanCheck check{journal::State{}};
    check.add(chunk_of(names));
    journal::State state;
    state.plan = check.mark();
    if (!ended) return state;
    check.end(names.size());
    state.planned = check.planned();
    return state;
}

TEST(PlanCheck, of_a_first_run_agrees_at_once) {
    PlanCheck check{journal::State{}};
    EXPECT_TRUE(check.agrees());
    check.add(chunk_of("abc"));
    EXPECT_EQ(check.mark().mini_batches, 3U);
    EXPECT_FALSE(check.planned());
    check.end(30);
    ASSERT_TRUE(check.planned());
    EXPECT_EQ(check.planned()->items, 30U);
    EXPECT_EQ(check.planned()->plan, check.mark());
    EXPECT_FALSE(check.difference());
}

TEST(PlanCheck, agrees_from_the_earlier_mark_on) {
    for (const std::string_view first : {"", "a", "ab", "abc", "abcd"}) {
        PlanCheck check(earlier_run("abc", false));
        check.add(chunk_of(first));
        EXPECT_EQ(check.agrees(), first.size() >= 3) << first;
        check.add(chunk_of(std::string_view("abcde").substr(first.size())));
        EXPECT_TRUE(check.agrees()) << first;
        EXPECT_FALSE(check.difference()) << first;
        EXPECT_EQ(check.mark(), earlier_run("abcde", false).plan) << first;
    }
}

TEST(PlanCheck, notices_another_mini_batch_before_the_mark) {
    PlanCheck check(earlier_run("abc", false));
    check.add(chunk_of("axcde"));
    EXPECT_FALSE(check.agrees());
    EXPECT_TRUE(check.difference());
}

TEST(PlanCheck, notices_a_plan_that_ends_before_the_mark) {
    PlanCheck check(earlier_run("abc", false));
    check.add(chunk_of("ab"));
    EXPECT_FALSE(check.difference());
    check.end(2);
    EXPECT_FALSE(check.agrees());
    EXPECT_TRUE(check.difference());
}

TEST(PlanCheck, notices_a_plan_that_goes_on_behind_the_earlier_end) {
    PlanCheck check(earlier_run("abc", true));
    check.add(chunk_of("abc"));
    EXPECT_TRUE(check.agrees());
    check.add(chunk_of("d"));
    EXPECT_FALSE(check.agrees());
    EXPECT_TRUE(check.difference());
}

TEST(PlanCheck, records_the_end_of_a_plan_once) {
    PlanCheck check(earlier_run("abc", true));
    check.add(chunk_of("abc"));
    check.end(3);
    EXPECT_TRUE(check.agrees());
    EXPECT_FALSE(check.planned());
}

TEST(PlanCheck, does_not_record_the_end_of_another_plan) {
    PlanCheck renamed(earlier_run("abc", false));
    renamed.add(chunk_of("abxd"));
    renamed.end(4);
    EXPECT_FALSE(renamed.planned());
    PlanCheck shorter(earlier_run("abc", false));
    shorter.add(chunk_of("ab"));
    shorter.end(2);
    EXPECT_FALSE(shorter.planned());
}

TEST(PlanCheck, agrees_with_an_earlier_empty_plan) {
    PlanCheck same(earlier_run("", true));
    same.end(0);
    EXPECT_TRUE(same.agrees());
    PlanCheck other(earlier_run("", true));
    other.add(chunk_of("a"));
    EXPECT_TRUE(other.difference());
}

}  // namespace
}  // namespace parallel_run::orchestrator
