// SPDX-License-Identifier: Apache-2.0
// Writes a compressed table, which fails on the last rank: says why and ends all by MPI_Abort(), as
// parallel-run does. It must not hang.
#include "file_size_limit.hpp"
#include "shared_directory.hpp"

#include <cstdio>
#include <exception>
#include <filesystem>
#include <fstream>
#include <random>

#include "output/table_writer.hpp"

using namespace parallel_run;

int main(int argc, char** argv) {
    MPI_Init(&argc, &argv);
    int rank = 0;
    int ranks = 1;
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    MPI_Comm_size(MPI_COMM_WORLD, &ranks);
    const SharedDirectory directory;
    const schema::Columns columns{{"number", PARALLEL_RUN_UINT64, 0, {100}}};
    const std::uint64_t rows = 20'000;
    if (rank == 0) {
        std::mt19937_64 random;
        std::ofstream file(directory.path("rows"), std::ios::binary);
        for (std::uint64_t i = 0; i < rows * schema::row_bytes(columns) / 8; ++i) {
            const auto number = random();
            file.write(reinterpret_cast<const char*>(&number), sizeof number);
        }
    }
    MPI_Barrier(MPI_COMM_WORLD);
    const FileSizeLimit limit(rank == ranks - 1 ? 1'000'000 : RLIM_INFINITY);
    try {
        const auto error =
            output::write_table(MPI_COMM_WORLD, {directory.path("rows"), directory.path("table.h5"),
                                                 columns, rows * schema::row_bytes(columns), 1});
        std::printf("nothing failed: %s\n", error.c_str());
    } catch (const std::exception& error) {
        std::printf("rank %d: %s\n", rank, error.what());
        std::fflush(stdout);
        MPI_Barrier(MPI_COMM_WORLD);
        if (rank == 0) std::filesystem::remove_all(directory.path(""));
        MPI_Barrier(MPI_COMM_WORLD);
        MPI_Abort(MPI_COMM_WORLD, 1);
    }
    MPI_Finalize();
}
