// SPDX-License-Identifier: Apache-2.0
#include "worker/call_limits.hpp"

#include <gtest/gtest.h>

namespace parallel_run::worker {
namespace {

using namespace std::chrono_literals;

constexpr CallLimits kLimits{60s, 30s};

TEST(CallLimits, let_a_run_take_as_long_as_it_may) {
    EXPECT_FALSE(kLimits.exceeded({ring::Phase::running, 100s}, 100s, 160s));
    const auto why = kLimits.exceeded({ring::Phase::running, 100s}, 100s, 160s + 1ns);
    ASSERT_TRUE(why);
    EXPECT_EQ(*why,
              "run() took longer than run_invocation_timeout = 60 s; raise that option if it "
              "needs more");
}

TEST(CallLimits, give_reading_the_input_a_limit_of_its_own) {
    EXPECT_FALSE(kLimits.exceeded({ring::Phase::reading, 100s}, 100s, 130s));
    const auto why = kLimits.exceeded({ring::Phase::reading, 100s}, 100s, 130s + 1ns);
    ASSERT_TRUE(why);
    EXPECT_EQ(*why,
              "reading its input took longer than task_overhead_timeout = 30 s; raise that "
              "option if it needs more");
}

TEST(CallLimits, say_nothing_while_nothing_runs) {
    EXPECT_FALSE(kLimits.exceeded({ring::Phase::running, 0s}, std::nullopt, 1000h));
}

TEST(CallLimits, do_not_trust_a_process_that_says_it_began_in_the_future) {
    const CallLimits::Said future{ring::Phase::running, 1000h};
    EXPECT_FALSE(kLimits.exceeded(future, 100s, 191s));
    EXPECT_TRUE(kLimits.exceeded(future, 100s, 191s + 1ns));
}

TEST(CallLimits, end_a_process_that_hides_when_it_began) {
    EXPECT_FALSE(kLimits.exceeded({ring::Phase::running, 0s}, 100s, 191s));
    EXPECT_TRUE(kLimits.exceeded({ring::Phase::running, 0s}, 100s, 191s + 1ns));
}

TEST(CallLimits, bound_what_an_unknown_phase_may_take) {
    const CallLimits::Said nonsense{static_cast<ring::Phase>(77), 100s};
    EXPECT_FALSE(kLimits.exceeded(nonsense, 100s, 180s));
    EXPECT_TRUE(kLimits.exceeded(nonsense, 100s, 192s));
}

}  // namespace
}  // namespace parallel_run::worker
