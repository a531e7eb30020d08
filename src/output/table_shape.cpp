// SPDX-License-Identifier: Apache-2.0
#include "output/table_shape.hpp"

#include <algorithm>
#include <bit>

namespace parallel_run::output {

namespace {

constexpr std::uint64_t kChunkBytes = std::uint64_t{1} << 20;
/// Fewer are not worth a chunk of their own, so a small table is one rank's.
constexpr std::uint64_t kLeastShareBytes = std::uint64_t{64} << 10;

/// A power of two, so that the smaller of any two divides the larger.
std::uint64_t rows_within(std::uint64_t bytes, std::uint64_t row_bytes) {
    return std::bit_floor(std::max<std::uint64_t>(1, bytes / row_bytes));
}

std::uint64_t divided_up(std::uint64_t amount, std::uint64_t parts) {
    return amount / parts + (amount % parts == 0 ? 0 : 1);
}

}  // namespace

TableShape::TableShape(const schema::Columns& columns, std::uint64_t rows, int ranks)
    : rows_(rows), ranks_(static_cast<std::uint64_t>(ranks)) {
    const auto row_bytes = schema::record_bytes(columns);
    slab_rows_ = rows_within(kMaxSlabBytes, row_bytes);
    const auto share = std::max(std::bit_floor(std::max<std::uint64_t>(1, rows_ / ranks_)),
                                rows_within(kLeastShareBytes, row_bytes));
    for (const auto& column : columns) {
        const auto chunk =
            std::min({rows_within(kChunkBytes, column.row_bytes()), slab_rows_, share});
        unit_rows_ = std::max(unit_rows_, chunk);
        chunk_rows_.push_back(std::min(chunk, rows_));
    }
    std::uint64_t largest = 0;
    for (int rank = 0; rank < ranks; ++rank) largest = std::max(largest, share_of(rank).count);
    rounds_ = divided_up(largest, slab_rows_);
}

RowRange TableShape::share_of(int rank) const {
    const auto units = divided_up(rows_, unit_rows_);
    const auto each = units / ranks_;
    const auto more = units % ranks_;  // of the first ranks, one each
    const auto number = static_cast<std::uint64_t>(rank);
    const auto first = (number * each + std::min(number, more)) * unit_rows_;
    const auto count = (each + (number < more ? 1 : 0)) * unit_rows_;
    const auto begin = std::min(first, rows_);
    return {begin, std::min(count, rows_ - begin)};
}

RowRange TableShape::slab(int rank, std::uint64_t round) const {
    const auto share = share_of(rank);
    const auto done = std::min(round * slab_rows_, share.count);
    return {share.first + done, std::min(slab_rows_, share.count - done)};
}

}  // namespace parallel_run::output
