// SPDX-License-Identifier: Apache-2.0
#include "output/row_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <utility>

#include "base/error.hpp"
#include "base/unique_fd.hpp"

namespace parallel_run::output {

namespace {

constexpr std::uint64_t kMaxWrite = 1ULL << 30;  // MPI counts in int

std::string error_text(const std::string& what, int code) {
    std::array<char, MPI_MAX_ERROR_STRING> text{};
    int length = 0;
    MPI_Error_string(code, text.data(), &length);
    return what + ": " + std::string(text.data(), static_cast<std::size_t>(length));
}

bool true_everywhere(MPI_Comm comm, bool mine) {
    int all = mine ? 1 : 0;
    MPI_Allreduce(MPI_IN_PLACE, &all, 1, MPI_INT, MPI_MIN, comm);
    return all != 0;
}

/// What MPI-IO left when it wrote less than it was given, of which it does not say the cause.
/// Empty: all is written now.
std::string write_rest(const std::string& path, std::uint64_t offset, std::string_view rest) {
    const base::UniqueFd file(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
    while (file && !rest.empty()) {
        const auto count =
            ::pwrite(file.get(), rest.data(), rest.size(), static_cast<off_t>(offset));
        if (count < 0 && errno == EINTR) continue;
        if (count <= 0) break;
        offset += static_cast<std::uint64_t>(count);
        rest.remove_prefix(static_cast<std::size_t>(count));
    }
    return file && rest.empty() ? "" : base::system_error_text("cannot write " + path, errno);
}

}  // namespace

RowFile::RowFile(RowFile&& other) noexcept
    : file_(std::exchange(other.file_, MPI_FILE_NULL)), path_(std::move(other.path_)) {}

base::Result<RowFile> RowFile::open(MPI_Comm comm, const std::string& path,
                                    std::uint64_t keep_bytes) {
    // Open MPI waits for ever for a rank that cannot open the file: each one tries it first.
    const base::UniqueFd trial(::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0666));
    const int error = errno;
    if (!true_everywhere(comm, static_cast<bool>(trial))) {
        return base::Failure{trial ? "another rank cannot open " + path +
                                         ": is the output directory on a shared file system?"
                                   : base::system_error_text("cannot open " + path, error)};
    }
    RowFile file;
    file.path_ = path;
    int code = MPI_File_open(comm, path.c_str(), MPI_MODE_CREATE | MPI_MODE_WRONLY, MPI_INFO_NULL,
                             &file.file_);
    if (!true_everywhere(comm, code == MPI_SUCCESS)) {
        // A rank that has it open cannot close it alone; the process is about to end.
        file.file_ = MPI_FILE_NULL;
        return base::Failure{code == MPI_SUCCESS ? "another rank cannot open " + path
                                                 : error_text("cannot open " + path, code)};
    }
    MPI_Offset size = 0;
    MPI_File_get_size(file.file_, &size);
    if (!true_everywhere(comm, static_cast<std::uint64_t>(size) >= keep_bytes)) {
        return base::Failure{path + " is shorter than the " + std::to_string(keep_bytes) +
                             " bytes that were written to it; start anew with --overwrite"};
    }
    code = MPI_File_set_size(file.file_, static_cast<MPI_Offset>(keep_bytes));
    // What was cut off must not come back, though perhaps nothing is written and synced any more.
    const int sync_code = MPI_File_sync(file.file_);
    if (code == MPI_SUCCESS) code = sync_code;
    if (!true_everywhere(comm, code == MPI_SUCCESS)) {
        return base::Failure{code == MPI_SUCCESS ? "another rank cannot cut " + path
                                                 : error_text("cannot cut " + path, code)};
    }
    return file;
}

std::string RowFile::write(std::uint64_t offset, std::string_view block) {
    while (!block.empty()) {
        const auto piece = block.substr(0, kMaxWrite);
        MPI_Status status;
        const int code = MPI_File_write_at(file_, static_cast<MPI_Offset>(offset), piece.data(),
                                           static_cast<int>(piece.size()), MPI_BYTE, &status);
        int written = 0;
        if (code == MPI_SUCCESS) MPI_Get_count(&status, MPI_BYTE, &written);
        if (written < 0 || static_cast<std::size_t>(written) > piece.size()) written = 0;
        offset += static_cast<std::uint64_t>(written);
        block.remove_prefix(static_cast<std::size_t>(written));
        if (static_cast<std::size_t>(written) < piece.size()) {
            return write_rest(path_, offset, block);
        }
    }
    return {};
}

std::string RowFile::write_and_sync(std::uint64_t offset, std::string_view block) {
    auto error = write(offset, block);
    const int code = MPI_File_sync(file_);
    if (code != MPI_SUCCESS && error.empty()) error = error_text("cannot sync " + path_, code);
    return error;
}

std::string RowFile::close() {
    if (file_ == MPI_FILE_NULL) return {};
    const int code = MPI_File_close(&file_);
    file_ = MPI_FILE_NULL;
    return code == MPI_SUCCESS ? std::string() : error_text("cannot close " + path_, code);
}

}  // namespace parallel_run::output
