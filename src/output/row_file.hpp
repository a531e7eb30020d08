// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <mpi.h>

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace parallel_run::output {

/// The file that the rows of all ranks go to, opened by all of them with MPI-IO. Each rank writes
/// its own block, one contiguous range; the sync is collective. Not MPI_File_write_at_all(): there
/// some ranks write for the others, and Open MPI 4.1 tells a write of theirs that fails to nobody
/// else, while blocks of megabytes gain nothing from being gathered. One thread at a time.
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

    /// COLLECTIVE in its sync, which comes whatever happens on any rank. Returns why this rank's
    /// block is not durable; empty: it is.
    std::string write_and_sync(std::uint64_t offset, std::string_view block);

    /// COLLECTIVE. Empty: success.
    std::string close();

private:
    std::string write(std::uint64_t offset, std::string_view block);

    MPI_File file_ = MPI_FILE_NULL;
    std::string path_;
};

}  // namespace parallel_run::output
