// SPDX-License-Identifier: Apache-2.0
#include "output/table_reader.hpp"

#include <algorithm>
#include <utility>

#include "output/column_buffers.hpp"
#include "output/hdf5_table.hpp"

namespace parallel_run::output {

namespace {

class TableBytes : public journal::DataBytes {
public:
    TableBytes(Hdf5Table table, const schema::Columns& columns)
        : table_(std::move(table)),
          slab_rows_(TableShape(columns, table_.rows(), 1).slab_rows()),
          columns_(columns, std::min(slab_rows_, std::max<std::uint64_t>(1, table_.rows()))) {}

    [[nodiscard]] std::uint64_t size() const override {
        return table_.rows() * columns_.row_bytes();
    }

    base::Result<std::size_t> read(std::uint64_t offset, std::span<char> part) override {
        if (offset >= size()) return std::size_t{0};
        const auto first = offset / columns_.row_bytes() / slab_rows_ * slab_rows_;
        if (auto error = load(first); !error.empty()) return base::Failure{error};
        const auto at = offset - first * columns_.row_bytes();
        return packed_.copy(part.data(), part.size(), at);
    }

private:
    /// The slab that begins with that row.
    std::string load(std::uint64_t first) {
        if (first == first_ && !packed_.empty()) return {};
        packed_.clear();
        const RowRange rows{first, std::min(slab_rows_, table_.rows() - first)};
        if (auto error = table_.read(rows, columns_.data()); !error.empty()) return error;
        columns_.pack(rows.count, packed_);
        first_ = first;
        return {};
    }

    Hdf5Table table_;
    std::uint64_t slab_rows_;
    ColumnBuffers columns_;
    std::uint64_t first_ = 0;
    std::string packed_;
};

}  // namespace

base::Result<std::unique_ptr<journal::DataBytes>> open_table(const std::string& path,
                                                             const schema::Columns& columns) {
    const auto all = schema::with_head(columns);
    auto table = Hdf5Table::open(path, all);
    if (!table) return base::Failure{table.error()};
    return std::unique_ptr<journal::DataBytes>(
        std::make_unique<TableBytes>(std::move(table.value()), all));
}

}  // namespace parallel_run::output
