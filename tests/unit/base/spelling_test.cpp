// SPDX-License-Identifier: Apache-2.0
#include "base/spelling.hpp"

#include <vector>

#include <gtest/gtest.h>

namespace parallel_run::base {
namespace {

const std::vector<std::string> kKnown = {"output", "output_action", "input", "logs"};

TEST(Spelling, suggests_the_nearest_word) {
    EXPECT_EQ(nearest("outptu", kKnown), "output");
    EXPECT_EQ(nearest("output_acton", kKnown), "output_action");
    EXPECT_EQ(nearest("inputs", kKnown), "input");
    EXPECT_EQ(nearest("log", kKnown), "logs");
    EXPECT_EQ(nearest("lgos", kKnown), "logs");
}

TEST(Spelling, suggests_nothing_when_nothing_is_near) {
    EXPECT_FALSE(nearest("temperature", kKnown));
    EXPECT_FALSE(nearest("x", kKnown));
    EXPECT_FALSE(nearest("input", {}));
}

}  // namespace
}  // namespace parallel_run::base
