// SPDX-License-Identifier: Apache-2.0
#include "dataset/file_parts.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <limits>

#include "base/error.hpp"
#include "table/hdf5.hpp"
#include "table/survey.hpp"

namespace parallel_run::dataset {

namespace {

using config::MiniBatchSize;
using table::Kind;
using table::Range;

/// Rows are numbered by 32 bits within a mini-batch.
constexpr std::uint64_t kMaxRows = std::numeric_limits<std::uint32_t>::max();

std::uint64_t round_up(std::uint64_t number, std::uint64_t step) {
    return (number + step - 1) / step * step;
}

/// Rows of one part: as many as the step asks for, up to the end of their last chunk.
std::uint64_t rows_of_part(const MiniBatchSize& size, const table::Hdf5Extent& extent) {
    const bool in_rows = size.unit == MiniBatchSize::Unit::rows;
    const auto row_bytes = std::max<std::uint64_t>(1, extent.row_bytes);
    const auto rows = std::max<std::uint64_t>(1, in_rows ? size.count : size.count / row_bytes);
    const auto chunk = std::max<std::uint64_t>(1, extent.chunk_rows);
    return std::min(round_up(rows, chunk), kMaxRows);
}

}  // namespace

void FileParts::open(std::string_view file) {
    part_ = {};
    part_.file = file;
    const auto kind = table::kind_of(*step_, part_.file);
    if (!kind_) {
        kind_ = kind;
        first_file_ = part_.file;
    } else if (kind != *kind_) {
        throw base::UsageError(part_.file + " and " + first_file_ +
                               " are of one input, and by their names of different formats. Give "
                               "tabular_format, or make two inputs of them");
    }
    struct stat status {};
    if (::stat(part_.file.c_str(), &status) != 0) {
        throw base::EnvironmentError(base::system_error_text("cannot read " + part_.file, errno));
    }
    part_.file_size = static_cast<std::uint64_t>(status.st_size);
    part_.modified_ns =
        std::int64_t{status.st_mtim.tv_sec} * 1'000'000'000 + status.st_mtim.tv_nsec;
    part_.end = 0;  // next() begins where the last part ended
    if (kind == Kind::hdf5) return open_hdf5();
    end_ = part_.file_size;
    length_ = table::is_compressed(part_.file) ? Range::kAll : step_->mini_batch_size.count;
}

void FileParts::open_hdf5() {
    table::Format format;
    format.kind = Kind::hdf5;
    format.datasets = step_->hdf5_dataset;
    const auto extent = table::hdf5_extent(format, part_.file);
    end_ = extent.rows;
    length_ = rows_of_part(step_->mini_batch_size, extent);
    part_.first_record = static_cast<std::int64_t>(records_before_);
    records_before_ += extent.rows;
}

const Range* FileParts::next() {
    if (part_.end >= end_) return nullptr;
    if (kind_ == Kind::hdf5)
        part_.first_record += static_cast<std::int64_t>(part_.end - part_.begin);
    part_.begin = part_.end;
    part_.end = length_ == Range::kAll ? Range::kAll : std::min(end_, part_.begin + length_);
    return &part_;
}

}  // namespace parallel_run::dataset
