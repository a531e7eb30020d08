// SPDX-License-Identifier: Apache-2.0
#include "entry_host/throw_stacks.hpp"

#include "stack_of_test.hpp"

#include <future>
#include <stdexcept>
#include <string>

#include <gtest/gtest.h>

namespace parallel_run::entry_host {

[[gnu::noinline]] int thrower(int number) {
    if (number > 0) throw std::runtime_error("thrown");
    return 1;
}
[[gnu::noinline]] int caller_of_thrower(int number) { return 1 + thrower(number); }

[[gnu::noinline]] int caller_of_library(const std::string& text) { return 1 + text.at(99); }

namespace {

/// What the handler of an exception that `throwing` throws learns.
template <typename Throwing>
std::vector<std::uint64_t> stack_caught_from(const Throwing& throwing) {
    try {
        throwing();
    } catch (...) {
        return stack_of_throw(std::current_exception());
    }
    return {};
}

testing::AssertionResult shows(const std::vector<std::uint64_t>& stack, const std::string& name) {
    const auto text = text_of(stack);
    if (!stack.empty() && text.find('(') == std::string::npos) {
        return testing::AssertionSuccess() << "no names: built without libdw";
    }
    if (text.find(name) != std::string::npos) return testing::AssertionSuccess();
    return testing::AssertionFailure() << name << " is not in:\n" << text;
}

TEST(StackOfThrow, shows_the_throw_and_its_callers) {
    const auto stack = stack_caught_from([] { caller_of_thrower(1); });
    EXPECT_TRUE(shows(stack, "::thrower(int)"));
    EXPECT_TRUE(shows(stack, "::caller_of_thrower(int)"));
}

TEST(StackOfThrow, outlives_rethrowing) {
    const auto stack = stack_caught_from([] {
        try {
            caller_of_thrower(1);
        } catch (const std::exception&) {
            throw;
        }
    });
    EXPECT_TRUE(shows(stack, "::thrower(int)"));
}

TEST(StackOfThrow, comes_along_from_another_thread) {
    const auto stack =
        stack_caught_from([] { std::async(std::launch::async, caller_of_thrower, 1).get(); });
    EXPECT_TRUE(shows(stack, "::thrower(int)"));
}

TEST(StackOfThrow, is_known_of_exceptions_of_the_library) {
    const auto stack = stack_caught_from([] { caller_of_library("short"); });
    EXPECT_TRUE(shows(stack, "::caller_of_library("));
}

TEST(StackOfThrow, tells_two_exceptions_apart) {
    std::exception_ptr first;
    try {
        caller_of_thrower(1);
    } catch (...) {
        first = std::current_exception();
    }
    const auto second = stack_caught_from([] { caller_of_library("short"); });
    EXPECT_TRUE(shows(stack_of_throw(first), "::thrower(int)"));
    EXPECT_NE(second, stack_of_throw(first));
}

TEST(StackOfThrow, is_forgotten_after_many_others) {
    std::exception_ptr kept;
    try {
        caller_of_thrower(1);
    } catch (...) {
        kept = std::current_exception();
    }
    for (int i = 0; i < 300; ++i) stack_caught_from([] { throw 1; });
    EXPECT_TRUE(stack_of_throw(kept).empty());
}

TEST(StackOfThrow, of_no_exception_is_empty) {
    EXPECT_TRUE(stack_of_throw(std::exception_ptr()).empty());
}

TEST(StackOfCaller, is_that_of_this_thread) {
    EXPECT_TRUE(shows(stack_of_caller(), "::stack_of_caller()"));
}

}  // namespace
}  // namespace parallel_run::entry_host
