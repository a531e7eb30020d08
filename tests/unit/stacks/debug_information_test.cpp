// SPDX-License-Identifier: Apache-2.0
#include "stacks/debug_information.hpp"

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <gtest/gtest.h>

#include "stacks/module_map.hpp"
#include "stacks/symboliser.hpp"

namespace parallel_run::stacks {

// With external linkage and not inlined, so that it is there by name.
[[gnu::noinline]] int a_function_to_find(int number) { return number * 3 + 1; }

namespace {

std::string own_maps() {
    std::ostringstream text;
    text << std::ifstream("/proc/self/maps").rdbuf();
    return text.str();
}

TEST(DebugInformation, knows_a_function_of_this_program) {
    const auto maps = own_maps();
    const ModuleMap modules(maps);
    const auto place = modules.find(reinterpret_cast<std::uint64_t>(&a_function_to_find));
    ASSERT_EQ(place.module, std::filesystem::canonical("/proc/self/exe").string());
    Symboliser symboliser;
    const auto functions = symboliser.functions_at(place);
    if (functions.empty()) GTEST_SKIP() << "built without libdw";
    EXPECT_NE(functions[0].name.find("a_function_to_find(int)"), std::string::npos)
        << functions[0].name;
    EXPECT_NE(functions[0].file.find("debug_information_test.cpp"), std::string::npos);
    EXPECT_GT(functions[0].line, 0);
    EXPECT_EQ(&symboliser.functions_at(place), &symboliser.functions_at(place));
}

TEST(DebugInformation, knows_nothing_of_a_file_that_is_none) {
    DebugInformation information;
    EXPECT_TRUE(information.functions_at("", 0).empty());
    EXPECT_TRUE(information.functions_at("/nowhere/at/all.so", 4096).empty());
    EXPECT_TRUE(information.functions_at("/etc/passwd", 10).empty());
    EXPECT_TRUE(information.functions_at("/proc/self/exe", ~std::uint64_t{0}).empty());
}

}  // namespace
}  // namespace parallel_run::stacks
