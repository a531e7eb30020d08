// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <cstring>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "hdf5/reader.hpp"
#include "table/table.hpp"

namespace parallel_run::hdf5 {

constexpr std::uint64_t kRows = 60;  ///< ROWS of make_files.py

inline std::string data_file(const std::string& name) {
    return std::string(PARALLEL_RUN_HDF5_FILES) + "/" + name;
}

/// As a survey of the input makes it.
inline table::Format format_of(const std::string& file, std::vector<std::string> datasets) {
    table::Format format;
    format.kind = table::Kind::hdf5;
    format.datasets = std::move(datasets);
    format.columns = columns(format, file);
    format.first_file = file;
    return format;
}

inline table::Range rows_of(const std::string& file, std::uint64_t begin, std::uint64_t end) {
    table::Range range;
    range.file = file;
    range.begin = begin;
    range.end = end;
    return range;
}

/// Rows of one file, read as a script sees them.
class Part {
public:
    Part(const std::string& file, std::vector<std::string> datasets, std::uint64_t begin = 0,
         std::uint64_t end = table::Range::kAll)
        : format_(format_of(file, std::move(datasets))) {
        make_reader(format_)->read(rows_of(file, begin, end), table_);
        view_ = &table_.view();
    }

    [[nodiscard]] const std::vector<std::string>& columns() const { return format_.columns; }
    [[nodiscard]] std::uint64_t rows() const { return view_->row_count; }
    [[nodiscard]] const parallel_run_column& column(const std::string& name) const {
        for (std::uint64_t i = 0; i < view_->column_count; ++i) {
            if (view_->columns[i]->name == name) return *view_->columns[i];
        }
        throw std::runtime_error("no column " + name);
    }
    template <typename T>
    [[nodiscard]] T number(const std::string& name, std::uint64_t index) const {
        T value;
        std::memcpy(&value, static_cast<const char*>(column(name).values) + index * sizeof value,
                    sizeof value);
        return value;
    }
    [[nodiscard]] std::string_view text(const std::string& name, std::uint64_t row) const {
        const auto& seen = column(name);
        const auto& span = seen.spans[row * seen.span_stride];
        return {seen.bytes + span.begin, span.size};
    }

private:
    table::Format format_;
    table::Table table_;
    const parallel_run_table* view_ = nullptr;
};

/// What make_files.py's word() says.
inline std::string word(std::uint64_t row) {
    return row % 5 == 4 ? "äbc" : std::string("abcd").substr(0, row % 5);
}

}  // namespace parallel_run::hdf5
