// SPDX-License-Identifier: Apache-2.0
#include "dataset/table_parts.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <limits>
#include <utility>

#include "base/error.hpp"
#include "table/hdf5.hpp"
#include "table/reader.hpp"
#include "table/survey.hpp"

namespace parallel_run::dataset {

namespace {

using config::MiniBatchSize;
using table::Kind;
using table::Range;

/// Rows are numbered by 32 bits within a mini-batch.
constexpr std::uint64_t kMaxRows = std::numeric_limits<std::uint32_t>::max();

/// Open at most: small files, which need no look, may follow one that does in any number.
constexpr std::size_t kFilesAhead = 1024;

/// Parts made at a time.
constexpr std::size_t kPartsAtOnce = 1024;

/// What is looked through at once: long enough to be worth a message, short enough to share.
constexpr std::uint64_t kPieceBytes = 64 << 20;
constexpr std::uint64_t kPieceSteps = 16384;

/// Whoever reads a part of so many rows first skips what lies between such a border and them.
constexpr std::uint64_t kRowStep = 64 << 10;

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

std::uint64_t scan_step(const MiniBatchSize& size) {
    return size.unit == MiniBatchSize::Unit::rows ? kRowStep : size.count;
}

Range look_at(std::string path) {
    struct stat status {};
    if (::stat(path.c_str(), &status) != 0) {
        throw base::EnvironmentError(base::system_error_text("cannot read " + path, errno));
    }
    Range whole;
    whole.file = std::move(path);
    whole.file_size = static_cast<std::uint64_t>(status.st_size);
    whole.modified_ns =
        std::int64_t{status.st_mtim.tv_sec} * 1'000'000'000 + status.st_mtim.tv_nsec;
    return whole;
}

}  // namespace

TableParts::TableParts(const config::Step& step, std::uint32_t input, FileSource& files,
                       PlanTasks& tasks)
    : step_(step), input_(input), source_(files), tasks_(tasks) {}

const Range* TableParts::next(const std::stop_token& stop) {
    while (given_ == parts_.size()) {
        if (stop.stop_requested() || !refill(stop)) return nullptr;
    }
    return &parts_[given_++];
}

/// Goes on with the oldest file; returns false when there is none.
bool TableParts::refill(const std::stop_token& stop) {
    parts_.clear();
    given_ = 0;
    look_ahead(stop);
    if (files_.empty()) return false;
    auto& file = files_.front();
    if (file.scanned) {
        take_piece(file, stop);
    } else {
        cut_evenly(file);
        if (file.done == file.end) files_.pop_front();
    }
    return true;
}

/// Opens a file where none is open, and more while pieces should be asked for.
void TableParts::look_ahead(const std::stop_token& stop) {
    for (;;) {
        if (!files_.empty()) ask(files_.back());
        const bool enough = !files_.empty() && (asked_ == 0 || asked_ >= tasks_.ahead());
        const bool many = files_.size() >= kFilesAhead;
        if (enough || many || at_end_ || stop.stop_requested()) return;
        const auto path = source_.next(stop);
        if (path) {
            open(std::string(*path));
        } else {
            at_end_ = true;
        }
    }
}

void TableParts::open(std::string path) {
    File file;
    file.whole = look_at(std::move(path));
    note_kind(file.whole.file, file.whole.file_size);
    if (file.whole.file_size == 0) return;
    format_.kind == Kind::hdf5 ? open_hdf5(file) : open_text(file);
    if (file.end > 0) files_.push_back(std::move(file));
}

void TableParts::note_kind(const std::string& path, std::uint64_t size) {
    if (first_file_.empty()) {
        first_file_ = path;
        format_.kind = table::kind_of(step_, path);
    } else if (table::kind_of(step_, path) != format_.kind) {
        throw base::UsageError(path + " and " + first_file_ +
                               " are of one input, and by their names of different formats. Give "
                               "tabular_format, or make two inputs of them");
    }
    if (!format_.first_file.empty() || size == 0) return;
    const bool may_scan = step_.support_multi_line || counts_rows();
    format_ = may_scan ? table::survey(step_, path) : table::format_of(step_, path);
}

bool TableParts::counts_rows() const {
    return step_.row_numbers || step_.mini_batch_size.unit == MiniBatchSize::Unit::rows;
}

void TableParts::open_hdf5(File& file) {
    const auto extent = table::hdf5_extent(format_, file.whole.file);
    file.end = extent.rows;
    file.length = rows_of_part(step_.mini_batch_size, extent);
    file.whole.first_record = static_cast<std::int64_t>(records_before_);
    records_before_ += extent.rows;
}

void TableParts::open_text(File& file) {
    const auto& size = step_.mini_batch_size;
    if (table::is_compressed(file.whole.file)) {
        if (step_.row_numbers) {
            throw base::UsageError(file.whole.file +
                                   " is compressed, so its rows cannot be counted ahead: "
                                   "decompress it, or leave row_numbers out");
        }
        file.end = file.length = Range::kAll;
        return;
    }
    file.end = file.whole.file_size;
    file.scanned = counts_rows() || (format_.multi_line && file.end > size.count);
    file.length = size.count;
    if (!file.scanned) return;
    const auto step = scan_step(size);
    file.length = step * std::clamp<std::uint64_t>(kPieceBytes / step, 1, kPieceSteps);
}

void TableParts::cut_evenly(File& file) {
    while (file.done < file.end && parts_.size() < kPartsAtOnce) {
        auto& part = parts_.emplace_back(file.whole);
        part.begin = file.done;
        part.end = file.end - file.done > file.length ? file.done + file.length : file.end;
        if (part.first_record >= 0) part.first_record += static_cast<std::int64_t>(file.done);
        file.done = part.end;
    }
}

void TableParts::ask(File& file) {
    while (file.scanned && file.done < file.end &&
           asked_ < std::max<std::size_t>(1, tasks_.ahead())) {
        auto piece = file.whole;
        piece.begin = file.done;
        piece.end = std::min(file.end, file.done + file.length);
        file.done = piece.end;
        tasks_.ask({input_, format_, ScanTask{std::move(piece), scan_step(step_.mini_batch_size)}});
        ++asked_;
    }
}

void TableParts::take_piece(File& file, const std::stop_token& stop) {
    if (!cutter_) {
        cutter_.emplace(step_.mini_batch_size, file.whole, records_before_);
        border_ = {};
    }
    const auto answer = tasks_.take(stop);
    if (!answer) return;
    --asked_;
    const auto& scan = std::get<table::PieceScan>(*answer);
    for (const auto& border : table::borders(border_, scan)) {
        cutter_->add(border, parts_);
        border_ = border;
    }
    if (scan.end < file.end) return;
    cutter_->end(parts_);
    records_before_ = cutter_->records_so_far();
    cutter_.reset();
    files_.pop_front();
}

}  // namespace parallel_run::dataset
