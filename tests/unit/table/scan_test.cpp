// SPDX-License-Identifier: Apache-2.0
#include "table/scan.hpp"

#include "text_files.hpp"

#include <gtest/gtest.h>

#include "../../support/reference_records.hpp"
#include "table/readers.hpp"
#include "table/record_ends.hpp"

namespace parallel_run::table {
namespace {

using ::testing::Test;

/// What is before a place by the reference reader.
Border reference_border(const ReferenceText& reference, std::uint64_t position) {
    Border border{position, reference.inside_quotes[position], 0};
    for (const auto& record : reference.records)
        border.records_before += record.position < position;
    return border;
}

/// Scans a piece in lots of any size, and sends the result through the codec.
PieceScan scan_in_lots(const Format& format, std::string_view text, std::uint64_t begin,
                       std::uint64_t end, std::uint64_t step, RandomText& random) {
    const std::uint64_t rows_begin = text.starts_with("\xef\xbb\xbf") ? 3 : 0;
    const auto before = begin > 0 ? std::optional(text[begin - 1]) : std::nullopt;
    PieceScanner scanner(border_quote(format), rows_begin, begin, step, before);
    while (begin < end) {
        const auto size = std::min(end - begin, 1 + random.below(200));
        const auto next = begin + size;
        scanner.add(text.substr(begin, size),
                    next < text.size() ? std::optional(text[next]) : std::nullopt);
        begin = next;
    }
    std::string bytes;
    base::Encoder encoder(bytes);
    encode(scanner.result(), encoder);
    base::Decoder decoder(bytes);
    PieceScan decoded;
    decode(decoder, decoded);
    EXPECT_TRUE(decoder.finished());
    EXPECT_EQ(decoded, scanner.result());
    return decoded;
}

void scan_random_pieces(const Format& format, const std::vector<std::string>& pieces,
                        std::uint64_t seed) {
    RandomText random(seed);
    const auto text = random.text(pieces);
    const ReferenceText reference(text, border_quote(format));
    const auto cuts = random.cuts(text.size());
    const auto step = 1 + random.below(random.below(2) == 0 ? 5 : 300);
    Border at;
    for (std::size_t i = 0; i + 1 < cuts.size(); ++i) {
        const auto piece = scan_in_lots(format, text, cuts[i], cuts[i + 1], step, random);
        ASSERT_EQ(piece.end, cuts[i + 1]);
        for (const auto& border : borders(at, piece)) {
            EXPECT_EQ(border.position, std::min(at.position + step, piece.end));
            EXPECT_EQ(border, reference_border(reference, border.position));
            at = border;
        }
    }
    EXPECT_EQ(at.position, text.size());
    EXPECT_EQ(at.records_before, reference.records.size());
}

Format multi_line_format() {
    auto format = delimited_format({"a", "b"}, config::Header::none);
    format.multi_line = true;
    return format;
}

TEST(PieceScan, counts_what_the_reference_counts_where_quotes_hold_line_breaks) {
    for (std::uint64_t seed = 0; seed < 200; ++seed) {
        SCOPED_TRACE(seed);
        scan_random_pieces(multi_line_format(), {"a", ",", "\"", "\n", "\r\n", "\r", "\"\n\""},
                           seed);
        if (Test::HasFailure()) return;
    }
}

TEST(PieceScan, counts_what_the_reference_counts_where_each_line_ends_a_record) {
    for (std::uint64_t seed = 0; seed < 200; ++seed) {
        SCOPED_TRACE(seed);
        scan_random_pieces(lines_format(), {"a", "\"", "\n", "\r\n", "\r"}, seed);
        if (Test::HasFailure()) return;
    }
}

/// Scans a file's pieces, cuts it at the borders, and reads each part.
void expect_same_as_the_reader(const TextFiles& files, const Format& format,
                               const std::string& text, std::uint64_t seed) {
    RandomText random(seed);
    Range part;
    part.file = files.write("input", text);
    const auto cuts = random.cuts(text.size());
    const auto step = 1 + random.below(100);
    const auto reader = open_text_reader(format);
    Table table;
    Border at;
    for (std::size_t i = 0; i + 1 < cuts.size(); ++i) {
        part.begin = cuts[i];
        part.end = cuts[i + 1];
        const auto piece = scan_piece(format, part, step);
        for (const auto& border : borders(at, piece)) {
            part.begin = at.position;
            part.end = border.position;
            part.inside_quotes = at.inside_quotes;
            reader->read(part, table);
            ASSERT_EQ(table.record_count(), border.records_before - at.records_before)
                << part.begin << " to " << part.end;
            at = border;
        }
    }
}

TEST(PieceScan, counts_the_records_that_the_reader_finds) {
    const TextFiles files;
    for (std::uint64_t seed = 0; seed < 200; ++seed) {
        SCOPED_TRACE(seed);
        const auto text =
            RandomText(seed).text({"a", ",", "\"", "\n", "\r\n", "\r", "\"\n\"", "a,b\n"});
        expect_same_as_the_reader(files, multi_line_format(), text, seed);
        expect_same_as_the_reader(files, lines_format(), text, seed);
        if (Test::HasFailure()) return;
    }
}

TEST(PieceScan, does_not_count_the_header) {
    const TextFiles files;
    auto format = multi_line_format();
    format.header = config::Header::all_files;
    format.columns = {"a\n", "b"};
    for (std::uint64_t seed = 0; seed < 200; ++seed) {
        SCOPED_TRACE(seed);
        expect_same_as_the_reader(files, format, "\xef\xbb\xbf\n\"a\n\",b\n1,2\n\n\"\n\",4\n",
                                  seed);
        if (Test::HasFailure()) return;
    }
    Range file;
    file.file = files.write("1.csv", "\"a\n\",b\n1,2\n3,4\n");
    const auto all = borders({}, scan_piece(format, file, 1000));
    ASSERT_EQ(all.size(), 1U);
    EXPECT_EQ(all[0], (Border{15, false, 2}));
}

TEST(PieceScan, of_a_file_that_changed_is_an_error) {
    const TextFiles files;
    Range piece;
    piece.file = files.write("1.txt", "a\n");
    piece.file_size = 5;
    EXPECT_THROW(scan_piece(lines_format(), piece, 10), ReadError);
    piece.file = files.path("missing");
    EXPECT_THROW(scan_piece(lines_format(), piece, 10), ReadError);
}

class EncodedScan : public Test {
protected:
    static bool decodes(const std::vector<std::uint64_t>& numbers) {
        std::string bytes;
        base::Encoder encoder(bytes);
        for (const auto number : numbers) encoder.varint(number);
        base::Decoder decoder(bytes);
        PieceScan scan;
        decode(decoder, scan);
        return decoder.finished();
    }
};

TEST_F(EncodedScan, is_taken_when_it_is_whole) {
    EXPECT_TRUE(decodes({10, 15, 3, 4, 2, 5, 1}));
    EXPECT_TRUE(decodes({10, 10, 3}));
}

TEST_F(EncodedScan, is_refused_when_it_is_cut_off) { EXPECT_FALSE(decodes({10, 15, 3, 4, 2})); }

TEST_F(EncodedScan, is_refused_when_it_is_longer_than_it_says) {
    EXPECT_FALSE(decodes({10, 15, 3, 4, 2, 5, 1, 0}));
}

TEST_F(EncodedScan, is_refused_when_its_numbers_cannot_be) {
    EXPECT_FALSE(decodes({15, 10, 3}));
    EXPECT_FALSE(decodes({10, 15, 0}));
    EXPECT_FALSE(decodes({0, ~0ULL, 1, 0, 0}));
    EXPECT_FALSE(decodes({10, 13, 3, 8, 0}));
    EXPECT_FALSE(decodes({10, 13, 3, 0, 4}));
}

}  // namespace
}  // namespace parallel_run::table
