// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <cstring>
#include <deque>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <parallel_run/table.hpp>

namespace parallel_run::test {

/// A table as a text format gives it: all fields row by row in one piece of bytes. It begins at
/// byte 100 of its file.
class TextTable {
public:
    using Record = std::vector<std::optional<std::string>>;  ///< nothing: an absent field

    TextTable(std::vector<std::string> names, const std::vector<Record>& records)
        : names_(std::move(names)) {
        for (const auto& record : records) add(record);
        for (std::size_t i = 0; i < names_.size(); ++i) add_column(i);
        raw.size = sizeof raw;
        raw.file = "/data/a.csv";
        raw.row_count = records.size();
        raw.column_count = names_.size();
        raw.columns = pointers_.data();
        raw.position = 100;
        raw.bytes = bytes_.data();
        raw.records = records_.data();
        raw.first_record = -1;
    }
    TextTable(const TextTable&) = delete;
    TextTable& operator=(const TextTable&) = delete;

    parallel_run_table raw{};

private:
    void add(const Record& record) {
        const auto begin = static_cast<std::uint32_t>(bytes_.size());
        for (const auto& field : record) {
            spans_.push_back({0, PARALLEL_RUN_ABSENT});
            if (!field) continue;
            if (bytes_.size() > begin) bytes_.push_back(',');
            spans_.back() = {static_cast<std::uint32_t>(bytes_.size()),
                             static_cast<std::uint32_t>(field->size())};
            bytes_.append(*field);
        }
        records_.push_back({begin, static_cast<std::uint32_t>(bytes_.size()) - begin});
        bytes_.push_back('\n');
    }

    void add_column(std::size_t i) {
        auto& column = columns_.emplace_back();
        column.size = sizeof column;
        column.type = PARALLEL_RUN_TEXT;
        column.name = names_[i].c_str();
        column.bytes = bytes_.data();
        column.spans = spans_.data() + i;
        column.span_stride = names_.size();
        pointers_.push_back(&column);
    }

    std::vector<std::string> names_;
    std::string bytes_;
    std::vector<parallel_run_span> spans_;
    std::vector<parallel_run_span> records_;
    std::deque<parallel_run_column> columns_;
    std::vector<const parallel_run_column*> pointers_;
};

/// A table as HDF5 gives it: each column by itself. Its first row is record 1000 of its file.
class ColumnTable {
public:
    explicit ColumnTable(std::uint64_t row_count) {
        raw.size = sizeof raw;
        raw.file = "/data/a.h5";
        raw.row_count = row_count;
        raw.position = 1000;
        raw.first_record = -1;
    }
    ColumnTable(const ColumnTable&) = delete;
    ColumnTable& operator=(const ColumnTable&) = delete;

    template <typename T>
    ColumnTable& add(const std::string& name, const std::vector<T>& values,
                     std::vector<std::uint64_t> dimensions = {}) {
        auto& bytes = bytes_.emplace_back(values.size() * sizeof(T), '\0');
        if (!values.empty()) std::memcpy(bytes.data(), values.data(), bytes.size());
        auto& column = add_column(name, detail::type_of<T>());
        column.values = bytes.data();
        column.dimension_count = dimensions.size();
        column.dimensions = dimensions_.emplace_back(std::move(dimensions)).data();
        return *this;
    }

    ColumnTable& add_text(const std::string& name, const std::vector<std::string>& texts) {
        auto& bytes = bytes_.emplace_back();
        auto& spans = spans_.emplace_back();
        for (const auto& text : texts) {
            spans.push_back({static_cast<std::uint32_t>(bytes.size()),
                             static_cast<std::uint32_t>(text.size())});
            bytes.append(text);
        }
        auto& column = add_column(name, PARALLEL_RUN_TEXT);
        column.bytes = bytes.data();
        column.spans = spans.data();
        column.span_stride = 1;
        return *this;
    }

    parallel_run_table raw{};

private:
    parallel_run_column& add_column(const std::string& name, parallel_run_type type) {
        auto& column = columns_.emplace_back();
        column.size = sizeof column;
        column.type = type;
        column.name = names_.emplace_back(name).c_str();
        pointers_.push_back(&column);
        raw.column_count = pointers_.size();
        raw.columns = pointers_.data();
        return column;
    }

    std::deque<std::string> names_;
    std::deque<std::string> bytes_;
    std::deque<std::vector<std::uint64_t>> dimensions_;
    std::deque<std::vector<parallel_run_span>> spans_;
    std::deque<parallel_run_column> columns_;
    std::vector<const parallel_run_column*> pointers_;
};

}  // namespace parallel_run::test
