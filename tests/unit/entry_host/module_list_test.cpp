// SPDX-License-Identifier: Apache-2.0
#include "entry_host/module_list.hpp"

#include "recording_listener.hpp"
#include "stack_of_test.hpp"

#include <dlfcn.h>

#include <filesystem>
#include <string>

#include <gtest/gtest.h>

namespace parallel_run::entry_host {
namespace {

TEST(ModuleList, has_this_program_and_its_libraries) {
    const auto modules = own_modules();
    EXPECT_NE(modules.find(std::filesystem::canonical("/proc/self/exe").string() + "\n"),
              std::string::npos)
        << modules;
    EXPECT_NE(modules.find("/libc.so"), std::string::npos);
}

TEST(ModuleList, has_nothing_but_code_of_files) {
    const auto modules = own_modules();
    EXPECT_EQ(modules.find(" rw-p "), std::string::npos);
    EXPECT_EQ(modules.find("[vdso]"), std::string::npos);
    EXPECT_EQ(modules.find("[stack]"), std::string::npos);
}

TEST(ModuleList, ends_with_a_whole_line_where_the_room_does) {
    const auto whole = own_modules();
    for (std::size_t room = 0; room < whole.size(); room += 37) {
        std::string modules(room + 1, '!');
        const auto size = list_modules(modules.data(), room);
        ASSERT_LE(size, room);
        EXPECT_EQ(modules[room], '!');
        if (size > 0) {
            EXPECT_EQ(modules[size - 1], '\n');
        }
    }
}

TEST(ModuleChanges, happen_when_a_library_is_loaded) {
    const auto before = module_changes();
    EXPECT_EQ(module_changes(), before);
    ASSERT_NE(::dlopen(script_path("hangs").c_str(), RTLD_NOW | RTLD_LOCAL), nullptr);
    EXPECT_NE(module_changes(), before);
    EXPECT_NE(own_modules().find("hangs.so"), std::string::npos);
}

}  // namespace
}  // namespace parallel_run::entry_host
