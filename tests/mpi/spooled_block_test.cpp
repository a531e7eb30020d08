// SPDX-License-Identifier: Apache-2.0
// Blocks that do not come from memory.
#include "shared_directory.hpp"

#include <poll.h>
#include <sys/resource.h>

#include <csignal>

#include <gtest/gtest.h>

#include "output/epoch_writer.hpp"

namespace parallel_run::output {
namespace {

constexpr std::uint64_t kSpooled = 1 << 20;

class SpooledBlock : public testing::Test {
protected:
    SpooledBlock() : spool_(directory_.path(""), 1 << 10) {
        MPI_Comm_rank(MPI_COMM_WORLD, &rank_);
        MPI_Comm_size(MPI_COMM_WORLD, &ranks_);
    }
    RowFile file() const {
        auto file = RowFile::open(MPI_COMM_WORLD, directory_.path("rows"), 0);
        if (!file) throw std::runtime_error(file.error());
        return std::move(file.value());
    }
    static std::string wait(EpochWriter& writer) {
        pollfd fd{writer.wake_fd(), POLLIN, 0};
        EXPECT_EQ(::poll(&fd, 1, 30'000), 1) << "no answer";
        const auto written = writer.poll();
        return written ? written->error : "nothing to poll()";
    }
    static std::string rows_of(int rank) {
        return std::string(kSpooled, static_cast<char>('a' + rank));
    }

    SharedDirectory directory_;
    Spool spool_;
    int rank_ = 0;
    int ranks_ = 1;
};

TEST_F(SpooledBlock, is_written_like_any_other) {
    EpochWriter writer(file());
    ASSERT_EQ(spool_.append(rows_of(rank_)), "");
    writer.start(static_cast<std::uint64_t>(rank_) * kSpooled, std::move(spool_));
    EXPECT_EQ(wait(writer), "");
    EXPECT_EQ(writer.close_file(), "");
    MPI_Barrier(MPI_COMM_WORLD);
    std::string expected;
    for (int from = 0; from < ranks_; ++from) expected += rows_of(from);
    EXPECT_TRUE(directory_.content("rows") == expected);
}

TEST_F(SpooledBlock, that_cannot_be_read_back_fails_its_rank_and_no_other) {
    EpochWriter writer(file());
    const bool fails = rank_ == 0;
    ASSERT_EQ(spool_.append(fails ? rows_of(0) : "row\n"), "");
    ASSERT_EQ(spool_.append("last"), "");
    std::signal(SIGXFSZ, SIG_IGN);
    rlimit before{};
    ::getrlimit(RLIMIT_FSIZE, &before);
    const rlimit no_room_for_the_last{kSpooled, before.rlim_max};
    if (fails) ::setrlimit(RLIMIT_FSIZE, &no_room_for_the_last);

    writer.start(static_cast<std::uint64_t>(rank_) * 8, std::move(spool_));
    const auto error = wait(writer);
    ::setrlimit(RLIMIT_FSIZE, &before);
    std::signal(SIGXFSZ, SIG_DFL);
    EXPECT_EQ(error.find("cannot write to a temporary file in ") == 0, fails) << error;
    EXPECT_EQ(error.empty(), !fails) << error;
    EXPECT_EQ(writer.close_file(), "");
}

}  // namespace
}  // namespace parallel_run::output
