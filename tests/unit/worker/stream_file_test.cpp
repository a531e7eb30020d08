// SPDX-License-Identifier: Apache-2.0
#include "worker/stream_file.hpp"

#include <sys/resource.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>

#include <gtest/gtest.h>

namespace parallel_run::worker {
namespace {

/// A directory that is removed at the end.
class TemporaryDirectory {
public:
    TemporaryDirectory() {
        auto name = (std::filesystem::temp_directory_path() / "stream_file_test.XXXXXX").string();
        if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("mkdtemp failed");
        path_ = name;
    }
    ~TemporaryDirectory() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    TemporaryDirectory(const TemporaryDirectory&) = delete;
    TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;

    [[nodiscard]] std::string operator/(const std::string& name) const {
        return path_ + "/" + name;
    }

private:
    std::string path_;
};

std::string content_of(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

StreamFile opened(const std::string& path, std::uint64_t limit) {
    return StreamFile::open(path, limit).value();
}

/// Without the lines that the file itself put there.
std::string stream_of(const std::string& path) {
    std::string text = content_of(path);
    if (text.starts_with("[parallel-run: ")) text.erase(0, text.find('\n') + 1);
    return text;
}

/// This process may not write files larger than that: a disk that is full.
class FullAt {
public:
    explicit FullAt(rlim_t bytes) {
        ::signal(SIGXFSZ, SIG_IGN);
        ::getrlimit(RLIMIT_FSIZE, &before_);
        const rlimit low{bytes, before_.rlim_max};
        ::setrlimit(RLIMIT_FSIZE, &low);
    }
    ~FullAt() { ::setrlimit(RLIMIT_FSIZE, &before_); }
    FullAt(const FullAt&) = delete;
    FullAt& operator=(const FullAt&) = delete;

private:
    rlimit before_{};
};

TEST(StreamFile, exists_as_soon_as_it_is_open) {
    const TemporaryDirectory directory;
    const auto file = opened(directory / "out", 100);
    EXPECT_TRUE(std::filesystem::is_empty(directory / "out"));
}

TEST(StreamFile, says_by_errno_why_it_cannot_be_opened) {
    const TemporaryDirectory directory;
    EXPECT_FALSE(StreamFile::open(directory / "missing/out", 100));
    EXPECT_EQ(errno, ENOENT);
}

TEST(StreamFile, keeps_everything_below_its_limit) {
    const TemporaryDirectory directory;
    auto file = opened(directory / "out", 100);
    file.append("first\nsec");
    file.append("ond\n");
    EXPECT_EQ(content_of(directory / "out"), "first\nsecond\n");
    EXPECT_FALSE(std::filesystem::exists(directory / "out.1"));
}

TEST(StreamFile, keeps_a_stream_that_fills_it_exactly) {
    const TemporaryDirectory directory;
    auto file = opened(directory / "out", 8);
    file.append("1234567\n");
    EXPECT_EQ(content_of(directory / "out"), "1234567\n");
    EXPECT_FALSE(std::filesystem::exists(directory / "out.1"));
    file.append("8");
    EXPECT_EQ(content_of(directory / "out.1"), "1234567\n");
    EXPECT_EQ(stream_of(directory / "out"), "8");
}

TEST(StreamFile, goes_on_in_a_new_file_that_names_the_old_one) {
    const TemporaryDirectory directory;
    auto file = opened(directory / "out", 16);
    file.append("0123456\n0123456\nnew\n");
    EXPECT_EQ(content_of(directory / "out.1"), "0123456\n0123456\n");
    EXPECT_EQ(content_of(directory / "out"),
              "[parallel-run: what came before this was rotated away to out.1; 0 bytes were "
              "dropped in all]\nnew\n");
}

TEST(StreamFile, is_cut_at_a_line_end_close_to_its_limit) {
    const TemporaryDirectory directory;
    auto file = opened(directory / "out", 800);
    const std::string line(69, 'x');
    for (int count = 0; count < 12; ++count) {  // in pieces that do not end with a line
        file.append(line + "\n" + line);
        file.append("\n");
    }
    EXPECT_EQ(stream_of(directory / "out.1").size() % 70, 0U);
    EXPECT_EQ(stream_of(directory / "out").size() % 70, 0U);
}

TEST(StreamFile, tears_a_line_that_is_longer_than_the_file) {
    const TemporaryDirectory directory;
    auto file = opened(directory / "out", 10);
    file.append("0123456789abcdefghij+");
    EXPECT_EQ(stream_of(directory / "out.1"), "abcdefghij");
    EXPECT_EQ(stream_of(directory / "out"), "+");
}

TEST(StreamFile, accounts_for_every_byte_of_a_long_stream) {
    const TemporaryDirectory directory;
    auto file = opened(directory / "out", 1000);
    std::string stream;
    for (int number = 0; number < 20'000; ++number) {
        const auto piece = std::to_string(number) + (number % 7 == 0 ? "\n" : " ");
        file.append(piece);
        stream += piece;
    }
    const auto kept = stream_of(directory / "out.1") + stream_of(directory / "out");
    EXPECT_EQ(kept, stream.substr(stream.size() - kept.size()));
    EXPECT_LE(kept.size(), 2000U);

    auto said = content_of(directory / "out");
    said = said.substr(said.find("; ") + 2, said.find(" bytes") - said.find("; ") - 2);
    std::erase(said, ',');
    EXPECT_EQ(std::stoull(said), stream.size() - kept.size());
}

TEST(StreamFile, counts_what_an_earlier_run_left) {
    const TemporaryDirectory directory;
    std::ofstream(directory / "out") << "12345678";
    std::ofstream(directory / "out.1") << "old";
    auto file = opened(directory / "out", 8);
    file.append("new");
    EXPECT_EQ(content_of(directory / "out.1"), "12345678");
    EXPECT_EQ(content_of(directory / "out"),
              "[parallel-run: what came before this was rotated away to out.1; 3 bytes were "
              "dropped in all]\nnew");
}

TEST(StreamFile, stays_bounded_when_it_cannot_be_renamed) {
    const TemporaryDirectory directory;
    std::filesystem::create_directories(directory / "out.1/occupied");
    auto file = opened(directory / "out", 10);
    file.append("0123456789abc");
    EXPECT_EQ(stream_of(directory / "out"), "abc");
    EXPECT_NE(content_of(directory / "out").find(" 10 bytes were dropped"), std::string::npos);
}

TEST(StreamFile, never_rotates_a_device) {
    const TemporaryDirectory directory;
    std::filesystem::create_symlink("/dev/null", directory / "out");
    auto file = opened(directory / "out", 10);
    file.append("0123456789abc");
    EXPECT_TRUE(std::filesystem::is_symlink(directory / "out"));
    EXPECT_FALSE(std::filesystem::exists(directory / "out.1"));
}

TEST(StreamFile, says_what_a_full_disk_cost_when_there_is_room_again) {
    const TemporaryDirectory directory;
    auto file = opened(directory / "out", 1000);
    {
        const FullAt full(5);
        file.append("0123456789\n");
        file.append("lost\n");
    }
    file.append("kept\n");
    EXPECT_EQ(content_of(directory / "out"),
              "01234\n[parallel-run: 11 bytes of output are missing here: File too large]\nkept\n");
}

TEST(StreamFile, says_what_a_full_disk_cost_at_the_end) {
    const TemporaryDirectory directory;
    auto file = opened(directory / "out", 1000);
    {
        const FullAt full(0);
        file.append("lost\n");
        file.finish();
    }
    EXPECT_EQ(content_of(directory / "out"), "");
    file.finish();
    EXPECT_EQ(content_of(directory / "out"),
              "[parallel-run: 5 bytes of output are missing here: File too large]\n");
}

TEST(StreamFile, goes_on_when_the_directory_is_back) {
    const TemporaryDirectory directory;
    std::filesystem::create_directory(directory / "logs");
    auto file = opened(directory / "logs/out", 10);
    file.append("123456789\n");
    std::filesystem::remove_all(directory / "logs");
    file.append("lost\n");
    std::filesystem::create_directory(directory / "logs");
    file.append("kept\n");
    EXPECT_EQ(content_of(directory / "logs/out"),
              "[parallel-run: 5 bytes of output are missing here: No such file or directory]\n"
              "kept\n");
}

}  // namespace
}  // namespace parallel_run::worker
