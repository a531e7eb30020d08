// SPDX-License-Identifier: Apache-2.0
#include "output/row_file.hpp"

#include "shared_directory.hpp"

#include <sys/resource.h>

#include <csignal>
#include <fstream>
#include <random>
#include <vector>

#include <gtest/gtest.h>

namespace parallel_run::output {
namespace {

class RowFileTest : public testing::Test {
protected:
    RowFileTest() {
        MPI_Comm_rank(MPI_COMM_WORLD, &rank);
        MPI_Comm_size(MPI_COMM_WORLD, &ranks);
    }

    /// All blocks of one epoch, the same on every rank; about a third of them is empty.
    std::vector<std::string> blocks_of(std::uint32_t seed, std::size_t longest) const {
        std::mt19937 random(seed);
        std::vector<std::string> blocks(static_cast<std::size_t>(ranks));
        for (auto& block : blocks) {
            if (random() % 3 == 0) continue;
            block.resize(random() % longest + 1);
            for (auto& byte : block) byte = static_cast<char>(random());
        }
        return blocks;
    }
    /// Writes one epoch after what is in the file; returns the error of this rank.
    std::string write(RowFile& file, const std::vector<std::string>& blocks) {
        auto offset = expected.size();
        for (int before = 0; before < rank; ++before) {
            offset += blocks[static_cast<std::size_t>(before)].size();
        }
        for (const auto& block : blocks) expected += block;
        return file.write_and_sync(offset, blocks[static_cast<std::size_t>(rank)]);
    }
    /// COLLECTIVE: between two barriers nobody writes.
    void expect_content() const {
        MPI_Barrier(MPI_COMM_WORLD);
        const auto content = directory.content("rows");
        MPI_Barrier(MPI_COMM_WORLD);
        EXPECT_EQ(content.size(), expected.size());
        EXPECT_TRUE(content == expected) << "bytes are not where they belong";
    }

