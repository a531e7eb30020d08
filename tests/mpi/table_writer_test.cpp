// SPDX-License-Identifier: Apache-2.0
#include "output/table_writer.hpp"

#include "file_size_limit.hpp"
#include "shared_directory.hpp"

#include <filesystem>
#include <fstream>
#include <random>

#include <gtest/gtest.h>

#include "output/table_reader.hpp"
#include "output/table_shape.hpp"

namespace parallel_run::output {
namespace {

const schema::Columns kColumns{{"embedding", PARALLEL_RUN_FLOAT32, 0, {4, 3}},
                               {"label", PARALLEL_RUN_INT8, 0, {}},
                               {"name", PARALLEL_RUN_TEXT, 13, {}}};

class TableWriterTest : public testing::Test {
protected:
    TableWriterTest() {
        MPI_Comm_rank(MPI_COMM_WORLD, &rank);
        MPI_Comm_size(MPI_COMM_WORLD, &ranks);
    }

    /// Rows of random bytes, the same on every rank, in the file that rank 0 makes.
    TableJob make_rows(std::uint64_t rows, const schema::Columns& columns = kColumns) {
        std::mt19937_64 random(rows);
        packed.resize(rows * schema::row_bytes(columns));
        for (std::size_t i = 0; i + 8 <= packed.size(); i += 8) {
            const auto bits = random() & 0x0f0f0f0f0f0f0f0f;  // can be compressed
            packed.replace(i, 8, reinterpret_cast<const char*>(&bits), 8);
        }
        if (rank == 0) std::ofstream(directory.path("rows"), std::ios::binary) << packed;
        MPI_Barrier(MPI_COMM_WORLD);
        return {directory.path("rows"), directory.path("table.h5"), columns, packed.size(), 0};
    }

    /// COLLECTIVE: between two barriers nobody writes.
    void expect_content(const TableJob& job) const {
        MPI_Barrier(MPI_COMM_WORLD);
        auto table = open_table(job.path, job.columns);
        ASSERT_TRUE(table) << table.error();
        EXPECT_EQ(table.value()->size(), packed.size());
        std::string found;
        std::string piece(100'003, '\0');
        while (true) {
            const auto count = table.value()->read(found.size(), piece);
            ASSERT_TRUE(count) << count.error();
            if (count.value() == 0) break;
            found.append(piece, 0, count.value());
        }
        EXPECT_TRUE(found == packed) << "rows are not what they were";
        MPI_Barrier(MPI_COMM_WORLD);
    }

    int rank = 0;
    int ranks = 1;
    SharedDirectory directory;
    std::string packed;
};

TEST_F(TableWriterTest, writes_the_rows_in_their_order) {
    for (const std::uint64_t rows : {1U, 2U, 7U, 1000U, 65'537U, 200'000U}) {
        const auto job = make_rows(rows);
        EXPECT_EQ(write_table(MPI_COMM_WORLD, job), "") << rows;
        expect_content(job);
    }
}

TEST_F(TableWriterTest, writes_more_than_a_round) {
    const auto job = make_rows(3 * TableShape::kMaxSlabBytes / schema::row_bytes(kColumns) + 17);
    EXPECT_EQ(write_table(MPI_COMM_WORLD, job), "");
    expect_content(job);
}

TEST_F(TableWriterTest, compresses) {
    auto job = make_rows(200'000);
    job.compression = 1;
    EXPECT_EQ(write_table(MPI_COMM_WORLD, job), "");
    EXPECT_LT(std::filesystem::file_size(job.path), packed.size());
    expect_content(job);
}

TEST_F(TableWriterTest, compresses_more_than_a_round) {
    auto job = make_rows(2 * TableShape::kMaxSlabBytes / schema::row_bytes(kColumns) + 17);
    job.compression = 1;
    EXPECT_EQ(write_table(MPI_COMM_WORLD, job), "");
    expect_content(job);
}

TEST_F(TableWriterTest, takes_rows_larger_than_a_round) {
    const auto job = make_rows(3, {{"image", PARALLEL_RUN_UINT16, 0, {5000, 5000}}});
    EXPECT_EQ(write_table(MPI_COMM_WORLD, job), "");
    expect_content(job);
}

TEST_F(TableWriterTest, may_write_a_table_of_nothing) {
    auto job = make_rows(0);
    job.compression = 9;
    EXPECT_EQ(write_table(MPI_COMM_WORLD, job), "");
    expect_content(job);
}

TEST_F(TableWriterTest, replaces_what_a_killed_job_left) {
    const auto job = make_rows(1000);
    if (rank == 0) std::ofstream(job.path) << std::string(1'000'000, 'x');
    MPI_Barrier(MPI_COMM_WORLD);
    EXPECT_EQ(write_table(MPI_COMM_WORLD, job), "");
    expect_content(job);
}

TEST_F(TableWriterTest, tells_every_rank_that_the_rows_end_early) {
    auto job = make_rows(1000);
    job.bytes += schema::row_bytes(kColumns);
    const auto error = write_table(MPI_COMM_WORLD, job);
    EXPECT_NE(error.find("rows ends before its last row"), std::string::npos) << error;
    EXPECT_FALSE(std::filesystem::exists(job.path));
}

TEST_F(TableWriterTest, tells_every_rank_where_the_file_cannot_be) {
    auto job = make_rows(10);
    job.path = directory.path("no/such/table.h5");
    EXPECT_NE(write_table(MPI_COMM_WORLD, job).find("cannot create"), std::string::npos);
}

TEST_F(TableWriterTest, tells_every_rank_of_a_write_that_fails_anywhere) {
    for (int failing = 0; failing < ranks; ++failing) {
        const auto job = make_rows(100'000);
        std::string error;
        {
            const FileSizeLimit limit(rank == failing ? 100'000 : RLIM_INFINITY);
            error = write_table(MPI_COMM_WORLD, job);
        }
        EXPECT_NE(error.find(failing == 0 ? "cannot reserve " : "cannot write "), std::string::npos)
            << error;
        MPI_Barrier(MPI_COMM_WORLD);
        EXPECT_FALSE(std::filesystem::exists(job.path));
        MPI_Barrier(MPI_COMM_WORLD);
        EXPECT_EQ(write_table(MPI_COMM_WORLD, job), "") << "with room again";
        expect_content(job);
    }
}

TEST_F(TableWriterTest, finds_out_first_that_there_is_no_room) {
    auto job = make_rows(100'000);
    job.compression = 1;
    std::string error;
    {
        const FileSizeLimit limit(rank == 0 ? job.bytes : RLIM_INFINITY);
        error = write_table(MPI_COMM_WORLD, job);
    }
    EXPECT_NE(error.find("cannot reserve 7.4 MB"), std::string::npos) << error;
    EXPECT_FALSE(std::filesystem::exists(job.path));
}

}  // namespace
}  // namespace parallel_run::output
