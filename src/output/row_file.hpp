// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <mpi.h>

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace parallel_run::output {

/// The file that the rows of all ranks go to, opened by all of them with MPI-IO. Each rank's block
/// is one contiguous range and the blocks of an epoch follow each other without gaps (Open MPI up
/// to 4.1.6 and 5.0.5 may corrupt collective writes with gaps: ompi#12718). One thread at a time.
class RowFile {
public:
    RowFile() = default;
    RowFile(RowFile&& other) noexcept;
    RowFile& operator=(RowFile&&) = delete;
    /// One that is still open stays so: to close it is collective, and a rank that is about to end
    /// because of an error must not wait for the others.
    ~RowFile() = default;

    /// COLLECTIVE over `comm`, which must stay until close(). Makes the file if there is none, and
    /// cuts it to its first `keep_bytes`, the same on every rank. Every rank gets the same verdict.
    static base::Result<RowFile> open(MPI_Comm comm, const std::string& path,
                                      std::uint64_t keep_bytes);

    /// COLLECTIVE: ceil(max_bytes / 1 GiB) writes, then one sync, whatever happens on any rank.
    /// Returns why this rank's block is not durable; empty: it is. `max_bytes` is the same on all
    /// ranks and at least block.size().
    std::string write_and_sync(std::uint64_t offset, std::string_view block,
                               std::uint64_t max_bytes);

    /// COLLECTIVE. Empty: success.
    std::string close();

private:
    MPI_File file_ = MPI_FILE_NULL;
    std::string path_;
};

}  // namespace parallel_run::output
