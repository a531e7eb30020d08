// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <parallel_run/entry_script.h>

#include "dataset/descriptor.hpp"
#include "dataset/partition_key.hpp"
#include "entry_host/part_lines.hpp"
#include "entry_host/table_input.hpp"

namespace parallel_run::entry_host {

/// From a mini-batch's descriptor to what run() is called with. One thread.
class MiniBatchInput {
public:
    /// `formats` has one for each input where they are tables, and none where items are files.
    MiniBatchInput(std::vector<std::string> input_names, std::vector<table::Format> formats);

    /// Goes on with the mini-batch that is described so. Returns whether the bytes make sense; they
    /// must stay until the next call.
    bool begin(std::string_view descriptor);
    /// Of what follows: reads a table now, while the script works on another.
    void expect(std::string_view descriptor);

    /// Reads the table, if it is one; throws table::ReadError.
    void read();

    /// For run(), valid until the next begin(); to be called once it is read.
    parallel_run_mini_batch view(std::uint64_t index, std::uint32_t attempt);

    /// Records that are no rows; none where items are files.
    [[nodiscard]] const table::Table* table() const { return table_; }
    /// Records, malformed or not; 0 where items are files.
    [[nodiscard]] std::uint64_t record_count() const {
        return table_ == nullptr ? 0 : table_->record_count();
    }
    /// What run() is called with: files or rows.
    [[nodiscard]] std::uint64_t run_item_count() const {
        return table_ == nullptr ? descriptor_.files.size() : table_->row_count;
    }
    /// Files, or the part of the file that the table is.
    [[nodiscard]] const dataset::DescriptorView& descriptor() const { return descriptor_; }

    /// An item, as messages name it.
    [[nodiscard]] std::string item_text(std::uint64_t item);
    [[nodiscard]] std::string record_text(const table::BadRecord& record);

private:
    void end_paths_with_zero();
    void show_key(parallel_run_mini_batch& mini_batch);
    [[nodiscard]] std::uint32_t format_of(const dataset::DescriptorView& descriptor) const;
    [[nodiscard]] bool is_known(const dataset::DescriptorView& descriptor) const;
    [[nodiscard]] std::string place_text(std::uint64_t position);

    std::vector<std::string> input_names_;
    std::vector<table::Format> formats_;
    std::optional<TableInput> tables_;
    dataset::DescriptorView descriptor_;
    dataset::DescriptorView expected_;
    table::Table* table_ = nullptr;
    PartLines lines_;
    std::string path_bytes_;
    std::vector<const char*> paths_;
    dataset::PartitionKey key_;
    std::string key_text_;  ///< empty: the items have no key in common
    std::vector<const char*> key_names_;
    std::vector<const char*> key_values_;
};

}  // namespace parallel_run::entry_host
