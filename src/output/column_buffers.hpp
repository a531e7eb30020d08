// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "schema/columns.hpp"

namespace parallel_run::output {

/// The same rows in two forms: packed one after another, as epochs write them, and column by
/// column, as a table stores them.
class ColumnBuffers {
public:
    /// `columns`: all of a packed row, in its order. Room for so many rows.
    ColumnBuffers(const schema::Columns& columns, std::uint64_t rows);

    [[nodiscard]] std::uint64_t row_bytes() const { return row_bytes_; }
    /// Takes whole packed rows; the first becomes row `at`. Precondition: there is room.
    void unpack(std::string_view rows, std::uint64_t at);
    /// The first `count` rows, packed.
    void pack(std::uint64_t count, std::string& rows) const;

    /// By column, the first row's first value.
    [[nodiscard]] std::vector<void*> data();

private:
    struct Part {
        std::uint64_t bytes;  ///< of a row
        std::string values;
    };
    std::vector<Part> parts_;
    std::uint64_t row_bytes_ = 0;
};

}  // namespace parallel_run::output
