// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "journal/reader.hpp"

namespace parallel_run::journal {

/// What came of holding a data file against its journal.
struct Verification {
    static constexpr std::size_t kMostFaults = 20;

    std::uint64_t epochs = 0;
    std::uint64_t blocks = 0;
    std::uint64_t bytes = 0;  ///< that were read
    std::uint64_t lines = 0;
    std::vector<std::string> faults;  ///< the first kMostFaults, a sentence each
    std::uint64_t more_faults = 0;    ///< others

    [[nodiscard]] bool is_right() const { return faults.empty(); }
};

/// A data file: where it is and what is in it besides rows.
struct DataFile {
    std::string path;
    std::uint64_t header_lines = 0;
};

/// Reads what the journal says of the data file, no further, and compares: the length, each block's
/// checksum and that it ends with a line, the number of rows, and that a completed run committed
/// all there was. A job may be adding to the file meanwhile. `on_bytes` is told how many were read,
/// every megabyte or so. Precondition: a usable recovery.
Verification verify(const Recovery& recovery, const DataFile& file,
                    const std::function<void(std::uint64_t)>& on_bytes);

}  // namespace parallel_run::journal
