// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <stop_token>
#include <string>
#include <vector>

#include "config/step.hpp"
#include "dataset/descriptor.hpp"
#include "dataset/file_source.hpp"
#include "dataset/plan_tasks.hpp"

namespace parallel_run::dataset {

/// How much whoever shares the work of gathering rows by key handles at a time.
struct PartitionSizes {
    std::uint64_t piece_bytes = 64 << 20;
    std::uint64_t bucket_bytes = 64 << 20;  ///< more where a key or two have more
};

/// Gathers the rows of one tabular input by their keys (see key_split.hpp): the input is cut into
/// pieces, `tasks` splits them and merges what belongs together, and each key's rows are a
/// mini-batch. They are in an order that depends on the files and their sizes alone. Keeps the path
/// and about 100 bytes of each piece.
class TablePartitions {
public:
    /// All must outlive this; `input` is the position of the input in the step. Removes what an
    /// earlier run left in the directory of `tasks`.
    TablePartitions(const config::Step& step, std::uint32_t input, FileSource& files,
                    PlanTasks& tasks, const PartitionSizes& sizes = {});

    /// The next mini-batch, valid until the next call; null at the end, and soon after `stop` is
    /// requested: then not to be called again. At the end come those of the malformed records,
    /// which have no key: one for each piece that has any. Throws like TableParts::next() and
    /// key_columns().
    const Descriptor* next(const std::stop_token& stop);

    /// Whether there was any file so far.
    [[nodiscard]] bool found_a_file() const { return found_a_file_; }

private:
    void cut(const std::stop_token& stop);
    void split(const std::stop_token& stop);
    bool merge_next(const std::stop_token& stop);
    void remove_split_files() const;
    const Descriptor* next_malformed();

    config::Step step_;  ///< with pieces for mini-batches
    std::uint32_t input_;
    FileSource& files_;
    PlanTasks& tasks_;
    PartitionSizes sizes_;
    std::string directory_;

    bool is_split_ = false;
    bool found_a_file_ = false;
    std::vector<table::Range> pieces_;
    table::Format format_;
    std::uint64_t buckets_ = 0;

    std::uint64_t asked_ = 0;   ///< buckets to be merged
    std::uint64_t merged_ = 0;  ///< of them taken
    std::vector<KeyGroup> groups_;
    std::size_t given_ = 0;                ///< of groups_
    std::vector<table::Range> malformed_;  ///< pieces with such records
    std::size_t malformed_given_ = 0;
    Descriptor descriptor_;
};

}  // namespace parallel_run::dataset
