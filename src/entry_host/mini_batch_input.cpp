// SPDX-License-Identifier: Apache-2.0
#include "entry_host/mini_batch_input.hpp"

#include <utility>

namespace parallel_run::entry_host {

namespace {

/// Rows that were gathered by their keys have no header above them.
std::vector<table::Format> with_gathered(std::vector<table::Format> formats) {
    const auto inputs = formats.size();
    for (std::size_t i = 0; i < inputs; ++i) {
        formats.push_back(formats[i]);
        formats.back().header = config::Header::none;
    }
    return formats;
}

}  // namespace

MiniBatchInput::MiniBatchInput(std::vector<std::string> input_names,
                               std::vector<table::Format> formats)
    : input_names_(std::move(input_names)), formats_(std::move(formats)) {
    if (!formats_.empty()) tables_.emplace(with_gathered(formats_));
}

/// The position among those that with_gathered() made.
std::uint32_t MiniBatchInput::format_of(const dataset::DescriptorView& descriptor) const {
    const auto inputs = static_cast<std::uint32_t>(formats_.size());
    return descriptor.input + (descriptor.partition_key.empty() ? 0 : inputs);
}

bool MiniBatchInput::begin(std::string_view descriptor) {
    table_ = nullptr;
    lines_.begin();
    key_ = {};
    key_text_.clear();
    if (!dataset::decode(descriptor, descriptor_) || !is_known(descriptor_)) return false;
    key_text_ = descriptor_.partition_key;
    return key_text_.empty() || dataset::parse_key(key_text_, key_);
}

void MiniBatchInput::expect(std::string_view descriptor) {
    if (!tables_ || !dataset::decode(descriptor, expected_) || !is_known(expected_)) return;
    if (expected_.is_table) tables_->expect(format_of(expected_), expected_.part);
}

bool MiniBatchInput::is_known(const dataset::DescriptorView& descriptor) const {
    return descriptor.input < input_names_.size() &&
           (!descriptor.is_table || descriptor.input < formats_.size());
}

void MiniBatchInput::read() {
    if (!descriptor_.is_table) return;
    table_ = &tables_->take(format_of(descriptor_), descriptor_.part);
    if (descriptor_.only_malformed) table_->leave_out_rows();
}

parallel_run_mini_batch MiniBatchInput::view(std::uint64_t index, std::uint32_t attempt) {
    end_paths_with_zero();
    parallel_run_mini_batch mini_batch{};
    mini_batch.size = sizeof mini_batch;
    mini_batch.attempt = attempt;
    mini_batch.index = index;
    mini_batch.input_name = input_names_[descriptor_.input].c_str();
    mini_batch.file_count = paths_.size();
    mini_batch.files = paths_.data();
    mini_batch.table = table_ == nullptr ? nullptr : &table_->view();
    show_key(mini_batch);
    return mini_batch;
}

void MiniBatchInput::show_key(parallel_run_mini_batch& mini_batch) {
    if (key_.names.empty()) return;
    key_names_.clear();
    key_values_.clear();
    for (const auto& name : key_.names) key_names_.push_back(name.c_str());
    for (const auto& value : key_.values) key_values_.push_back(value.c_str());
    mini_batch.partition_key = key_text_.c_str();
    mini_batch.partition_key_count = key_.names.size();
    mini_batch.partition_key_names = key_names_.data();
    mini_batch.partition_key_values = key_values_.data();
}

void MiniBatchInput::end_paths_with_zero() {
    path_bytes_.clear();
    for (const auto path : descriptor_.files) path_bytes_.append(path).push_back('\0');
    paths_.clear();
    const auto* next = path_bytes_.data();
    for (const auto path : descriptor_.files) {
        paths_.push_back(next);
        next += path.size() + 1;
    }
}

std::string MiniBatchInput::item_text(std::uint64_t item) {
    if (table_ == nullptr) {
        if (item < descriptor_.files.size()) return std::string(descriptor_.files[item]);
    } else if (!key_text_.empty()) {
        return key_text_ + " row " + std::to_string(item);
    } else if (item < table_->records.size()) {
        return place_text(table_->position + table_->records[item].begin);
    } else if (item < table_->row_count) {
        return place_text(table_->position + item);
    }
    return "item " + std::to_string(item);
}

std::string MiniBatchInput::record_text(const table::BadRecord& record) {
    return place_text(record.position);
}

/// "/data/a.csv:12" as compilers and editors have it; where that would take long, by the byte.
std::string MiniBatchInput::place_text(std::uint64_t position) {
    const auto& file = descriptor_.part.file;
    if (formats_[descriptor_.input].kind == table::Kind::hdf5) {
        return file + " row " + std::to_string(position);
    }
    if (const auto line = lines_.at(*table_, position)) return file + ":" + std::to_string(*line);
    return file + " byte " + std::to_string(position);
}

}  // namespace parallel_run::entry_host
