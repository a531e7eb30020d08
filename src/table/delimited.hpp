// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "table/format.hpp"
#include "table/table.hpp"

namespace parallel_run::table {

// Delimited text is RFC 4180's, and what people write besides. Records end at line feeds, with or
// without a carriage return before, and at the text's end; empty ones do not count. A field may
// stand between quotes, those inside it doubled. Delimiter and quote are two bytes of any value but
// those of a line end.
//
// Without multi_line every line feed ends a record, and a quote inside a field that does not begin
// with one is data. With multi_line a line feed ends a record when an even number of quotes stand
// before it, whatever surrounds them: so readers that begin anywhere agree, and such a quote makes
// its record a bad one.

/// Splits delimited text into records and fields. Knows no file. One thread at a time.
class DelimitedParser {
public:
    /// Of the format: delimiter, quote, multi_line, and the number of columns that a record must
    /// have (and `header` for what it says where one has not). Throws ReadError when delimiter and
    /// quote are the same byte, or one of a line end.
    explicit DelimitedParser(Format format);

    /// Splits all of `table.bytes`, which are whole records and begin outside quotes, into fields,
    /// records and bad records, leaving out the first `skip` records and all after the next
    /// `count`. Of `table` nothing but the columns, `position` and what is of the file may be set
    /// besides. Records are numbered from the first one that is not left out. Fields whose quotes
    /// are doubled inside are appended to `bytes` without them. Throws ReadError when that makes
    /// more bytes than a span can address.
    void parse(Table& table, std::uint64_t skip, std::uint64_t count);

private:
    Format format_;
};

/// The fields of one record without its line end. Throws ReadError for one that is malformed; the
/// message does not say where it stands.
std::vector<std::string> split_record(const Format& format, std::string_view record);

}  // namespace parallel_run::table
