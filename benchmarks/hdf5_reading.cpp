// SPDX-License-Identifier: Apache-2.0
// hdf5_reading FOLDER ROWS RUNS: writes float32 [ROWS, 64] contiguous, chunked and compressed, and
// a compound of as many bytes, to FOLDER; reads each in parts of 16 MB by a plain loop of H5Dread
// and by our reader, in turn. Prints for each the MB a second of both, medians, and theirs in %.
#include <hdf5.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include "hdf5/reader.hpp"
#include "table/table.hpp"

namespace hdf5 = parallel_run::hdf5;
namespace table = parallel_run::table;

namespace {

constexpr hsize_t kColumns = 64;
constexpr hsize_t kChunkRows = 4096;
constexpr hsize_t kPartRows = 65536;
constexpr auto kRowBytes = static_cast<double>(kColumns * sizeof(float));

struct Kind {
    const char* name;
    bool chunked;
    bool compressed;
    bool compound;
};

/// {x: float32, ids: int32[2], y: float64[30], n: int32}, packed.
hid_t compound_type() {
    const hsize_t two = 2;
    const hsize_t thirty = 30;
    const auto type = H5Tcreate(H5T_COMPOUND, 256);
    H5Tinsert(type, "x", 0, H5T_NATIVE_FLOAT);
    H5Tinsert(type, "ids", 4, H5Tarray_create2(H5T_NATIVE_INT32, 1, &two));
    H5Tinsert(type, "y", 12, H5Tarray_create2(H5T_NATIVE_DOUBLE, 1, &thirty));
    H5Tinsert(type, "n", 252, H5T_NATIVE_INT32);
    return type;
}

hid_t type_of(const Kind& kind) { return kind.compound ? compound_type() : H5T_NATIVE_FLOAT; }
int rank_of(const Kind& kind) { return kind.compound ? 1 : 2; }

void write(const Kind& kind, const std::string& file_name, hsize_t rows) {
    const auto file = H5Fcreate(file_name.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
    const hsize_t size[] = {rows, kColumns};
    const hsize_t chunk[] = {kChunkRows, kColumns};
    const auto creation = H5Pcreate(H5P_DATASET_CREATE);
    if (kind.chunked) H5Pset_chunk(creation, rank_of(kind), chunk);
    if (kind.compressed) H5Pset_deflate(creation, 4);
    const auto space = H5Screate_simple(rank_of(kind), size, nullptr);
    const auto dataset =
        H5Dcreate2(file, "x", type_of(kind), space, H5P_DEFAULT, creation, H5P_DEFAULT);
    std::vector<float> values(rows * kColumns);
    for (std::size_t i = 0; i < values.size(); ++i) values[i] = static_cast<float>(i % 1000);
    H5Dwrite(dataset, type_of(kind), H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data());
    H5Fclose(file);
    H5Dclose(dataset);
}

double megabytes_a_second(hsize_t rows, std::chrono::steady_clock::time_point began) {
    const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - began;
    return static_cast<double>(rows) * kRowBytes / taken.count() / 1e6;
}

/// As one who knows HDF5 writes it in an hour: one buffer, hyperslabs, the defaults.
double plain_loop(const Kind& kind, const std::string& file_name, hsize_t rows) {
    const auto began = std::chrono::steady_clock::now();
    const auto file = H5Fopen(file_name.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT);
    const auto dataset = H5Dopen2(file, "x", H5P_DEFAULT);
    const auto space = H5Dget_space(dataset);
    std::vector<float> values(kPartRows * kColumns);
    for (hsize_t begin = 0; begin < rows; begin += kPartRows) {
        const hsize_t start[] = {begin, 0};
        const hsize_t count[] = {std::min(kPartRows, rows - begin), kColumns};
        const auto memory = H5Screate_simple(rank_of(kind), count, nullptr);
        H5Sselect_hyperslab(space, H5S_SELECT_SET, start, nullptr, count, nullptr);
        H5Dread(dataset, type_of(kind), memory, space, H5P_DEFAULT, values.data());
        H5Sclose(memory);
    }
    H5Dclose(dataset);
    H5Fclose(file);
    return megabytes_a_second(rows, began);
}

double our_reader(const std::string& file, hsize_t rows, table::Table& table) {
    const auto began = std::chrono::steady_clock::now();
    table::Format format;
    format.columns = hdf5::columns(format, file);
    const auto reader = hdf5::make_reader(format);
    for (hsize_t begin = 0; begin < rows; begin += kPartRows) {
        table::Range range;
        range.file = file;
        range.begin = begin;
        range.end = std::min(begin + kPartRows, rows);
        reader->read(range, table);
    }
    return megabytes_a_second(rows, began);
}

double median(std::vector<double> values) {
    std::sort(values.begin(), values.end());
    return values[values.size() / 2];
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 4) return 2;
    const std::string folder = argv[1];
    const hsize_t rows = std::strtoull(argv[2], nullptr, 10);
    const auto runs = std::strtoull(argv[3], nullptr, 10);
    for (const auto& kind :
         {Kind{"contiguous", false, false, false}, Kind{"chunked", true, false, false},
          Kind{"gzip", true, true, false}, Kind{"compound", false, false, true}}) {
        const auto file = folder + "/" + kind.name + ".h5";
        write(kind, file, rows);
        std::vector<double> theirs;
        std::vector<double> ours;
        table::Table table;  // as a process has one for all its mini-batches
        plain_loop(kind, file, rows);
        for (std::size_t i = 0; i < runs; ++i) {
            theirs.push_back(plain_loop(kind, file, rows));
            ours.push_back(our_reader(file, rows, table));
        }
        std::printf("%-10s  H5Dread %8.0f  reader %8.0f  %6.1f %%\n", kind.name, median(theirs),
                    median(ours), 100 * median(ours) / median(theirs));
    }
    return 0;
}
