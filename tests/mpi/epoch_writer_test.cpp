// SPDX-License-Identifier: Apache-2.0
#include "output/epoch_writer.hpp"

#include "shared_directory.hpp"

#include <poll.h>

#include <memory>

#include <gtest/gtest.h>

namespace parallel_run::output {
namespace {

class EpochWriterTest : public testing::Test {
protected:
    EpochWriterTest() {
        MPI_Comm_rank(MPI_COMM_WORLD, &rank);
        MPI_Comm_size(MPI_COMM_WORLD, &ranks);
        auto file = RowFile::open(MPI_COMM_WORLD, directory.path("rows"), 0);
        if (!file) throw std::runtime_error(file.error());
        writer = std::make_unique<EpochWriter>(std::move(file.value()));
    }

    [[nodiscard]] bool readable(int patience_ms) const {
        pollfd fd{writer->wake_fd(), POLLIN, 0};
        return ::poll(&fd, 1, patience_ms) == 1;
    }
    EpochWriter::Written wait() {
        EXPECT_TRUE(readable(30'000)) << "no answer";
        auto written = writer->poll();
        EXPECT_TRUE(written);
        return written ? std::move(*written) : EpochWriter::Written{};
    }
    static std::string block_of(std::uint64_t epoch, int of_rank) {
        return std::string(1000, static_cast<char>('a' + of_rank)) + std::to_string(epoch) + "\n";
    }
    void start(std::uint64_t epoch) {
        const auto block = block_of(epoch, rank);
        const auto number =
            epoch * static_cast<std::uint64_t>(ranks) + static_cast<std::uint64_t>(rank);
        Spool rows;
        EXPECT_EQ(rows.append(block), "");
        writer->start(number * block.size(), std::move(rows));
    }

    int rank = 0;
    int ranks = 1;
    SharedDirectory directory;
    std::unique_ptr<EpochWriter> writer;
};

TEST_F(EpochWriterTest, says_nothing_before_anything_is_written) {
    EXPECT_FALSE(writer->poll());
    EXPECT_FALSE(readable(0));
    EXPECT_EQ(writer->close_file(), "");
}

TEST_F(EpochWriterTest, writes_epoch_after_epoch_and_wakes_the_loop_for_each) {
    std::string expected;
    for (std::uint64_t epoch = 0; epoch < 8; ++epoch) {
        start(epoch);
        EXPECT_EQ(wait().error, "");
        EXPECT_FALSE(writer->poll()) << "told twice";
        EXPECT_FALSE(readable(0));
        for (int from = 0; from < ranks; ++from) expected += block_of(epoch, from);
    }
    EXPECT_EQ(writer->close_file(), "");
    MPI_Barrier(MPI_COMM_WORLD);
    EXPECT_TRUE(directory.content("rows") == expected);
}

TEST_F(EpochWriterTest, gives_the_block_back_empty) {
    start(0);
    EXPECT_EQ(wait().block.size(), 0U);
    EXPECT_EQ(writer->close_file(), "");
}

TEST_F(EpochWriterTest, lets_other_communicators_be_used_meanwhile) {
    MPI_Comm other = MPI_COMM_NULL;
    MPI_Comm_dup(MPI_COMM_WORLD, &other);
    start(0);
    int sum = 1;
    MPI_Allreduce(MPI_IN_PLACE, &sum, 1, MPI_INT, MPI_SUM, other);
    EXPECT_EQ(sum, ranks);
    EXPECT_EQ(wait().error, "");
    MPI_Comm_free(&other);
    EXPECT_EQ(writer->close_file(), "");
}

TEST_F(EpochWriterTest, finishes_the_block_on_its_way_when_it_is_destroyed) {
    start(0);
    writer.reset();
    MPI_Barrier(MPI_COMM_WORLD);
    std::string expected;
    for (int from = 0; from < ranks; ++from) expected += block_of(0, from);
    EXPECT_TRUE(directory.content("rows") == expected);
}

}  // namespace
}  // namespace parallel_run::output
