// SPDX-License-Identifier: Apache-2.0
#include "output/table_writer.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <filesystem>
#include <utility>

#include "base/error.hpp"
#include "base/size.hpp"
#include "base/unique_fd.hpp"
#include "output/column_buffers.hpp"
#include "output/hdf5_table.hpp"

namespace parallel_run::output {

namespace {

/// Small enough to stay in a core's cache between being read and being taken apart.
constexpr std::uint64_t kPieceBytes = std::uint64_t{256} << 10;

/// Remembers this rank's first failure; a vote gives all ranks the same one.
class Vote {
public:
    explicit Vote(MPI_Comm comm) : comm_(comm) {}

    void note(std::string error) { note(std::move(error), kFailed); }
    /// A failure that leaves HDF5 with a file that it cannot close.
    void note_fatal(std::string error) { note(std::move(error), kFatal); }

    /// COLLECTIVE: whether nobody failed so far.
    bool all_well() {
        MPI_Allreduce(MPI_IN_PLACE, &worst_, 1, MPI_INT, MPI_MAX, comm_);
        if (worst_ != kWell) share_error();
        return worst_ == kWell;
    }
    /// As far as is known since the last vote.
    [[nodiscard]] bool is_fatal() const { return worst_ == kFatal; }
    [[nodiscard]] const std::string& error() const { return error_; }

private:
    enum : int { kWell, kFailed, kFatal };

    /// COLLECTIVE: of the first rank that has one.
    void share_error() {
        int rank = 0;
        MPI_Comm_rank(comm_, &rank);
        int first = error_.empty() ? INT_MAX : rank;
        MPI_Allreduce(MPI_IN_PLACE, &first, 1, MPI_INT, MPI_MIN, comm_);
        int size = static_cast<int>(error_.size());
        MPI_Bcast(&size, 1, MPI_INT, first, comm_);
        error_.resize(static_cast<std::size_t>(size));
        MPI_Bcast(error_.data(), size, MPI_CHAR, first, comm_);
    }

    void note(std::string error, int severity) {
        if (error.empty()) return;
        if (error_.empty()) error_ = std::move(error);
        worst_ = std::max(worst_, severity);
    }

    MPI_Comm comm_;
    int worst_ = kWell;
    std::string error_;
};

/// The packed rows of one rank's slabs.
class RowSource {
public:
    RowSource(const std::string& path, std::uint64_t row_bytes)
        : path_(path),
          file_(::open(path.c_str(), O_RDONLY | O_CLOEXEC)),
          error_(file_ ? "" : base::system_error_text("cannot read " + path, errno)),
          row_bytes_(row_bytes) {}

    /// Returns why the rows could not be read; empty: `columns` has them.
    std::string read(RowRange rows, ColumnBuffers& columns) {
        const auto most = std::max<std::uint64_t>(1, kPieceBytes / row_bytes_);
        for (std::uint64_t done = 0; done < rows.count && error_.empty();) {
            const auto count = std::min(most, rows.count - done);
            piece_.resize(count * row_bytes_);
            fill((rows.first + done) * row_bytes_);
            if (error_.empty()) columns.unpack(piece_, done);
            done += count;
        }
        return error_;
    }

private:
    void fill(std::uint64_t offset) {
        for (std::size_t done = 0; done < piece_.size();) {
            const auto count = ::pread(file_.get(), piece_.data() + done, piece_.size() - done,
                                       static_cast<off_t>(offset + done));
            if (count < 0 && errno == EINTR) continue;
            if (count <= 0) {
                error_ = count < 0 ? base::system_error_text("cannot read " + path_, errno)
                                   : path_ + " ends before its last row";
                return;
            }
            done += static_cast<std::size_t>(count);
        }
    }

