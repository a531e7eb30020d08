// SPDX-License-Identifier: Apache-2.0
#include "stacks/stack_text.hpp"

#include <gtest/gtest.h>

namespace parallel_run::stacks {
namespace {

const ModuleMap kModules(
    "1000-2000 r-xp 0 fe:00 1 /opt/worker\n"
    "3000-4000 r-xp 100 fe:00 1 /data/digits.so\n"
    "5000-6000 r-xp 0 fe:00 1 /lib/libc.so.6\n");

std::string text(const std::vector<std::uint64_t>& stack) {
    return stack_text(stack, kModules, "/opt/worker", nullptr);
}

TEST(StackText, says_module_and_offset_where_no_function_is_known) {
    EXPECT_EQ(text({0x3010}), "    #0 digits.so +0x110\n");
    EXPECT_EQ(text({0x9999}), "    #0 0x9999 in no module\n");
}

TEST(StackText, leaves_the_engine_out_at_both_ends) {
    EXPECT_EQ(text({0x1010, 0x3010, 0x1020, 0x3020, 0x1030, 0x5010, 0x1040}),
              "    #0 digits.so +0x110\n    #1 worker +0x20\n    #2 digits.so +0x120\n");
}

TEST(StackText, keeps_the_innermost_frames_of_the_system) {
    EXPECT_EQ(text({0x5010, 0x3010, 0x5020}), "    #0 libc.so.6 +0x10\n    #1 digits.so +0x110\n");
}

TEST(StackText, shows_all_where_there_is_nothing_else) {
    EXPECT_EQ(text({0x1010, 0x5010}), "    #0 worker +0x10\n    #1 libc.so.6 +0x10\n");
    EXPECT_EQ(text({}), "");
}

TEST(StackText, shows_a_repeated_frame_once) {
    EXPECT_EQ(text({0x3010, 0x3010, 0x3010, 0x3020}),
              "    #0 digits.so +0x110\n       2 more like it\n    #3 digits.so +0x120\n");
}

}  // namespace
}  // namespace parallel_run::stacks
