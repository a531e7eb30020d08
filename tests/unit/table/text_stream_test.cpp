// SPDX-License-Identifier: Apache-2.0
#include "table/text_stream.hpp"

#include "text_files.hpp"

#include <gtest/gtest.h>

#include "table/readers.hpp"

namespace parallel_run::table {
namespace {

std::string lines(int count) {
    std::string text;
    for (int i = 0; i < count; ++i) text += "line " + std::to_string(i) + "\n";
    return text;
}

/// All of a file's text, in reads of so many bytes.
std::string text_of(const std::string& path, std::size_t size = 100'000) {
    const TextFile file(path);
    const auto stream = open_stream(file);
    std::string text;
    std::vector<char> piece(size);
    for (;;) {
        const auto got = stream->read(piece.data(), piece.size());
        if (got == 0) return text;
        text.append(piece.data(), got);
    }
}

struct Format {
    const char* description;
    const char* name;
    std::string (*compressed)(std::string_view text);
};

class Compressed : public ::testing::TestWithParam<Format> {
protected:
    [[nodiscard]] std::string write(std::string_view bytes) const {
        return files_.write(GetParam().name, bytes);
    }
    [[nodiscard]] static std::string compressed(std::string_view text) {
        return GetParam().compressed(text);
    }

    const TextFiles files_;
};

TEST_P(Compressed, text_comes_out_as_it_went_in) {
    const auto text = lines(100'000);
    EXPECT_EQ(text_of(write(compressed(text))), text);
    EXPECT_EQ(text_of(write(compressed(lines(500))), 1), lines(500));
}

TEST_P(Compressed, text_of_several_pieces_is_one_text) {
    const auto whole = compressed("a\nb") + compressed("") + compressed("c\n") + compressed("d\n");
    EXPECT_EQ(text_of(write(whole)), "a\nbc\nd\n");
}

TEST_P(Compressed, file_without_bytes_has_no_text) { EXPECT_EQ(text_of(write("")), ""); }

TEST_P(Compressed, file_that_is_cut_off_is_an_error_wherever_it_ends) {
    const auto whole = compressed(lines(1000));
    for (std::size_t size = 1; size < whole.size(); size += 31) {
        const auto path = write(std::string_view(whole).substr(0, size));
        ASSERT_EQ(message_of([&] { text_of(path); }),
                  path + " is cut off: its compressed data has no end");
    }
}

TEST_P(Compressed, file_that_is_something_else_is_an_error) {
    const auto path = write("a,b,c\n1,2,3\n");
    const auto message = message_of([&] { text_of(path); });
    EXPECT_EQ(message.find(path + " is damaged: "), 0U) << message;
    EXPECT_NE(message.find("; its name says that it is compressed"), std::string::npos) << message;
    const auto trailed = write(compressed("a\n") + "something else");
    EXPECT_EQ(message_of([&] { text_of(trailed); }).find(path + " is damaged: "), 0U);
}

TEST_P(Compressed, file_with_a_wrong_byte_is_an_error_or_reads_as_text) {
    const auto whole = compressed(lines(1000));
    for (std::size_t i = 0; i < whole.size(); i += 17) {
        auto damaged = whole;
        damaged[i] = static_cast<char>(damaged[i] ^ 0x55);
        const auto path = write(damaged);
        EXPECT_NO_FATAL_FAILURE(message_of([&] { text_of(path); }));
    }
}

TEST_P(Compressed, file_is_one_part) {
    const auto text = "\xef\xbb\xbf" + lines(20'000);
    Range part;
    part.file = write(compressed(text));
    const auto reader = open_text_reader(lines_format());
    Table table;
    reader->read(part, table);
    EXPECT_EQ(table.position, 3U);
    ASSERT_EQ(table.row_count, 20'000U);
    EXPECT_EQ(field(table, 0, 0), "line 0");
    EXPECT_EQ(field(table, 19'999, 0), "line 19999");
}

TEST_P(Compressed, file_that_is_cut_off_fails_its_reader) {
    const auto whole = compressed(lines(1000));
    Range part;
    part.file = write(std::string_view(whole).substr(0, whole.size() / 2));
    Table table;
    EXPECT_THROW(open_text_reader(lines_format())->read(part, table), ReadError);
}

INSTANTIATE_TEST_SUITE_P(Formats, Compressed,
                         ::testing::Values(Format{"gzip", "text.csv.gz", gzipped},
                                           Format{"zstd", "text.csv.ZST", zstandard}),
                         [](const auto& tested) { return tested.param.description; });

TEST(TextStream, reads_a_plain_file_as_it_is) {
    const TextFiles files;
    EXPECT_EQ(text_of(files.write("a.txt", lines(100)), 7), lines(100));
}

}  // namespace
}  // namespace parallel_run::table
