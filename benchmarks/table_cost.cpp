// SPDX-License-Identifier: Apache-2.0
// mpirun table_cost DIRECTORY BYTES: makes a table of so many bytes of float32[64] rows out of a
// file of packed rows, as a job does at its end, and then the same HDF5 file by a bare program:
// every rank writes its part of each dataset, which it has in memory, collectively. Each is synced.
// Prints the seconds of both.
#include <fcntl.h>
#include <hdf5.h>
#include <mpi.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "output/table_writer.hpp"

namespace output = parallel_run::output;
namespace schema = parallel_run::schema;

namespace {

constexpr hsize_t kNumbers = 64;
constexpr hsize_t kChunkRows = 4096;
constexpr hsize_t kSlabRows = 32 * kChunkRows;

const schema::Columns kColumns{{"embedding", PARALLEL_RUN_FLOAT32, 0, {kNumbers}}};

int rank_of(MPI_Comm comm) {
    int rank = 0;
    MPI_Comm_rank(comm, &rank);
    return rank;
}
int size_of(MPI_Comm comm) {
    int size = 0;
    MPI_Comm_size(comm, &size);
    return size;
}

/// COLLECTIVE: as the epochs of a job leave it, in the page cache.
void make_rows(const std::string& path, std::uint64_t bytes) {
    if (rank_of(MPI_COMM_WORLD) == 0) {
        const std::string piece(schema::row_bytes(kColumns) << 12, 'x');
        std::FILE* const file = std::fopen(path.c_str(), "w");
        for (std::uint64_t done = 0; done < bytes; done += piece.size()) {
            std::fwrite(piece.data(), 1, std::min<std::uint64_t>(piece.size(), bytes - done), file);
        }
        std::fflush(file);
        ::fsync(::fileno(file));
        std::fclose(file);
    }
    MPI_Barrier(MPI_COMM_WORLD);
}

/// One dataset, this rank's part of it in slabs.
void write_dataset(hid_t file, const char* name, hid_t type, hsize_t rows, hsize_t numbers) {
    const hsize_t all[] = {rows, numbers};
    const hsize_t chunk[] = {kChunkRows, numbers};
    const hid_t space = H5Screate_simple(2, all, nullptr);
    const hid_t creation = H5Pcreate(H5P_DATASET_CREATE);
    H5Pset_chunk(creation, 2, chunk);
    H5Pset_fill_time(creation, H5D_FILL_TIME_NEVER);
    const hid_t dataset = H5Dcreate2(file, name, type, space, H5P_DEFAULT, creation, H5P_DEFAULT);
    const hid_t transfer = H5Pcreate(H5P_DATASET_XFER);
    H5Pset_dxpl_mpio(transfer, H5FD_MPIO_COLLECTIVE);
    if (std::getenv("BARE_INDIVIDUAL") != nullptr) {
        H5Pset_dxpl_mpio_collective_opt(transfer, H5FD_MPIO_INDIVIDUAL_IO);
    }
    const auto ranks = static_cast<hsize_t>(size_of(MPI_COMM_WORLD));
    const auto share = rows / ranks / kChunkRows * kChunkRows;
    const auto first = static_cast<hsize_t>(rank_of(MPI_COMM_WORLD)) * share;
    const std::vector<char> values(kSlabRows * numbers * H5Tget_size(type), 'x');
    for (hsize_t done = 0; done < share; done += kSlabRows) {
        const hsize_t start[] = {first + done, 0};
        const hsize_t count[] = {std::min(kSlabRows, share - done), numbers};
        const hid_t memory = H5Screate_simple(2, count, nullptr);
        H5Sselect_hyperslab(space, H5S_SELECT_SET, start, nullptr, count, nullptr);
        if (H5Dwrite(dataset, type, memory, space, transfer, values.data()) < 0) std::abort();
        H5Sclose(memory);
    }
    H5Pclose(transfer);
    H5Dclose(dataset);
    H5Pclose(creation);
    H5Sclose(space);
}

void write_bare(const std::string& path, hsize_t rows) {
    const hid_t access = H5Pcreate(H5P_FILE_ACCESS);
    H5Pset_fapl_mpio(access, MPI_COMM_WORLD, MPI_INFO_NULL);
    const hid_t file = H5Fcreate(path.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, access);
    write_dataset(file, "mini_batch", H5T_NATIVE_UINT64, rows, 1);
    write_dataset(file, "item", H5T_NATIVE_UINT64, rows, 1);
    write_dataset(file, "embedding", H5T_NATIVE_FLOAT, rows, kNumbers);
    H5Fclose(file);
    H5Pclose(access);
    const int written = ::open(path.c_str(), O_RDONLY);
    ::fsync(written);
    ::close(written);
}

template <typename Function>
double seconds_of(const Function& function) {
    MPI_Barrier(MPI_COMM_WORLD);
    const auto began = std::chrono::steady_clock::now();
    function();
    MPI_Barrier(MPI_COMM_WORLD);
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
}

}  // namespace

int main(int argc, char** argv) {
    int provided = 0;
    MPI_Init_thread(&argc, &argv, MPI_THREAD_MULTIPLE, &provided);  // as jobs do
    if (argc != 3) return 2;
    const std::string directory = argv[1];
    const auto row = schema::row_bytes(kColumns);
    const auto slabs = kSlabRows * static_cast<hsize_t>(size_of(MPI_COMM_WORLD));
    const auto rows = std::strtoull(argv[2], nullptr, 10) / row / slabs * slabs;
    const output::TableJob job{directory + "/rows", directory + "/table.h5", kColumns, rows * row,
                               0};
    make_rows(job.rows_path, job.bytes);
    // Each begins where as much was just given back to the page cache.
    const auto remove = [&] {
        MPI_Barrier(MPI_COMM_WORLD);
        if (rank_of(MPI_COMM_WORLD) == 0) ::unlink(job.path.c_str());
    };
    write_bare(job.path, rows);
    remove();
    std::string error;
    const auto ours = seconds_of([&] { error = output::write_table(MPI_COMM_WORLD, job); });
    if (!error.empty()) return std::fprintf(stderr, "%s\n", error.c_str()), 1;
    remove();
    const auto bare = seconds_of([&] { write_bare(job.path, rows); });
    remove();
    if (rank_of(MPI_COMM_WORLD) == 0) {
        ::unlink(job.rows_path.c_str());
        std::printf("%.3f %.3f\n", ours, bare);
    }
    MPI_Finalize();
    return 0;
}