    std::string path_;
    base::UniqueFd file_;
    std::string error_;
    std::uint64_t row_bytes_;
    std::string piece_;
};

/// Makes room for all that will be written, so that a full disk is found out before it can hurt.
/// Where a file system cannot do that it is found out later. `mode`: as of fallocate().
std::string reserve(const std::string& path, std::uint64_t bytes, int mode) {
    const base::UniqueFd file(::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0666));
    struct stat status {};
    if (!file || ::fstat(file.get(), &status) != 0) {
        return base::system_error_text("cannot create " + path, errno);
    }
    const auto size = std::max(status.st_size, static_cast<off_t>(bytes + bytes / 64));
    if (::fallocate(file.get(), mode, 0, size) == 0) return {};
    const int error = errno;
    if (error != ENOSPC && error != EDQUOT && error != EFBIG) return {};
    return base::system_error_text("cannot reserve " + base::format_bytes(bytes) + " for " + path,
                                   error);
}

std::string sync(const std::string& path) {
    const base::UniqueFd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    const bool synced = file && ::fsync(file.get()) == 0;
    return synced ? "" : base::system_error_text("cannot sync " + path, errno);
}

/// Rank 0's part once all have closed the file: looks whether it is one, which also says that its
/// size is the one it should have, and gives back what was reserved beyond that.
std::string settle(const std::string& path, const schema::Columns& columns) {
    const auto table = Hdf5Table::open(path, columns);
    if (!table) return table.error();
    std::error_code error;
    const auto size = std::filesystem::file_size(path, error);
    if (!error) std::filesystem::resize_file(path, size, error);
    return error ? "cannot cut " + path + ": " + error.message() : "";
}

/// HDF5 waits for ever for a rank that cannot open the file: each one tries it first.
std::string try_to_open(const std::string& path) {
    const base::UniqueFd trial(::open(path.c_str(), O_RDWR | O_CLOEXEC));
    return trial ? "" : base::system_error_text("cannot open " + path, errno);
}

/// COLLECTIVE: all rounds, or up to the first in which a rank failed.
void write_rows(Hdf5Table& table, const std::string& path, const TableShape& shape, int rank,
                RowSource& source, ColumnBuffers& columns, Vote& vote) {
    const auto values = columns.data();
    const base::UniqueFd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    for (std::uint64_t round = 0; round < shape.rounds(); ++round) {
        const auto slab = shape.slab(rank, round);
        vote.note(source.read(slab, columns));
        vote.note(table.write(slab, values));
        // The disk begins at once, and the sync at the end has less to wait for.
        ::sync_file_range(file.get(), 0, 0, SYNC_FILE_RANGE_WRITE);
        if (!vote.all_well()) return;
    }
}

/// Rank 0's part: the file without its rows, and the room for them.
void make_file(const TableJob& job, const schema::Columns& columns, const TableShape& shape,
               Vote& vote) {
    vote.note(reserve(job.path, job.bytes, 0));
    if (!vote.error().empty()) return;
    vote.note_fatal(Hdf5Table::create(job.path, columns, shape, job.compression));
    // That began with an empty file.
    if (vote.error().empty()) vote.note(reserve(job.path, job.bytes, FALLOC_FL_KEEP_SIZE));
}

/// COLLECTIVE.
void fill_file(MPI_Comm comm, const TableJob& job, const schema::Columns& columns,
               const TableShape& shape, Vote& vote) {
    int rank = 0;
    MPI_Comm_rank(comm, &rank);
    RowSource source(job.rows_path, schema::record_bytes(columns));
    ColumnBuffers buffers(columns, std::max<std::uint64_t>(1, shape.slab(rank, 0).count));
    auto table = Hdf5Table::open(job.path, columns, comm);
    if (!table) vote.note_fatal(table.error());
    if (vote.all_well()) {
        write_rows(table.value(), job.path, shape, rank, source, buffers, vote);
        // What is compressed changes the file's own records, which are written by closing it.
        if (job.compression > 0) vote.note_fatal(vote.error());
    }
    if (vote.is_fatal()) {
        if (table) table.value().abandon();
    } else {
        vote.note(table.value().close());
    }
}

}  // namespace

std::string write_table(MPI_Comm comm, const TableJob& job) {
    int rank = 0;
    int ranks = 1;
    MPI_Comm_rank(comm, &rank);
    MPI_Comm_size(comm, &ranks);
    const auto columns = schema::with_head(job.columns);
    const TableShape shape(columns, job.bytes / schema::record_bytes(columns), ranks);
    Vote vote(comm);
    if (rank == 0) make_file(job, columns, shape, vote);
    bool well = vote.all_well();
    if (well) {
        vote.note(try_to_open(job.path));
        well = vote.all_well();
    }
    if (well) {
        fill_file(comm, job, columns, shape, vote);
        if (rank == 0 && vote.error().empty()) vote.note(settle(job.path, columns));
        if (!vote.is_fatal()) vote.note(sync(job.path));
        well = vote.all_well();
    }
    if (!well) {
        if (rank == 0) ::unlink(job.path.c_str());
        MPI_Barrier(comm);
    }
    if (vote.is_fatal()) {
        throw base::EnvironmentError("the table cannot be written: " + vote.error());
    }
    return vote.error();
}

}  // namespace parallel_run::output
