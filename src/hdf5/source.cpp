// SPDX-License-Identifier: Apache-2.0
#include "hdf5/source.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <span>

#include "hdf5/failure.hpp"
#include "hdf5/file.hpp"

namespace parallel_run::hdf5 {

namespace {

/// "name: float32[3,4]"
std::string described(const ColumnShape& column) {
    auto text = column.name + ": " + name_of(column.type);
    for (std::size_t i = 0; i < column.dimensions.size(); ++i) {
        text += (i == 0 ? "[" : ",") + std::to_string(column.dimensions[i]);
    }
    return column.dimensions.empty() ? text : text + "]";
}

}  // namespace

Source::Source(const table::Format& format, const std::string& file)
    : file_(file), handle_(open_file(file)) {
    for (const auto& path : chosen_paths(handle_.get(), file, format.datasets)) {
        datasets_.emplace_back(handle_.get(), file, path);
    }
    check_rows();
    name_columns();
}

void Source::check_rows() const {
    const auto& first = datasets_.front();
    for (const auto& dataset : datasets_) {
        if (dataset.rows() == first.rows()) continue;
        fail(file_, "has " + std::to_string(first.rows()) + " rows in " + first.path() + " and " +
                        std::to_string(dataset.rows()) + " in " + dataset.path() +
                        ". Datasets that are read together have as many rows");
    }
}

void Source::name_columns() {
    std::map<std::string, int> uses;
    for (const auto& dataset : datasets_) {
        for (const auto& column : dataset.columns()) {
            ++uses[column.name];
            columns_.push_back(column);
        }
    }
    std::set<std::string> names;
    for (auto& column : columns_) {
        if (uses[column.name] > 1) column.name = column.full_name;
        if (names.insert(column.name).second) continue;
        fail(file_, "has two columns named " + column.name + ". Does hdf5_dataset name one twice?");
    }
}

table::Hdf5Extent Source::extent() const {
    table::Hdf5Extent extent;
    extent.rows = datasets_.front().rows();
    const auto largest = std::max_element(
        datasets_.begin(), datasets_.end(),
        [](const auto& a, const auto& b) { return a.chunk_bytes() < b.chunk_bytes(); });
    extent.chunk_rows = largest->chunk_rows();
    for (const auto& dataset : datasets_) extent.row_bytes += dataset.row_bytes();
    return extent;
}

std::vector<std::string> Source::columns() const {
    std::vector<std::string> texts;
    for (const auto& column : columns_) texts.push_back(described(column));
    return texts;
}

void Source::read(std::uint64_t begin, std::uint64_t end, table::Table& table,
                  table::Buffer& scratch) {
    table.columns.resize(columns_.size());
    for (std::size_t i = 0; i < columns_.size(); ++i) {
        table.columns[i].name = columns_[i].name;
        table.columns[i].type = columns_[i].type;
        table.columns[i].dimensions = columns_[i].dimensions;
    }
    std::span<table::Column> rest(table.columns);
    for (const auto& dataset : datasets_) {
        const auto mine = rest.first(dataset.columns().size());
        rest = rest.subspan(mine.size());
        dataset.read(begin, end - begin, mine, scratch);
    }
}

}  // namespace parallel_run::hdf5
