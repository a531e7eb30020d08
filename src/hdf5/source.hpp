// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "hdf5/dataset.hpp"
#include "hdf5/handle.hpp"
#include "table/format.hpp"
#include "table/hdf5.hpp"
#include "table/table.hpp"

namespace parallel_run::hdf5 {

/// The datasets of one open file that make an input's rows: one beside the other.
class Source {
public:
    /// Throws table::ReadError, also when the datasets' first dimensions differ.
    Source(const table::Format& format, const std::string& file);

    [[nodiscard]] const std::string& file() const { return file_; }
    [[nodiscard]] table::Hdf5Extent extent() const;
    /// As in table::Format.
    [[nodiscard]] std::vector<std::string> columns() const;

    /// Replaces the table's columns by those of the rows [begin, end). Precondition: begin <= end
    /// <= the number of rows. Throws table::ReadError, and the columns then have any content.
    void read(std::uint64_t begin, std::uint64_t end, table::Table& table, table::Buffer& scratch);

private:
    void check_rows() const;
    void name_columns();

    std::string file_;
    Handle handle_;
    std::vector<Dataset> datasets_;
    std::vector<ColumnShape> columns_;  ///< of all datasets, each name once
};

}  // namespace parallel_run::hdf5
