// SPDX-License-Identifier: Apache-2.0
#include "sample.hpp"
#include "temporary_directory.hpp"

#include <sys/resource.h>

#include <csignal>
#include <fstream>

#include <gtest/gtest.h>

#include "journal/storage.hpp"
#include "journal/writer.hpp"

namespace parallel_run::journal {
namespace {

class PosixStorageTest : public testing::Test {
protected:
    std::string path(const std::string& name) const { return directory_.path() + "/" + name; }

    TemporaryDirectory directory_;
    PosixStorage storage_;
};

TEST_F(PosixStorageTest, reads_what_it_wrote) {
    const std::string text(10'000, 'x');
    {
        auto file = storage_.create(path("a"));
        ASSERT_TRUE(file) << file.error();
        EXPECT_EQ(file.value()->append(text).value(), text.size());
        EXPECT_EQ(file.value()->append("y").value(), 1U);
        EXPECT_EQ(file.value()->sync(), "");
    }
    EXPECT_EQ(storage_.read(path("a")).value(), text + "y");
}

TEST_F(PosixStorageTest, empties_a_file_that_it_creates_again) {
    ASSERT_TRUE(storage_.create(path("a")).value()->append("old"));
    ASSERT_TRUE(storage_.create(path("a")));
    EXPECT_EQ(storage_.read(path("a")).value(), "");
}

TEST_F(PosixStorageTest, tells_no_file_from_one_that_cannot_be_read) {
    EXPECT_FALSE(storage_.read(path("none")).value());
    const auto read = storage_.read(directory_.path());
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error(), "cannot read " + directory_.path() + ": Is a directory");
}

TEST_F(PosixStorageTest, renames_over_a_file) {
    ASSERT_TRUE(storage_.create(path("a")).value()->append("a"));
    ASSERT_TRUE(storage_.create(path("b")).value()->append("b"));
    EXPECT_EQ(storage_.rename(path("a"), path("b")), "");
    EXPECT_EQ(storage_.read(path("b")).value(), "a");
    EXPECT_EQ(storage_.rename(path("a"), path("b")),
              "cannot rename " + path("a") + " to " + path("b") + ": No such file or directory");
}

TEST_F(PosixStorageTest, makes_a_directory_that_may_be_there) {
    EXPECT_EQ(storage_.make_directory(path("d")), "");
    EXPECT_EQ(storage_.make_directory(path("d")), "");
    EXPECT_EQ(storage_.sync_directory(path("d")), "");
    EXPECT_EQ(storage_.make_directory(path("no/d")),
              "cannot make the directory " + path("no/d") + ": No such file or directory");
    EXPECT_EQ(storage_.sync_directory(path("no")),
              "cannot sync the directory " + path("no") + ": No such file or directory");
}

TEST_F(PosixStorageTest, says_where_it_cannot_create) {
    const auto file = storage_.create(path("no/a"));
    ASSERT_FALSE(file);
    EXPECT_EQ(file.error(), "cannot create " + path("no/a") + ": No such file or directory");
}

TEST_F(PosixStorageTest, says_what_has_no_room) {
    auto* const handler = std::signal(SIGXFSZ, SIG_IGN);
    rlimit before{};
    ::getrlimit(RLIMIT_FSIZE, &before);
    const rlimit limit{10, before.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &limit);
    auto file = storage_.create(path("a"));
    EXPECT_EQ(file.value()->append("twelve bytes").value(), 10U);
    const auto more = file.value()->append("es");
    ::setrlimit(RLIMIT_FSIZE, &before);
    std::signal(SIGXFSZ, handler);
    ASSERT_FALSE(more);
    EXPECT_EQ(more.error(), "cannot write: File too large");
}

TEST_F(PosixStorageTest, holds_a_journal) {
    {
        auto writer = JournalWriter::create(storage_, directory_.path(), {kThisRun, 7});
        ASSERT_TRUE(writer) << writer.error();
        auto& journal = writer.value();
        ASSERT_EQ(journal.append(epoch_after(journal.state(), {{0, 10}})), "");
    }
    const auto file = journal_path(directory_.path());
    std::ofstream(file, std::ios::app) << "torn";
    auto recovery = recover(storage_, file, kThisRun);
    ASSERT_TRUE(recovery) << recovery.error();
    EXPECT_EQ(recovery.value().tail.flaw, Flaw::torn);
    auto writer = JournalWriter::go_on(storage_, directory_.path(), std::move(recovery.value()), 9);
    ASSERT_TRUE(writer) << writer.error();
    auto& journal = writer.value();
    ASSERT_EQ(journal.append(epoch_after(journal.state(), {{20, 5}})), "");
    EXPECT_EQ(storage_.read(file).value(), two_epochs(9).bytes());
}

}  // namespace
}  // namespace parallel_run::journal
