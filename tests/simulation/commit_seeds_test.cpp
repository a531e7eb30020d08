// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "simulation/commit_simulation.hpp"

namespace parallel_run::commit_simulation {

namespace {

constexpr std::uint64_t kSeedsEach = 1000;

class CommitSeedsTest : public testing::TestWithParam<std::uint64_t> {};

TEST_P(CommitSeedsTest, lose_nothing_and_write_nothing_twice) {
    for (std::uint64_t i = 0; i < kSeedsEach; ++i) {
        ASSERT_NO_THROW(run_seed(GetParam() * kSeedsEach + i));
    }
}

INSTANTIATE_TEST_SUITE_P(Block, CommitSeedsTest, testing::Range<std::uint64_t>(0, 4));

TEST(CommitSeeds, meet_every_way_in_which_a_life_can_end) {
    Summary sum;
    for (std::uint64_t seed = 0; seed < kSeedsEach; ++seed) {
        const auto summary = run_seed(seed);
        for (std::size_t end = 0; end < sum.lives.size(); ++end) {
            sum.lives[end] += summary.lives[end];
        }
        sum.other_plans += summary.other_plans;
    }
    for (std::size_t end = 0; end < sum.lives.size(); ++end) {
        EXPECT_GT(sum.lives[end], 50U) << kNamesOfEnds[end];
    }
    EXPECT_GT(sum.other_plans, 100U);
}

}  // namespace

}  // namespace parallel_run::commit_simulation
