// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "base/codec.hpp"
#include "table/format.hpp"
#include "table/range.hpp"

namespace parallel_run::table {

// Where quotes may hold line breaks, whether a byte is between quotes depends on all bytes before
// it, and so does the number of a record. A file is still looked through in pieces, in parallel:
// each piece is counted for both cases, and adding the counts up in order tells which one it was.

/// What the records of a piece of a text file come to.
struct PieceScan {
    /// A step of the piece; the last one may be shorter.
    struct Stretch {
        bool odd_quotes = false;
        /// That begin here if the piece's first byte is not between quotes ...
        std::uint64_t records_outside = 0;
        std::uint64_t records_inside = 0;  ///< ... and if it is

        bool operator==(const Stretch&) const = default;
    };

    std::uint64_t begin = 0;
    std::uint64_t end = 0;
    std::uint64_t step = 1;
    std::vector<Stretch> stretches;

    bool operator==(const PieceScan&) const = default;
};

/// Counts a piece whose bytes come one lot after another. Pure.
class PieceScanner {
public:
    /// `quote`: border_quote() of the format. `rows_begin`: lines before this byte are no records,
    /// as the function of that name says. `before`: the byte before `begin`. `step` is at least 1.
    PieceScanner(std::optional<char> quote, std::uint64_t rows_begin, std::uint64_t begin,
                 std::uint64_t step, std::optional<char> before);

    /// `after`: the byte that follows `bytes` in the file; nothing at its end.
    void add(std::string_view bytes, std::optional<char> after);

    [[nodiscard]] const PieceScan& result() const { return scan_; }

private:
    void count(std::string_view bytes, std::optional<char> after);

    std::optional<char> quote_;
    std::uint64_t rows_begin_;
    PieceScan scan_;
    bool after_line_end_;
    bool odd_quotes_ = false;  ///< from the piece's first byte on
};

/// Reads a piece of a file, as a rule much larger than `step`, which is at least 1. Throws
/// ReadError, also when the file changed. Not for compressed files.
PieceScan scan_piece(const Format& format, const Range& piece, std::uint64_t step);

/// A place in a file, and what comes before it.
struct Border {
    std::uint64_t position = 0;
    bool inside_quotes = false;
    std::uint64_t records_before = 0;  ///< those that begin before it; a header is none

    bool operator==(const Border&) const = default;
};

/// The ends of the piece's stretches. `at`: where the piece begins: Border() for a file's first
/// one, later the last border of the piece before.
std::vector<Border> borders(Border at, const PieceScan& piece);

/// A few bytes a stretch.
void encode(const PieceScan& scan, base::Encoder& out);
/// Makes the decoder fail for what no scan can have as its result.
void decode(base::Decoder& in, PieceScan& scan);

}  // namespace parallel_run::table
