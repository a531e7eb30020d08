// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "table/format.hpp"
#include "table/table.hpp"

namespace parallel_run::table {

/// Replaces `lines` by the lines of `text` that are not empty, without their ends; leaves out the
/// first `skip` of them and all after the next `count`.
void split_lines(std::string_view text, std::uint64_t skip, std::uint64_t count,
                 std::vector<parallel_run_span>& lines);

/// One record a line, which is its only field. Knows no file.
class LinesParser {
public:
    explicit LinesParser(const Format& /*format*/) {}

    /// As DelimitedParser::parse().
    void parse(Table& table, std::uint64_t skip, std::uint64_t count) const;
};

}  // namespace parallel_run::table
