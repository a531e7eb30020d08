// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "hdf5/element.hpp"
#include "table/table.hpp"

namespace parallel_run::hdf5 {

/// A column before it has values.
struct ColumnShape {
    std::string name;
    std::string full_name;  ///< with the whole path of its dataset: where names agree
    parallel_run_type type = PARALLEL_RUN_TEXT;
    std::vector<std::uint64_t> dimensions;
};

/// An open dataset: its first dimension is the rows.
class Dataset {
public:
    /// Throws table::ReadError, also for a type that no column can have and for a filter that is
    /// not installed. `path` is absolute; the file must outlive the dataset.
    Dataset(hid_t file, const std::string& file_name, const std::string& path);

    [[nodiscard]] const std::string& path() const { return path_; }
    [[nodiscard]] std::uint64_t rows() const { return dimensions_[0]; }
    /// 1: not chunked.
    [[nodiscard]] std::uint64_t chunk_rows() const { return chunk_.empty() ? 1 : chunk_[0]; }
    [[nodiscard]] std::uint64_t chunk_bytes() const;
    /// In memory. Text of variable length counts with a guess.
    [[nodiscard]] std::uint64_t row_bytes() const;
    [[nodiscard]] const std::vector<ColumnShape>& columns() const { return columns_; }

    /// Appends rows to columns, as many as columns(). What has to be taken apart goes by way of
    /// `scratch`. Precondition: begin + count <= rows(). Throws table::ReadError.
    void read(std::uint64_t begin, std::uint64_t count, std::span<table::Column> columns,
              table::Buffer& scratch) const;

private:
    void open(hid_t file);
    void take_shape();
    void take_chunk(hid_t creation);
    void check_filters(hid_t creation) const;
    void size_chunk_cache(hid_t file, hid_t creation);
    void name_columns();
    [[nodiscard]] std::uint64_t piece_rows() const;
    void read_piece(std::uint64_t begin, std::uint64_t count, std::span<table::Column> columns,
                    table::Buffer& scratch) const;
    void transfer(std::uint64_t begin, std::uint64_t count, hid_t properties, char* to) const;
    [[noreturn]] void too_much(const std::string& what) const;

    std::string path_;
    std::string where_;  ///< for messages: the file and the dataset
    Handle dataset_;
    std::vector<hsize_t> dimensions_;
    std::vector<hsize_t> chunk_;  ///< empty: not chunked
    Element element_;
    std::uint64_t elements_per_row_ = 1;
    std::vector<ColumnShape> columns_;
};

}  // namespace parallel_run::hdf5
