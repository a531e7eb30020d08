// SPDX-License-Identifier: Apache-2.0
#include "base/read_file.hpp"

#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

namespace parallel_run::base {
namespace {

namespace fs = std::filesystem;

class ReadFile : public testing::Test {
protected:
    ReadFile() {
        auto name = (fs::temp_directory_path() / "read_file.XXXXXX").string();
        EXPECT_NE(::mkdtemp(name.data()), nullptr);
        root_ = name;
    }
    ~ReadFile() override { fs::remove_all(root_); }

    [[nodiscard]] std::string path(const std::string& name) const { return root_ / name; }
    [[nodiscard]] std::string write(const std::string& text) const {
        std::ofstream(path("file"), std::ios::binary) << text;
        return path("file");
    }

    fs::path root_;
};

TEST_F(ReadFile, gives_every_byte) {
    std::string text(10'000, 'x');
    text[5] = '\0';
    text[6] = '\n';
    EXPECT_EQ(read_file(write(text)).value(), text);
    EXPECT_EQ(content_of(path("file")), text);
}

TEST_F(ReadFile, an_empty_file_is_not_an_absent_one) {
    EXPECT_EQ(read_file(write("")).value(), "");
    EXPECT_EQ(read_file(path("none")).value(), std::nullopt);
    EXPECT_EQ(content_of(path("none")), "");
}

TEST_F(ReadFile, what_does_not_tell_its_size_is_read_to_its_end) {
    EXPECT_EQ(content_of("/proc/self/stat").back(), '\n');
    ASSERT_EQ(::mkfifo(path("pipe").c_str(), 0600), 0);
    const auto child = ::fork();
    if (child == 0) {
        std::ofstream(path("pipe")) << std::string(100'000, 'x');
        ::_exit(0);
    }
    EXPECT_EQ(content_of(path("pipe")), std::string(100'000, 'x'));
    ::waitpid(child, nullptr, 0);
}

TEST_F(ReadFile, what_cannot_be_opened_or_read_is_a_failure_with_its_cause) {
    const auto of_directory = read_file(root_);
    ASSERT_FALSE(of_directory);
    EXPECT_EQ(of_directory.error(), "cannot read " + root_.string() + ": Is a directory");
    const auto below_file = write("") + "/name";
    ASSERT_FALSE(read_file(below_file));
    EXPECT_EQ(read_file(below_file).error(), "cannot read " + below_file + ": Not a directory");
    EXPECT_EQ(content_of(root_), "");
    EXPECT_EQ(content_of(below_file), "");
}

}  // namespace
}  // namespace parallel_run::base
