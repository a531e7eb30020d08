// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <simdjson.h>

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "table/format.hpp"
#include "table/table.hpp"

namespace parallel_run::table {

/// One JSON object a line (RFC 8259); its members are fields by their names. A string is its
/// characters, everything else its JSON text as it is in the file, null and what is not there are
/// absent. The last of several members of one name counts. Knows no file.
class JsonLinesParser {
public:
    /// Of the format: columns.
    explicit JsonLinesParser(const Format& format);

    /// As DelimitedParser::parse(). Strings that are written with escapes are appended to `bytes`.
    void parse(Table& table, std::uint64_t skip, std::uint64_t count);

private:
    class ObjectText;

    simdjson::error_code add_row(Table& table, const parallel_run_span& line);
    parallel_run_span take_value(const simdjson::dom::element& value, ObjectText& text,
                                 const Buffer& bytes);
    [[nodiscard]] std::optional<std::size_t> column_of(std::string_view name,
                                                       std::size_t likely) const;

    std::vector<std::string> names_;
    std::map<std::string, std::size_t, std::less<>> columns_;
    simdjson::dom::parser parser_;
    std::vector<parallel_run_span> lines_;
    Buffer unescaped_;
};

/// The names of the members of the JSON object that `record` is, in their order. Throws ReadError
/// with simdjson's word when it is none.
std::vector<std::string> json_members(std::string_view record);

}  // namespace parallel_run::table
