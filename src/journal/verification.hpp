// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "journal/reader.hpp"

namespace parallel_run::journal {

/// What came of holding a data file against its journal.
struct Verification {
    static constexpr std::size_t kMostFaults = 20;

    std::uint64_t epochs = 0;
    std::uint64_t blocks = 0;
    std::uint64_t bytes = 0;          ///< that were read
    std::uint64_t lines = 0;          ///< or rows of a table
    std::vector<std::string> faults;  ///< the first kMostFaults, a sentence each
    std::uint64_t more_faults = 0;    ///< others

    [[nodiscard]] bool is_right() const { return faults.empty(); }
};

/// The bytes of a data file as the epochs wrote them, whatever form they have now. One thread.
class DataBytes {
public:
    virtual ~DataBytes() = default;
    [[nodiscard]] virtual std::uint64_t size() const = 0;
    /// Fills `part` from its beginning; returns how much of it, at least one byte unless the data
    /// ends at `offset`.
    virtual base::Result<std::size_t> read(std::uint64_t offset, std::span<char> part) = 0;
};
/// A file as it is.
base::Result<std::unique_ptr<DataBytes>> open_data_file(const std::string& path);

/// A data file: where it is and what is in it besides rows.
struct DataFile {
    std::string path;
    std::uint64_t header_lines = 0;
    bool is_table = false;  ///< it is an HDF5 file, no longer bytes as the epochs wrote them
};
using OpenData = std::function<base::Result<std::unique_ptr<DataBytes>>(const std::string& path)>;

/// Reads what the journal says of the data file, no further, and compares: the length, each block's
/// checksum and that it ends with a line or record, the number of rows, and that a completed run
/// committed all there was. A job may be adding to the file meanwhile. `on_bytes` is told how many
/// were read, every megabyte or so. Precondition: a usable recovery.
Verification verify(const Recovery& recovery, const DataFile& file, const OpenData& open,
                    const std::function<void(std::uint64_t)>& on_bytes);

}  // namespace parallel_run::journal
