// SPDX-License-Identifier: Apache-2.0
#include "table/scan.hpp"

#include <algorithm>

#include "table/byte_masks.hpp"
#include "table/reader.hpp"
#include "table/record_ends.hpp"
#include "table/text_file.hpp"
#include "table/text_head.hpp"

namespace parallel_run::table {

namespace {

std::uint64_t stretch_count(const PieceScan& scan) {
    const auto size = scan.end - scan.begin;
    return size / scan.step + (size % scan.step != 0 ? 1 : 0);
}

}  // namespace

PieceScanner::PieceScanner(std::optional<char> quote, std::uint64_t rows_begin, std::uint64_t begin,
                           std::uint64_t step, std::optional<char> before)
    : quote_(quote), rows_begin_(rows_begin), after_line_end_(before == '\n') {
    scan_.begin = begin;
    scan_.end = begin;
    scan_.step = step;
}

void PieceScanner::add(std::string_view bytes, std::optional<char> after) {
    while (!bytes.empty()) {
        const auto done = (scan_.end - scan_.begin) % scan_.step;
        if (done == 0) scan_.stretches.emplace_back();
        auto size = std::min<std::uint64_t>(bytes.size(), scan_.step - done);
        if (scan_.end < rows_begin_) size = std::min(size, rows_begin_ - scan_.end);
        count(bytes.substr(0, size), size < bytes.size() ? bytes[size] : after);
        scan_.end += size;
        bytes.remove_prefix(size);
    }
}

void PieceScanner::count(std::string_view bytes, std::optional<char> after) {
    auto& stretch = scan_.stretches.back();
    const bool are_rows = scan_.end >= rows_begin_;
    after_line_end_ |= scan_.end == rows_begin_;
    while (!bytes.empty()) {
        const Block block(bytes);
        const auto last = block.size() - 1;
        const auto next = block.size() < bytes.size() ? bytes[block.size()] : after;
        const auto ends = block.where('\n');
        const auto before_ends = ends >> 1 | std::uint64_t{next == '\n'} << last;
        const auto empty = ends | (block.where('\r') & before_ends);
        const auto begins = (ends << 1 | std::uint64_t{after_line_end_}) & block.valid() & ~empty &
                            spread(are_rows);
        after_line_end_ = (ends >> last & 1) != 0;

        const auto quotes = quote_ ? block.where(*quote_) : 0;
        const auto odd = running_parity(quotes) ^ quotes ^ spread(odd_quotes_);  // before each byte
        stretch.records_outside += static_cast<unsigned>(std::popcount(begins & ~odd));
        stretch.records_inside += static_cast<unsigned>(std::popcount(begins & odd));
        stretch.odd_quotes ^= is_odd(quotes);
        odd_quotes_ ^= is_odd(quotes);
        bytes.remove_prefix(block.size());
    }
}

PieceScan scan_piece(const Format& format, const Range& piece, std::uint64_t step) {
    constexpr std::size_t kLot = 256 * 1024;
    const TextFile file(piece.file);
    file.check_unchanged(piece);
    const auto end = std::min(piece.end, file.size());
    std::vector<char> bytes(kLot + 1);
    std::optional<char> before;
    if (piece.begin > 0 && file.read(piece.begin - 1, bytes.data(), 1) == 1) before = bytes[0];
    PieceScanner scanner(border_quote(format), rows_begin(file, format), piece.begin, step, before);
    for (auto position = piece.begin; position < end;) {
        const auto got = file.read(position, bytes.data(), bytes.size());
        const auto size = std::min<std::uint64_t>({got, kLot, end - position});
        if (size == 0) break;
        scanner.add({bytes.data(), size}, size < got ? std::optional(bytes[size]) : std::nullopt);
        position += size;
    }
    file.check_unchanged(piece);
    return scanner.result();
}

std::vector<Border> borders(Border at, const PieceScan& piece) {
    const bool inside = at.inside_quotes;
    std::vector<Border> found;
    found.reserve(piece.stretches.size());
    for (const auto& stretch : piece.stretches) {
        at.position = std::min(at.position + piece.step, piece.end);
        at.inside_quotes ^= stretch.odd_quotes;
        at.records_before += inside ? stretch.records_inside : stretch.records_outside;
        found.push_back(at);
    }
    return found;
}

void encode(const PieceScan& scan, base::Encoder& out) {
    out.varint(scan.begin);
    out.varint(scan.end);
    out.varint(scan.step);
    for (const auto& stretch : scan.stretches) {
        out.varint(stretch.records_outside << 1 | (stretch.odd_quotes ? 1 : 0));
        out.varint(stretch.records_inside);
    }
}

void decode(base::Decoder& in, PieceScan& scan) {
    scan.begin = in.varint();
    scan.end = in.varint();
    scan.step = in.varint();
    scan.stretches.clear();
    if (scan.begin > scan.end || scan.step == 0) in.fail();
    if (!in.ok()) return;
    const auto count = stretch_count(scan);
    if (count > in.rest().size() / 2) in.fail();  // each has two numbers
    scan.stretches.resize(in.ok() ? count : 0);
    for (auto& stretch : scan.stretches) {
        const auto outside = in.varint();
        stretch.odd_quotes = (outside & 1) != 0;
        stretch.records_outside = outside >> 1;
        stretch.records_inside = in.varint();
        if (stretch.records_outside > scan.step || stretch.records_inside > scan.step) in.fail();
    }
}

}  // namespace parallel_run::table
