// SPDX-License-Identifier: Apache-2.0
#include "scheduling/credit.hpp"

#include <gtest/gtest.h>

namespace parallel_run::scheduling {
namespace {

using namespace std::chrono_literals;

Credit credit_of(std::chrono::nanoseconds each) {
    Credit credit;
    credit.observe(1, each);
    return credit;
}

TEST(Credit, is_one_without_an_observation) {
    Credit credit;
    EXPECT_EQ(credit.depth(), 1U);
    credit.observe(0, 0ns);
    EXPECT_EQ(credit.depth(), 1U);
    EXPECT_EQ(credit.expected(100), 0ns);
}

TEST(Credit, keeps_one_ahead_of_long_mini_batches) {
    EXPECT_EQ(credit_of(1h).depth(), 2U);
    EXPECT_EQ(credit_of(Credit::kAhead).depth(), 2U);
}

TEST(Credit, covers_the_time_ahead_with_short_ones) {
    EXPECT_EQ(credit_of(1ms - Credit::kOverhead).depth(), 21U);
    EXPECT_EQ(credit_of(10ms).depth(), 3U);
}

TEST(Credit, is_bounded_however_short_they_are) {
    EXPECT_EQ(credit_of(0ns).depth(), Credit::kMax);
    EXPECT_EQ(credit_of(1ns).depth(), Credit::kMax);
}

TEST(Credit, forgets_what_is_long_past) {
    auto credit = credit_of(1s);
    for (int i = 0; i < 100; ++i) credit.observe(1, 1ms);
    EXPECT_EQ(credit.depth(), 21U);
}

TEST(Credit, counts_a_report_of_many_as_many) {
    auto one_by_one = credit_of(1s);
    for (int i = 0; i < 8; ++i) one_by_one.observe(1, 2ms);
    auto at_once = credit_of(1s);
    at_once.observe(8, 16ms);
    EXPECT_NEAR(static_cast<double>(at_once.expected(1).count()),
                static_cast<double>(one_by_one.expected(1).count()), 10.0);
}

TEST(Credit, expects_as_long_as_was_observed) {
    EXPECT_EQ(credit_of(2ms).expected(3), 6ms + 3 * Credit::kOverhead);
}

}  // namespace
}  // namespace parallel_run::scheduling
