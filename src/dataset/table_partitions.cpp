// SPDX-License-Identifier: Apache-2.0
#include "dataset/table_partitions.hpp"

#include <algorithm>
#include <filesystem>
#include <utility>

#include "base/error.hpp"
#include "dataset/key_columns.hpp"
#include "dataset/table_parts.hpp"
#include "table/survey.hpp"

namespace parallel_run::dataset {

namespace {

/// Of small inputs too, so that several can merge them.
constexpr std::uint64_t kUsualBuckets = 16;
constexpr std::uint64_t kSmallestBucket = 64 << 10;

/// By what is known before anything is read: compressed text may be several times as large.
std::uint64_t bucket_count(const std::vector<table::Range>& pieces, std::uint64_t bucket_bytes) {
    std::uint64_t bytes = 0;
    for (const auto& piece : pieces) bytes += std::min(piece.end, piece.file_size) - piece.begin;
    return std::max(
        {std::uint64_t{1}, bytes / bucket_bytes, std::min(kUsualBuckets, bytes / kSmallestBucket)});
}

config::Step with_pieces(config::Step step, std::uint64_t bytes) {
    step.mini_batch_size = {bytes, config::MiniBatchSize::Unit::bytes};
    step.row_numbers = false;
    return step;
}

void make_empty_directory(const std::string& directory) {
    std::error_code error;
    std::filesystem::remove_all(directory, error);
    if (!error) std::filesystem::create_directories(directory, error);
    if (!error) return;
    throw base::EnvironmentError("cannot make an empty directory " + directory + ": " +
                                 error.message());
}

}  // namespace

TablePartitions::TablePartitions(const config::Step& step, std::uint32_t input, FileSource& files,
                                 PlanTasks& tasks, const PartitionSizes& sizes)
    : step_(with_pieces(step, sizes.piece_bytes)),
      input_(input),
      files_(files),
      tasks_(tasks),
      sizes_(sizes),
      directory_(tasks.directory() + "/" + std::to_string(input)) {
    make_empty_directory(directory_);
}

const Descriptor* TablePartitions::next(const std::stop_token& stop) {
    if (!std::exchange(is_split_, true)) {
        cut(stop);
        split(stop);
    }
    while (given_ == groups_.size()) {
        if (stop.stop_requested()) return nullptr;
        if (!merge_next(stop)) return next_malformed();
    }
    const auto& group = groups_[given_++];
    table::Range part;
    part.file = bucket_path(directory_, merged_ - 1);
    part.begin = group.begin;
    part.end = group.end;
    descriptor_ = {input_, {part.file}, part, group.key};
    return &descriptor_;
}

void TablePartitions::cut(const std::stop_token& stop) {
    TableParts parts(step_, input_, files_, tasks_);
    while (const auto* const piece = parts.next(stop)) pieces_.push_back(*piece);
    found_a_file_ = parts.found_a_file();
    if (pieces_.empty() || stop.stop_requested()) return;
    format_ = table::survey(step_, parts.format().first_file);
    (void)key_columns(format_, step_.partition_keys);
    buckets_ = bucket_count(pieces_, sizes_.bucket_bytes);
}

void TablePartitions::split(const std::stop_token& stop) {
    std::size_t asked = 0;
    for (std::size_t taken = 0; taken < pieces_.size(); ++taken) {
        for (; asked < pieces_.size() && asked - taken < tasks_.ahead(); ++asked) {
            tasks_.ask({input_, format_,
                        SplitTask{pieces_[asked], step_.partition_keys, buckets_,
                                  split_path(directory_, asked)}});
        }
        const auto answer = tasks_.take(stop);
        if (!answer) return;
        if (std::get<SplitSummary>(*answer).malformed > 0) malformed_.push_back(pieces_[taken]);
    }
}

void TablePartitions::remove_split_files() const {
    std::error_code ignored;
    for (std::size_t piece = 0; piece < pieces_.size(); ++piece) {
        std::filesystem::remove(split_path(directory_, piece), ignored);
    }
}

/// Takes the groups of the next bucket; returns false when there is none.
bool TablePartitions::merge_next(const std::stop_token& stop) {
    for (; asked_ < buckets_ && asked_ - merged_ < tasks_.ahead(); ++asked_) {
        tasks_.ask({input_, format_, MergeTask{directory_, pieces_.size(), asked_}});
    }
    if (merged_ == buckets_) return false;
    auto answer = tasks_.take(stop);
    if (!answer) return true;
    groups_ = std::get<std::vector<KeyGroup>>(std::move(*answer));
    given_ = 0;
    if (++merged_ == buckets_) remove_split_files();
    return true;
}

const Descriptor* TablePartitions::next_malformed() {
    if (malformed_given_ == malformed_.size()) return nullptr;
    const auto& piece = malformed_[malformed_given_++];
    descriptor_ = {input_, {piece.file}, piece, {}, true};
    return &descriptor_;
}

}  // namespace parallel_run::dataset
