// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "table/format.hpp"

namespace parallel_run::table {

/// What a record of delimited text is to become: a row, or a bad record.
struct DelimitedOutcome {
    std::uint64_t position = 0;
    std::string record;               ///< of a row, without its line end
    std::vector<std::string> fields;  ///< of a row
    std::string fault;                ///< of a bad record: words of the reason; empty for a row
};

/// Reads text byte by byte, with no thought of speed and nothing in common with DelimitedParser.
std::vector<DelimitedOutcome> read_delimited(const Format& format, std::string_view text);

/// Cuts `text` at the first lines that begin at or after each of `cuts` (which rise), lets
/// DelimitedParser take of each piece all but the first `skip` records and then `count`, and
/// compares with the reference. Returns what differs; nothing when they agree.
std::string difference_from_reference(const Format& format, std::string_view text,
                                      const std::vector<std::size_t>& cuts, std::uint64_t skip,
                                      std::uint64_t count);

}  // namespace parallel_run::table
