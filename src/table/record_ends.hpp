// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "table/format.hpp"

namespace parallel_run::table {

/// The character between two of which a line break is data; nothing where every line break ends a
/// record.
inline std::optional<char> border_quote(const Format& format) {
    const bool multi_line = format.kind == Kind::delimited && format.multi_line;
    return multi_line ? format.quote : std::nullopt;
}

/// A line without its line feed and the carriage return before that.
inline std::string_view without_line_end(std::string_view line) {
    if (!line.ends_with('\n')) return line;
    line.remove_suffix(1);
    if (line.ends_with('\r')) line.remove_suffix(1);
    return line;
}

/// Finds the ends of records in text that comes in pieces: line feeds that an even number of quotes
/// precedes.
class RecordEnds {
public:
    static constexpr auto kNone = std::string_view::npos;

    explicit RecordEnds(std::optional<char> quote, bool inside_quotes = false)
        : quote_(quote), inside_(inside_quotes) {}

    /// The size of `text` up to and with the first record's end; the next piece is what follows it.
    /// kNone: no record ends here, and the next piece is what follows `text`.
    std::size_t find(std::string_view text);

    /// Goes over `text` whatever ends in it.
    void pass(std::string_view text);

private:
    std::optional<char> quote_;
    bool inside_;
};

}  // namespace parallel_run::table
