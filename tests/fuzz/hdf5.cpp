// SPDX-License-Identifier: Apache-2.0
// A file of any bytes is read, or refused by table::ReadError.
#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include "base/unique_fd.hpp"
#include "hdf5/failure.hpp"
#include "hdf5/file.hpp"
#include "hdf5/reader.hpp"
#include "table/reader.hpp"
#include "table/table.hpp"

namespace {

namespace hdf5 = parallel_run::hdf5;
namespace table = parallel_run::table;

/// What one run may take: a few bytes of a file can stand for many that were never written.
constexpr std::uint64_t kRows = 100;
constexpr std::uint64_t kBytes = 1 << 20;

std::uint64_t read_all_bytes(const table::Table& rows) {
    std::uint64_t sum = 0;
    for (const auto& column : rows.columns) {
        for (const char byte : column.values.view()) sum += static_cast<unsigned char>(byte);
        for (const auto& span : column.spans) {
            for (const char byte : column.text.view().substr(span.begin, span.size)) {
                sum += static_cast<unsigned char>(byte);
            }
        }
    }
    return sum;
}

std::vector<std::string> first_paths(const std::string& file) {
    constexpr std::size_t kPaths = 32;
    const hdf5::QuietErrors quiet;
    auto paths = hdf5::dataset_paths(hdf5::open_file(file).get());
    paths.resize(std::min(paths.size(), kPaths));
    return paths;
}

void read(const std::string& file, const std::string& path) try {
    table::Format format;
    format.datasets = {path};
    format.columns = hdf5::columns(format, file);
    const auto extent = hdf5::extent(format, file);
    table::Range range;
    range.file = file;
    range.end =
        std::min({extent.rows, kRows, kBytes / std::max<std::uint64_t>(extent.row_bytes, 1)});
    table::Table rows;
    hdf5::make_reader(format)->read(range, rows);
    volatile auto sum = read_all_bytes(rows);
    static_cast<void>(sum);
} catch (const table::ReadError&) {  // as it should
}

void read_all(const std::string& file) try {
    for (const auto& path : first_paths(file)) read(file, path);
} catch (const table::ReadError&) {  // as it should
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    // HDF5 wants a name: one of /proc/self/fd, of a file without a name, is not enough.
    std::string file = "/dev/shm/hdf5_fuzz_XXXXXX";
    const parallel_run::base::UniqueFd fd(::mkstemp(file.data()));
    if (::write(fd.get(), data, size) == static_cast<ssize_t>(size)) read_all(file);
    ::unlink(file.c_str());
    return 0;
}
