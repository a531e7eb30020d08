// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "schema/columns.hpp"

namespace parallel_run::output {

struct RowRange {
    std::uint64_t first = 0;
    std::uint64_t count = 0;
    bool operator==(const RowRange&) const = default;
};

/// How a table of known length is stored and who writes what of it: chunks of about a megabyte,
/// rounds in which every rank writes at most kMaxSlabBytes (or a single row), and no chunk that two
/// ranks or two rounds write to. Pure.
class TableShape {
public:
    static constexpr std::uint64_t kMaxSlabBytes = std::uint64_t{32} << 20;

    /// `columns`: all of the file's, those of the head among them.
    TableShape(const schema::Columns& columns, std::uint64_t rows, int ranks);

    [[nodiscard]] std::uint64_t rows() const { return rows_; }
    /// Rows in a chunk, by column; 0 where there are no rows.
    [[nodiscard]] const std::vector<std::uint64_t>& chunk_rows() const { return chunk_rows_; }
    /// At most so many rows are in a slab.
    [[nodiscard]] std::uint64_t slab_rows() const { return slab_rows_; }
    /// The same for every rank.
    [[nodiscard]] std::uint64_t rounds() const { return rounds_; }
    /// What a rank writes in a round, which may be nothing. All slabs together are all rows.
    [[nodiscard]] RowRange slab(int rank, std::uint64_t round) const;

private:
    [[nodiscard]] RowRange share_of(int rank) const;

    std::uint64_t rows_;
    std::uint64_t ranks_;
    std::vector<std::uint64_t> chunk_rows_;
    std::uint64_t slab_rows_ = 1;
    std::uint64_t unit_rows_ = 1;  ///< shares begin at multiples
    std::uint64_t rounds_ = 0;
};

}  // namespace parallel_run::output
