// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <parallel_run/entry_script.h>

#include "base/codec.hpp"

namespace parallel_run::schema {

/// A column of an output that is a table, as init() declared it.
struct Column {
    std::string name;
    std::uint32_t type = PARALLEL_RUN_TEXT;  ///< of parallel_run_type
    std::uint64_t text_size = 0;             ///< bytes of one text; 0 for numbers
    std::vector<std::uint64_t> dimensions;   ///< of a row's values; none: a single one

    bool operator==(const Column&) const = default;

    /// Of one value, and of all values of a row.
    [[nodiscard]] std::uint64_t value_bytes() const;
    [[nodiscard]] std::uint64_t row_bytes() const;
};
using Columns = std::vector<Column>;

/// Before each row's values: the indexes of its mini-batch and of its item there, 64 bits each.
inline constexpr std::uint64_t kRowHeadBytes = 16;
inline constexpr const char* kMiniBatchColumn = "mini_batch";
inline constexpr const char* kItemColumn = "item";

inline constexpr std::uint64_t kMaxRowBytes = std::uint64_t{256} << 20;
inline constexpr std::uint64_t kMaxDimensions = 31;  ///< HDF5 has 32, the row's among them
inline constexpr std::uint64_t kMaxNameBytes = 255;
inline constexpr std::uint64_t kMaxEncodedBytes = 32 << 10;

/// Why they cannot be the columns of an output, as a sentence; empty: they can.
std::string fault_of(const Columns& columns);

/// What follows has columns without fault as its precondition.

/// Of the values of a row, in the order of the columns without gaps, and of the whole row.
std::uint64_t record_bytes(const Columns& columns);
inline std::uint64_t row_bytes(const Columns& columns) {
    return kRowHeadBytes + record_bytes(columns);
}
/// All that a row of the file has: the two of its head, then those declared.
Columns with_head(const Columns& columns);

/// "float32[64] embedding", "text of 32 bytes name".
std::string describe(const Column& column);
/// The first difference, as "column 2 is int32 label in X and int64 label in Y"; empty: none.
std::string difference(const Columns& x, const std::string& in_x, const Columns& y,
                       const std::string& in_y);

void encode(const Columns& columns, base::Encoder& out);
/// Columns without fault, or the decoder fails.
Columns decode_columns(base::Decoder& in);

}  // namespace parallel_run::schema
