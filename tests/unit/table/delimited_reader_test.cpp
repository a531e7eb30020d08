// SPDX-License-Identifier: Apache-2.0
#include "text_files.hpp"

#include <gtest/gtest.h>

#include "table/readers.hpp"

namespace parallel_run::table {
namespace {

class DelimitedFiles : public ::testing::Test {
protected:
    Table& read(const std::string& name, std::string_view text, std::uint64_t begin = 0,
                std::uint64_t end = Range::kAll) {
        part_.file = files_.write(name, text);
        part_.begin = begin;
        part_.end = end;
        if (!reader_) reader_ = open_text_reader(format_);
        reader_->read(part_, table_);
        return table_;
    }

    TextFiles files_;
    Format format_ = delimited_format({"a", "b"}, config::Header::all_files);
    Range part_;
    std::unique_ptr<Reader> reader_;
    Table table_;
};

TEST_F(DelimitedFiles, have_a_header_that_is_no_row) {
    read("1.csv", "a,b\n1,2\n3,4\n");
    ASSERT_EQ(table_.row_count, 2U);
    EXPECT_EQ(table_.position, 4U);
    EXPECT_EQ(table_.columns[1].name, "b");
    EXPECT_EQ(field(table_, 1, 1), "4");
    read("2.csv", "\xef\xbb\xbf\r\n\r\na,b\r\n5,6");
    ASSERT_EQ(table_.row_count, 1U);
    EXPECT_EQ(field(table_, 0, 0), "5");
}

TEST_F(DelimitedFiles, have_the_same_rows_wherever_the_header_is_cut) {
    const std::string text = "\n\n\"a\",b\n1,2\n3,4\n";
    for (std::uint64_t cut = 0; cut <= text.size(); ++cut) {
        SCOPED_TRACE(cut);
        const auto before = read("1.csv", text, 0, cut).row_count;
        EXPECT_EQ(before + read("1.csv", text, cut).row_count, 2U);
    }
}

TEST_F(DelimitedFiles, have_a_header_over_several_lines) {
    format_.multi_line = true;
    format_.columns = {"a\n\nx", "b"};
    const std::string text = "\"a\n\nx\",b\n1,2\n\"3\n\",4\n";
    const std::vector<bool> inside = {false, true, true, true, true, true, false, false, false};
    for (std::uint64_t cut = 0; cut < inside.size(); ++cut) {
        SCOPED_TRACE(cut);
        part_.inside_quotes = false;
        const auto before = read("1.csv", text, 0, cut).row_count;
        part_.inside_quotes = inside[cut];
        EXPECT_EQ(before + read("1.csv", text, cut).row_count, 2U);
        EXPECT_EQ(table_.bad_count, 0U);
    }
}

TEST_F(DelimitedFiles, must_all_have_the_same_header) {
    format_.first_file = "/data/first.csv";
    EXPECT_EQ(
        message_of([&] { read("2.csv", "a,c\n1,2\n"); }),
        "the header of " + files_.path("2.csv") +
            " (a, c) is not that of the input's first file, /data/first.csv (a, b); all files "
            "of an input need the same columns in the same order");
    EXPECT_THROW(read("2.csv", "a,c\n1,2\n"), ReadError) << "the second time too";
    read("3.csv", "a,b\n1,2\n");
    EXPECT_EQ(table_.row_count, 1U);
}

TEST_F(DelimitedFiles, with_a_malformed_header_are_an_error_that_says_why) {
    const auto message = message_of([&] { read("2.csv", "\"a,b\n1,2\n"); });
    EXPECT_EQ(message.find(files_.path("2.csv") + ": its header is malformed: "), 0U) << message;
}

TEST_F(DelimitedFiles, without_a_record_have_no_rows) {
    EXPECT_EQ(read("1.csv", "a,b\n").record_count(), 0U);
    EXPECT_EQ(read("2.csv", "a,b").record_count(), 0U);
    EXPECT_EQ(read("3.csv", "\n\r\n").record_count(), 0U);
    EXPECT_EQ(read("4.csv", "").record_count(), 0U);
    EXPECT_EQ(read("5.csv", "\xef\xbb\xbf").record_count(), 0U);
}

TEST_F(DelimitedFiles, but_the_first_may_be_without_a_header) {
    format_.header = config::Header::first_file;
    format_.first_file = files_.path("1.csv");
    EXPECT_EQ(read("1.csv", "a,b\n1,2\n").row_count, 1U);
    EXPECT_EQ(read("2.csv", "3,4\n1,2\n").row_count, 2U);
    EXPECT_EQ(field(table_, 0, 0), "3");
}

TEST_F(DelimitedFiles, may_have_no_header) {
    format_.header = config::Header::none;
    EXPECT_EQ(read("1.csv",
                   "\xef\xbb\xbf"
                   "a,b\n1,2\n")
                  .row_count,
              2U);
    EXPECT_EQ(field(table_, 0, 0), "a");
}

TEST_F(DelimitedFiles, have_their_bad_records_counted_by_place) {
    read("1.csv", "a,b\n1,2\n3\n\n5,6\n");
    EXPECT_EQ(table_.row_count, 2U);
    EXPECT_EQ(table_.record_numbers, (std::vector<std::uint32_t>{0, 2}));
    ASSERT_EQ(table_.bad_records.size(), 1U);
    EXPECT_EQ(table_.bad_records[0].position, 8U);
    EXPECT_EQ(table_.bad_records[0].number, 1U);
}

TEST_F(DelimitedFiles, keep_both_kinds_of_bad_records_in_order) {
    read("1.csv", "a,b\n1,\xff\n3\n\xff,2\n5,6\n");
    EXPECT_EQ(table_.record_numbers, (std::vector<std::uint32_t>{3}));
    EXPECT_EQ(field(table_, 0, 1), "6");
    ASSERT_EQ(table_.bad_records.size(), 3U);
    for (std::uint32_t i = 0; i < 3; ++i) EXPECT_EQ(table_.bad_records[i].number, i);
}

TEST_F(DelimitedFiles, may_be_compressed) {
    part_.file = files_.write("1.csv.gz", gzipped("a,b\n1,2\n\"3\"\"\",4\n"));
    open_text_reader(format_)->read(part_, table_);
    ASSERT_EQ(table_.row_count, 2U);
    EXPECT_EQ(table_.position, 4U);
    EXPECT_EQ(field(table_, 1, 0), "3\"");
    EXPECT_EQ(table_.records[0].begin, 0U);
}

}  // namespace
}  // namespace parallel_run::table
