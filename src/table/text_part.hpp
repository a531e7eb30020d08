// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>

#include "table/format.hpp"
#include "table/range.hpp"
#include "table/table.hpp"
#include "table/text_file.hpp"
#include "table/text_limits.hpp"

namespace parallel_run::table {

/// Reads the records that begin in a part of a file. Knows no fields.
class TextPart {
public:
    /// All are used until the object's end. `rows_begin` as the function of that name says.
    TextPart(const TextFile& file, const Format& format, std::uint64_t rows_begin,
             const TextLimits& limits)
        : file_(file), format_(format), rows_begin_(rows_begin), limits_(limits) {}

    /// Replaces `table.bytes` by the part's whole records, and sets `table.position`. Returns the
    /// place in `bytes` of a last record that is longer than the limit; of that only the beginning
    /// is there. Throws ReadError.
    std::optional<std::uint64_t> read(const Range& part, Table& table) const;

private:
    void read_compressed(Table& table) const;
    [[nodiscard]] std::optional<std::uint64_t> find_first(const Range& part,
                                                          std::uint64_t end) const;
    std::optional<std::uint64_t> finish_last(std::uint64_t position, std::uint64_t part_size,
                                             Buffer& bytes) const;
    void check_size(std::uint64_t bytes) const;

    const TextFile& file_;
    const Format& format_;
    std::uint64_t rows_begin_;
    const TextLimits& limits_;
};

}  // namespace parallel_run::table