    int rank = 0;
    int ranks = 1;
    SharedDirectory directory;
    std::string expected;
};

TEST_F(RowFileTest, holds_the_blocks_of_all_ranks_in_order) {
    auto file = RowFile::open(MPI_COMM_WORLD, directory.path("rows"), 0);
    ASSERT_TRUE(file) << file.error();
    std::vector<std::string> blocks;
    for (int from = 0; from < ranks; ++from)
        blocks.push_back("rank " + std::to_string(from) + "\n");
    EXPECT_EQ(write(file.value(), blocks), "");
    EXPECT_EQ(file.value().close(), "");
    expect_content();
}

TEST_F(RowFileTest, grows_by_epochs_with_empty_blocks_on_some_ranks) {
    auto file = RowFile::open(MPI_COMM_WORLD, directory.path("rows"), 0);
    ASSERT_TRUE(file) << file.error();
    for (std::uint32_t epoch = 0; epoch < 12; ++epoch) {
        EXPECT_EQ(write(file.value(), blocks_of(epoch, 1U << (2 * (epoch % 10)))), "");
        expect_content();
    }
    EXPECT_EQ(file.value().close(), "");
    expect_content();
}

TEST_F(RowFileTest, takes_a_block_from_one_rank_only) {
    auto file = RowFile::open(MPI_COMM_WORLD, directory.path("rows"), 0);
    ASSERT_TRUE(file) << file.error();
    for (int only = 0; only < ranks; ++only) {
        std::vector<std::string> blocks(static_cast<std::size_t>(ranks));
        blocks[static_cast<std::size_t>(only)] =
            std::string(100'000, static_cast<char>('a' + only));
        EXPECT_EQ(write(file.value(), blocks), "");
    }
    EXPECT_EQ(file.value().close(), "");
    expect_content();
}

TEST_F(RowFileTest, may_write_an_epoch_of_nothing) {
    auto file = RowFile::open(MPI_COMM_WORLD, directory.path("rows"), 0);
    ASSERT_TRUE(file) << file.error();
    EXPECT_EQ(file.value().write_and_sync(0, {}), "");
    EXPECT_EQ(file.value().close(), "");
    expect_content();
}

TEST_F(RowFileTest, empties_a_file_that_is_there) {
    if (rank == 0) std::ofstream(directory.path("rows")) << "of an earlier job";
    MPI_Barrier(MPI_COMM_WORLD);
    auto file = RowFile::open(MPI_COMM_WORLD, directory.path("rows"), 0);
    ASSERT_TRUE(file) << file.error();
    EXPECT_EQ(file.value().close(), "");
    expect_content();
}

TEST_F(RowFileTest, keeps_what_it_is_told_to_and_goes_on_behind) {
    if (rank == 0) std::ofstream(directory.path("rows")) << "kept and cut";
    MPI_Barrier(MPI_COMM_WORLD);
    auto file = RowFile::open(MPI_COMM_WORLD, directory.path("rows"), 4);
    ASSERT_TRUE(file) << file.error();
    expected = "kept";
    expect_content();
    EXPECT_EQ(write(file.value(), std::vector<std::string>(static_cast<std::size_t>(ranks), "!")),
              "");
    EXPECT_EQ(file.value().close(), "");
    expect_content();
}

TEST_F(RowFileTest, refuses_a_file_that_is_shorter_than_what_it_should_keep) {
    if (rank == 0) std::ofstream(directory.path("rows")) << "short";
    MPI_Barrier(MPI_COMM_WORLD);
    const auto file = RowFile::open(MPI_COMM_WORLD, directory.path("rows"), 100);
    ASSERT_FALSE(file);
    EXPECT_NE(file.error().find("is shorter than the 100 bytes"), std::string::npos);
}

// Where some ranks write for others, those hear nothing of a write that fails.
TEST_F(RowFileTest, tells_a_rank_what_became_of_its_own_block) {
    constexpr std::size_t block = 1 << 20;
    for (int limited = 0; limited < ranks; ++limited) {
        auto file = RowFile::open(MPI_COMM_WORLD, directory.path("rows"), 0);
        ASSERT_TRUE(file) << file.error();
        const auto begin = static_cast<std::uint64_t>(rank) * block;
        std::signal(SIGXFSZ, SIG_IGN);
        rlimit before{};
        ::getrlimit(RLIMIT_FSIZE, &before);
        const rlimit half{begin + block / 2, before.rlim_max};
        if (rank == limited) ::setrlimit(RLIMIT_FSIZE, &half);
        const auto error = file.value().write_and_sync(begin, std::string(block, 'x'));
        ::setrlimit(RLIMIT_FSIZE, &before);
        EXPECT_EQ(error.empty(), rank != limited) << error;
        if (rank == limited) {
            EXPECT_NE(error.find("File too large"), std::string::npos) << error;
        }
        EXPECT_EQ(file.value().close(), "");
    }
}

TEST_F(RowFileTest, refuses_a_missing_directory_on_every_rank) {
    const auto path = directory.path("missing/rows");
    const auto file = RowFile::open(MPI_COMM_WORLD, path, 0);
    ASSERT_FALSE(file);
    EXPECT_NE(file.error().find(path), std::string::npos) << file.error();
}

TEST_F(RowFileTest, refuses_on_every_rank_what_one_cannot_open) {
    const auto path = directory.path(rank == ranks - 1 ? "missing/rows" : "rows");
    const auto file = RowFile::open(MPI_COMM_WORLD, path, 0);
    ASSERT_FALSE(file);
    EXPECT_NE(file.error().find(path), std::string::npos) << file.error();
}

TEST_F(RowFileTest, closes_once) {
    auto file = RowFile::open(MPI_COMM_WORLD, directory.path("rows"), 0);
    ASSERT_TRUE(file) << file.error();
    auto moved = std::move(file.value());
    EXPECT_EQ(file.value().close(), "") << "it is moved from";
    EXPECT_EQ(moved.close(), "");
    EXPECT_EQ(moved.close(), "");
}

}  // namespace
}  // namespace parallel_run::output
