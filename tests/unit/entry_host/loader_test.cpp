// SPDX-License-Identifier: Apache-2.0
#include "entry_host/loader.hpp"

#include "recording_listener.hpp"

#include <elf.h>

#include <cstring>
#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

namespace parallel_run::entry_host {
namespace {

std::string failure_of(const std::string& path) {
    const auto loaded = load_entry_points(path);
    return loaded ? "loaded" : loaded.error();
}

void expect_says(const std::string& message, const std::string& text) {
    EXPECT_NE(message.find(text), std::string::npos) << message;
}

/// A file of the test's own, removed at its end.
class File {
public:
    explicit File(const std::string& bytes)
        : path_(testing::TempDir() + "loader_test." + std::to_string(::getpid()) + ".so") {
        std::ofstream(path_, std::ios::binary) << bytes;
    }
    File(const File&) = delete;
    File& operator=(const File&) = delete;
    ~File() { std::filesystem::remove(path_); }
    [[nodiscard]] const std::string& path() const { return path_; }

private:
    std::string path_;
};

std::string elf_of(std::uint16_t type, std::uint16_t machine) {
    Elf64_Ehdr header{};
    std::ifstream("/proc/self/exe", std::ios::binary)
        .read(reinterpret_cast<char*>(&header), sizeof header);
    header.e_type = type;
    if (machine != EM_NONE) header.e_machine = machine;
    return {reinterpret_cast<const char*>(&header), sizeof header};
}

TEST(Loader, names_a_missing_file) {
    EXPECT_EQ(failure_of("/nowhere/script.so"),
              "entry script /nowhere/script.so: there is no such file.");
}

TEST(Loader, refuses_a_directory) { expect_says(failure_of("/tmp"), "it is no regular file."); }

TEST(Loader, refuses_a_text_file_and_says_what_to_give) {
    const File file(
        "#include <parallel_run/entry_script.hpp>\n// not compiled yet, but long enough\n");
    expect_says(failure_of(file.path()),
                "it is not a shared object. Give a .so file, or a source (.cpp, ");
}

TEST(Loader, refuses_an_empty_file) {
    const File file("");
    expect_says(failure_of(file.path()), "it is not a shared object");
}

TEST(Loader, refuses_an_object_file) {
    const File file(elf_of(ET_REL, EM_NONE));
    expect_says(failure_of(file.path()), "it is an object file. Link it with -shared.");
}

TEST(Loader, refuses_an_executable) {
    expect_says(failure_of("/proc/self/exe"), "It is a program: link it with -shared -fPIC.");
}

TEST(Loader, refuses_another_architecture_and_names_both) {
    const File file(elf_of(ET_DYN, EM_RISCV));
    expect_says(failure_of(file.path()), "it was built for RISC-V and this machine is ");
}

TEST(Loader, gives_the_loaders_words_for_a_truncated_object) {
    const File file(elf_of(ET_DYN, EM_NONE));
    expect_says(failure_of(file.path()), "it cannot be loaded: " + file.path() + ": ");
}

TEST(Loader, names_the_entry_point_that_is_missing) {
    const auto message = failure_of(script_path("no_entry_points"));
    expect_says(message, "it exports no function parallel_run_abi_version.");
    expect_says(message, "PARALLEL_RUN_ENTRY_SCRIPT(init, run)");
}

TEST(Loader, names_both_versions) {
    expect_says(failure_of(script_path("wrong_version")),
                "built for version 42 of the entry script interface and this parallel-run has "
                "version 1.");
}

TEST(Loader, demangles_an_unresolved_symbol) {
    const auto message = failure_of(script_path("unresolved"));
    expect_says(message, "undefined symbol: _ZN7missing8classify");
    expect_says(message,
                "It uses missing::classify(char const*, int), which none of its libraries "
                "has: link the one that does (-l...)");
}

TEST(Loader, finds_the_optional_shutdown) {
    auto with = load_entry_points(script_path("echo_names"));
    ASSERT_TRUE(with) << with.error();
    EXPECT_NE(with.value().shutdown, nullptr);
    auto without = load_entry_points(script_path("echo_names_c"));
    ASSERT_TRUE(without) << without.error();
    EXPECT_EQ(without.value().shutdown, nullptr);
}

TEST(Loader, takes_a_path_without_a_slash_as_a_file_of_this_directory) {
    const auto before = std::filesystem::current_path();
    std::filesystem::current_path(PARALLEL_RUN_ENTRY_SCRIPTS);
    const auto message = failure_of("echo_names.so");
    std::filesystem::current_path(before);
    EXPECT_EQ(message, "loaded");
}

}  // namespace
}  // namespace parallel_run::entry_host
