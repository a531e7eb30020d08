// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "table/format.hpp"
#include "table/table.hpp"

namespace parallel_run::table {

/// Splits delimited text (RFC 4180) into records and fields. Knows no file.
class DelimitedParser {
public:
    /// Of the format: delimiter, quote, multi_line, and the number of columns that a record must
    /// have.
    explicit DelimitedParser(const Format& format);

    /// Splits all of `table.bytes`, which are whole records, into fields, records and bad records,
    /// leaving out the first `skip` records and all after the next `count`. Empty lines are no
    /// records. Fields whose quotes are doubled inside are appended to `bytes` without them.
    void parse(Table& table, std::uint64_t skip, std::uint64_t count);
};

/// The fields of one record without its line end. Throws ReadError for one that is malformed.
std::vector<std::string> split_record(const Format& format, std::string_view record);

}  // namespace parallel_run::table
