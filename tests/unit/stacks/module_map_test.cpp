// SPDX-License-Identifier: Apache-2.0
#include "stacks/module_map.hpp"

#include <gtest/gtest.h>

namespace parallel_run::stacks {
namespace {

constexpr const char* kLines =
    "1000-3000 r-xp 00000500 fe:00 12     /bin/worker\n"
    "7f0000-7f1000 r-xp 00002000 fe:00 13                 /data/my script.so\n";

TEST(ModuleMap, finds_the_file_and_the_offset_in_it) {
    const ModuleMap map(kLines);
    EXPECT_EQ(map.find(0x1000).module, "/bin/worker");
    EXPECT_EQ(map.find(0x1000).offset, 0x500U);
    EXPECT_EQ(map.find(0x7f0010).module, "/data/my script.so");
    EXPECT_EQ(map.find(0x7f0010).offset, 0x2010U);
}

TEST(ModuleMap, knows_no_file_outside_of_all) {
    const ModuleMap map(kLines);
    for (const std::uint64_t address : {0x0UL, 0xfffUL, 0x3000UL, 0x7f1000UL, ~0UL}) {
        EXPECT_TRUE(map.find(address).module.empty()) << address;
    }
}

TEST(ModuleMap, passes_over_what_is_no_line_of_a_module) {
    for (const auto* lines :
         {"", "\n\n", "hello", "1000-", "1000-2000", "1000-2000 r-xp", "1000-2000 r-xp 0 fe:00 1 ",
          "1000 2000 r-xp 0 fe:00 1 /a", "x-2000 r-xp 0 fe:00 1 /a",
          "11111111111111111-2000 r-xp 0 fe:00 1 /a", "1000-2000 r-xp zz fe:00 1 /a"}) {
        EXPECT_TRUE(ModuleMap(lines).find(0x1800).module.empty()) << lines;
    }
    const ModuleMap map("nonsense\n1000-2000 r-xp 0 fe:00 1 /a");
    EXPECT_EQ(map.find(0x1800).module, "/a");
}

}  // namespace
}  // namespace parallel_run::stacks
