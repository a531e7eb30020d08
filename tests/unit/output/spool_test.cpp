// SPDX-License-Identifier: Apache-2.0
#include "output/spool.hpp"

#include "temporary_directory.hpp"

#include <sys/resource.h>
#include <sys/stat.h>

#include <csignal>
#include <cstdio>
#include <fstream>

#include <gtest/gtest.h>

namespace parallel_run::output {
namespace {

constexpr std::size_t kMemory = 4096;
constexpr std::uint64_t kMegabyte = 1 << 20;

std::string text_of(Spool& spool) {
    const auto view = spool.view();
    return view ? std::string(view.value()) : "view failed: " + view.error();
}

/// Bytes of files without a name that this process has open below `directory`.
std::uint64_t disk_bytes(const std::string& directory) {
    std::uint64_t bytes = 0;
    for (const auto& entry : std::filesystem::directory_iterator("/proc/self/fd")) {
        std::error_code gone;
        const auto target = std::filesystem::read_symlink(entry, gone).string();
        struct stat status {};
        if (!target.starts_with(directory) || ::stat(entry.path().c_str(), &status) != 0) continue;
        bytes += static_cast<std::uint64_t>(status.st_blocks) * 512;
    }
    return bytes;
}

/// Memory of this process that nothing but swapping could free.
std::uint64_t anonymous_bytes() {
    std::ifstream status("/proc/self/status");
    std::string line;
    while (std::getline(status, line)) {
        unsigned long kilobytes = 0;
        if (std::sscanf(line.c_str(), "RssAnon: %lu kB", &kilobytes) == 1) return kilobytes << 10;
    }
    return 0;
}

/// While it lives no file may grow beyond `bytes`: the nearest thing to a full disk that every test
/// machine has.
class FileSizeLimit {
public:
    explicit FileSizeLimit(std::uint64_t bytes) : handler_(std::signal(SIGXFSZ, SIG_IGN)) {
        ::getrlimit(RLIMIT_FSIZE, &before_);
        const rlimit limit{bytes, before_.rlim_max};
        ::setrlimit(RLIMIT_FSIZE, &limit);
    }
    ~FileSizeLimit() {
        ::setrlimit(RLIMIT_FSIZE, &before_);
        std::signal(SIGXFSZ, handler_);
    }
    FileSizeLimit(const FileSizeLimit&) = delete;
    FileSizeLimit& operator=(const FileSizeLimit&) = delete;

private:
    rlimit before_{};
    void (*handler_)(int);
};

class SpoolTest : public testing::Test {
protected:
    TemporaryDirectory directory_;
    Spool spool_{directory_.path(), kMemory};
};

TEST_F(SpoolTest, stays_in_memory_up_to_its_limit) {
    ASSERT_EQ(spool_.append(std::string(kMemory, 'a')), "");
    EXPECT_EQ(disk_bytes(directory_.path()), 0U);
    EXPECT_EQ(text_of(spool_), std::string(kMemory, 'a'));
    EXPECT_EQ(spool_.check(), "");
}

TEST_F(SpoolTest, goes_on_in_a_file_that_has_no_name) {
    ASSERT_EQ(spool_.append(std::string(kMemory, 'a')), "");
    ASSERT_EQ(spool_.append("b"), "");
    ASSERT_EQ(spool_.append(std::string(3 * kMemory, 'c')), "");
    EXPECT_GT(disk_bytes(directory_.path()), 0U);
    EXPECT_TRUE(directory_.empty());
    EXPECT_EQ(spool_.size(), 4 * kMemory + 1);
    EXPECT_EQ(text_of(spool_), std::string(kMemory, 'a') + "b" + std::string(3 * kMemory, 'c'));
    EXPECT_EQ(spool_.check(), "");
}

TEST_F(SpoolTest, can_be_appended_to_after_it_was_viewed) {
    ASSERT_EQ(spool_.append(std::string(2 * kMemory, 'a')), "");
    ASSERT_EQ(text_of(spool_), std::string(2 * kMemory, 'a'));
    ASSERT_EQ(spool_.append("b"), "");
    EXPECT_EQ(text_of(spool_), std::string(2 * kMemory, 'a') + "b");
}

TEST_F(SpoolTest, gives_room_back_when_it_is_cut_and_when_it_is_cleared) {
    ASSERT_EQ(spool_.append(std::string(3 * kMegabyte, 'a')), "");
    ASSERT_GE(disk_bytes(directory_.path()), 3 * kMegabyte);
    spool_.truncate(kMegabyte);
    EXPECT_LT(disk_bytes(directory_.path()), 2 * kMegabyte);
    EXPECT_EQ(text_of(spool_), std::string(kMegabyte, 'a'));
    spool_.clear();
    EXPECT_EQ(disk_bytes(directory_.path()), 0U);
    ASSERT_EQ(spool_.append("b"), "");
    EXPECT_EQ(text_of(spool_), "b");
}

TEST_F(SpoolTest, gives_the_room_of_both_parts_back_on_their_own) {
    ASSERT_EQ(spool_.append(std::string(3 * kMegabyte, 'a')), "");
    Spool rest;
    spool_.split(kMegabyte + 5, rest);
    ASSERT_EQ(rest.append("b"), "");
    EXPECT_EQ(text_of(spool_), std::string(kMegabyte + 5, 'a'));
    EXPECT_EQ(text_of(rest), std::string(2 * kMegabyte - 5, 'a') + "b");

    spool_.clear();
    EXPECT_LT(disk_bytes(directory_.path()), 5 * kMegabyte / 2);
    EXPECT_EQ(text_of(rest), std::string(2 * kMegabyte - 5, 'a') + "b");
    rest.clear();
    EXPECT_EQ(disk_bytes(directory_.path()), 0U);
}

TEST_F(SpoolTest, takes_nothing_of_what_has_no_room) {
    ASSERT_EQ(spool_.append(std::string(kMemory, 'a')), "");
    {
        const FileSizeLimit full(8 * kMemory);
        const auto error = spool_.append(std::string(64 * kMemory, 'b'));
        EXPECT_NE(error.find(directory_.path()), std::string::npos) << error;
        EXPECT_NE(error.find("File too large"), std::string::npos) << error;
    }
    EXPECT_EQ(text_of(spool_), std::string(kMemory, 'a'));
    EXPECT_LE(disk_bytes(directory_.path()), kMemory);
    ASSERT_EQ(spool_.append(std::string(64 * kMemory, 'c')), "");
    EXPECT_EQ(text_of(spool_), std::string(kMemory, 'a') + std::string(64 * kMemory, 'c'));
}

TEST_F(SpoolTest, stays_in_memory_when_there_is_no_room_at_all) {
    ASSERT_EQ(spool_.append(std::string(kMemory, 'a')), "");
    {
        const FileSizeLimit full(0);
        EXPECT_NE(spool_.append("b"), "");
    }
    EXPECT_EQ(disk_bytes(directory_.path()), 0U);
    EXPECT_EQ(text_of(spool_), std::string(kMemory, 'a'));
}

TEST_F(SpoolTest, is_still_empty_when_its_first_bytes_have_no_room) {
    {
        const FileSizeLimit full(kMemory);
        EXPECT_NE(spool_.append(std::string(2 * kMemory, 'a')), "");
    }
    EXPECT_EQ(disk_bytes(directory_.path()), 0U);
    EXPECT_EQ(text_of(spool_), "");
}

TEST_F(SpoolTest, can_leave_everything_to_the_rest) {
    ASSERT_EQ(spool_.append(std::string(2 * kMemory, 'a')), "");
    Spool rest;
    spool_.split(0, rest);
    EXPECT_EQ(text_of(spool_), "");
    spool_.clear();
    EXPECT_EQ(text_of(rest), std::string(2 * kMemory, 'a'));
}

TEST_F(SpoolTest, cannot_be_viewed_when_its_last_bytes_have_no_room) {
    ASSERT_EQ(spool_.append(std::string(2 * kMemory, 'a')), "");
    ASSERT_EQ(spool_.append("b"), "");
    {
        const FileSizeLimit full(2 * kMemory);
        const auto view = spool_.view();
        ASSERT_FALSE(view);
        EXPECT_NE(view.error().find(directory_.path()), std::string::npos) << view.error();
    }
    EXPECT_EQ(text_of(spool_), std::string(2 * kMemory, 'a') + "b");
}

TEST(Spool, says_where_it_cannot_make_a_file) {
    Spool spool("/nowhere", kMemory);
    ASSERT_EQ(spool.append(std::string(kMemory, 'a')), "");
    EXPECT_EQ(spool.append("b"),
              "cannot make a temporary file in /nowhere: No such file or directory");
    EXPECT_EQ(text_of(spool), std::string(kMemory, 'a'));
}

TEST(Spool, keeps_what_cannot_be_reclaimed_small) {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    GTEST_SKIP() << "a sanitizer's own memory is of the same kind";
#endif
    const TemporaryDirectory directory;
    Spool spool(directory.path(), 16 * kMegabyte);
    const std::string bytes(64 << 10, 'a');
    for (int i = 0; i < 8 << 10; ++i) ASSERT_EQ(spool.append(bytes), "");
    ASSERT_EQ(spool.size(), 512 * kMegabyte);
    EXPECT_LT(anonymous_bytes(), 64 * kMegabyte);
    std::uint64_t sum = 0;
    const auto view = spool.view();
    ASSERT_TRUE(view) << view.error();
    for (std::size_t i = 0; i < view.value().size(); i += kMemory) sum += view.value()[i] == 'a';
    EXPECT_EQ(sum, 512 * kMegabyte / kMemory);
    EXPECT_LT(anonymous_bytes(), 64 * kMegabyte);
}

}  // namespace
}  // namespace parallel_run::output
