// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "table/format.hpp"
#include "table/reader.hpp"

namespace parallel_run::table {

// HDF5 input lives in a library of its own (src/hdf5), which is loaded when a step first needs it:
// it brings its own HDF5, apart from the parallel one that the engine writes with and from whatever
// an entry script uses, and programs that read none start without it.

/// What planning must know of a file.
struct Hdf5Extent {
    std::uint64_t rows = 0;
    std::uint64_t chunk_rows = 1;  ///< of the dataset with the largest chunks; 1: not chunked
    std::uint64_t row_bytes = 0;   ///< in memory, all columns
};

/// Read no data. Throw ReadError.
Hdf5Extent hdf5_extent(const Format& format, const std::string& file);
std::vector<std::string> hdf5_columns(const Format& format, const std::string& file);
/// As Reader says; a bad record is unknown to it.
std::unique_ptr<Reader> open_hdf5_reader(const Format& format);

/// What the library exports as parallel_run_hdf5_library().
struct Hdf5Library {
    Hdf5Extent (*extent)(const Format& format, const std::string& file);
    std::vector<std::string> (*columns)(const Format& format, const std::string& file);
    std::unique_ptr<Reader> (*open_reader)(const Format& format);
};

/// Loads the library for as long as the process lives. Throws ReadError.
const Hdf5Library& load_hdf5_library(const std::string& path);

}  // namespace parallel_run::table
