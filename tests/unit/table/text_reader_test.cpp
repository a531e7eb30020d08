// SPDX-License-Identifier: Apache-2.0
#include "text_files.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <gtest/gtest.h>

#include "../../support/reference_records.hpp"
#include "table/readers.hpp"
#include "table/record_ends.hpp"

namespace parallel_run::table {
namespace {

using ::testing::Test;

void expect_same(const ReferenceText& reference, const std::vector<SeenRecord>& seen) {
    ASSERT_EQ(seen.size(), reference.records.size());
    for (std::size_t i = 0; i < seen.size(); ++i) {
        EXPECT_EQ(seen[i].position, reference.records[i].position);
        if (!seen[i].text.empty()) {
            EXPECT_EQ(seen[i].text, reference.records[i].text);
        }
    }
}

/// Reads random texts in random parts and compares what all parts have with the reference.
void read_random_parts(const TextFiles& files, const Format& format,
                       const std::vector<std::string>& pieces, std::uint64_t seed) {
    RandomText random(seed);
    const auto text = random.text(pieces);
    const ReferenceText reference(text, border_quote(format));
    const auto reader = open_text_reader(format);
    Range part;
    part.file = files.write("input", text);
    const auto cuts = random.cuts(text.size());
    std::vector<SeenRecord> seen;
    Table table;
    for (std::size_t i = 0; i + 1 < cuts.size(); ++i) {
        part.begin = cuts[i];
        part.end = cuts[i + 1];
        part.inside_quotes = reference.inside_quotes[part.begin];
        reader->read(part, table);
        for (auto& record : records_of(table)) {
            EXPECT_GE(record.position, part.begin);
            EXPECT_LT(record.position, part.end);
            seen.push_back(std::move(record));
        }
        EXPECT_EQ(table.fields.size(), table.row_count * table.columns.size());
    }
    expect_same(reference, seen);
}

TEST(TextReader, finds_the_same_lines_however_a_file_is_cut) {
    const TextFiles files;
    for (std::uint64_t seed = 0; seed < 200; ++seed) {
        SCOPED_TRACE(seed);
        read_random_parts(files, lines_format(), {"a", "\n", "\r\n", "\r", "\xc3\xa9", "\"", "bc"},
                          seed);
        if (Test::HasFailure()) return;
    }
}

TEST(TextReader, finds_the_same_records_however_a_file_is_cut_where_quotes_hold_line_breaks) {
    auto format = delimited_format({"a", "b"}, config::Header::none);
    format.multi_line = true;
    const TextFiles files;
    for (std::uint64_t seed = 0; seed < 200; ++seed) {
        SCOPED_TRACE(seed);
        read_random_parts(files, format, {"a", ",", "\"", "\n", "\r\n", "\r", "\"x,\n,\"", "b,c\n"},
                          seed);
        if (Test::HasFailure()) return;
    }
}

TEST(TextReader, finds_the_same_records_however_a_file_is_cut_where_each_line_ends_one) {
    const auto format = delimited_format({"a", "b"}, config::Header::none);
    const TextFiles files;
    for (std::uint64_t seed = 0; seed < 200; ++seed) {
        SCOPED_TRACE(seed);
        read_random_parts(files, format, {"a", ",", "\"", "\n", "\r\n", "\xff", "b,c\n"}, seed);
        if (Test::HasFailure()) return;
    }
}

TEST(TextReader, finds_the_end_of_a_record_far_behind_its_part) {
    const TextFiles files;
    const std::string long_line(300'000, 'x');
    const auto reader = open_text_reader(lines_format());
    Range part;
    part.file = files.write("long.txt", "a\n" + long_line + "\nb\n");
    part.begin = 1;
    part.end = 10;
    Table table;
    reader->read(part, table);
    ASSERT_EQ(table.row_count, 1U);
    EXPECT_EQ(table.position, 2U);
    EXPECT_EQ(field(table, 0, 0), long_line);
    part.begin = 10;
    part.end = 300'000;
    reader->read(part, table);
    EXPECT_EQ(table.record_count(), 0U);
    part.begin = 300'000;
    part.end = Range::kAll;
    reader->read(part, table);
    ASSERT_EQ(table.row_count, 1U);
    EXPECT_EQ(field(table, 0, 0), "b");
}

TEST(TextReader, takes_some_records_of_a_part) {
    const TextFiles files;
    const auto reader = open_text_reader(lines_format());
    Range part;
    part.file = files.write("four.txt", "a\n\nb\nc\nd\n");
    part.skip = 1;
    part.count = 2;
    part.first_record = 41;
    Table table;
    reader->read(part, table);
    ASSERT_EQ(table.row_count, 2U);
    EXPECT_EQ(field(table, 0, 0), "b");
    EXPECT_EQ(field(table, 1, 0), "c");
    EXPECT_EQ(table.first_record, 41);
}

TEST(TextReader, calls_a_record_bad_that_is_not_utf8_and_keeps_its_neighbours) {
    const TextFiles files;
    const auto reader = open_text_reader(lines_format());
    Range part;
    part.file = files.write("latin.txt", "one\ncaf\xe9\nthree\n");
    Table table;
    reader->read(part, table);
    ASSERT_EQ(table.row_count, 2U);
    EXPECT_EQ(field(table, 1, 0), "three");
    EXPECT_EQ(table.record_numbers, (std::vector<std::uint32_t>{0, 2}));
    ASSERT_EQ(table.bad_records.size(), 1U);
    EXPECT_EQ(table.bad_records[0].position, 4U);
    EXPECT_EQ(table.bad_records[0].number, 1U);
    EXPECT_NE(table.bad_records[0].reason.find("not UTF-8"), std::string::npos);
}

/// The record of bytes 4 to 5003 is longer than the limit.
void expect_long_record_is_bad(const Format& format, const std::string& file, std::uint64_t cut) {
    SCOPED_TRACE(cut);
    const auto reader = open_text_reader(format, {100, 10'000});
    std::vector<SeenRecord> seen;
    for (const auto& [begin, end] : {std::pair(std::uint64_t{0}, cut), {cut, Range::kAll}}) {
        Range part;
        part.file = file;
        part.begin = begin;
        part.end = end;
        part.inside_quotes = begin > 4 && begin < 5004 && format.multi_line;
        Table table;
        reader->read(part, table);
        for (const auto& bad : table.bad_records) {
            EXPECT_EQ(bad.reason,
                      "a record of more than 100 B: is " + file + " text with line breaks?");
        }
        for (const auto& record : records_of(table)) seen.push_back(record);
    }
    ASSERT_EQ(seen.size(), 4U);
    EXPECT_EQ(seen[1].text, "b");
    EXPECT_EQ(seen[2].position, 4U);
    EXPECT_EQ(seen[2].text, "");
    EXPECT_EQ(seen[3].text, "c");
}

TEST(TextReader, calls_a_record_bad_that_is_too_long_however_the_file_is_cut) {
    const TextFiles files;
    const auto plain = files.write("plain", "a\nb\n" + std::string(5000, 'x') + "\nc\n");
    const auto quoted = files.write("quoted", "a\nb\n\"" + std::string(4998, '\n') + "\"\nc\n");
    auto multi_line = delimited_format({"column1"}, config::Header::none);
    multi_line.multi_line = true;
    for (const std::uint64_t cut : {0U, 1U, 4U, 70U, 5005U, 5007U}) {
        expect_long_record_is_bad(lines_format(), plain, cut);
        expect_long_record_is_bad(multi_line, quoted, cut);
    }
}

TEST(TextReader, says_that_a_record_is_too_long_rather_than_what_it_lacks) {
    const TextFiles files;
    auto format = lines_format();
    format.kind = Kind::json_lines;
    Range part;
    part.file = files.write("long.jsonl", std::string(5000, '['));
    part.end = 1;
    Table table;
    open_text_reader(format, {100, 10'000})->read(part, table);
    ASSERT_EQ(table.bad_records.size(), 1U);
    EXPECT_EQ(table.bad_records[0].reason.find("a record of more than 100 B"), 0U);
}

TEST(TextReader, leaves_out_a_record_that_is_too_long_when_others_are_asked_for) {
    const TextFiles files;
    const TextLimits limits{100, 10'000};
    const auto reader = open_text_reader(lines_format(), limits);
    Range part;
    part.file = files.write("long", "a\nb\n" + std::string(5000, 'x') + "\n");
    part.count = 2;
    Table table;
    reader->read(part, table);
    EXPECT_EQ(table.row_count, 2U);
    EXPECT_EQ(table.bad_count, 0U);
    part.skip = 2;
    reader->read(part, table);
    EXPECT_EQ(table.row_count, 0U);
    ASSERT_EQ(table.bad_records.size(), 1U);
    EXPECT_EQ(table.bad_records[0].number, 0U);
}

TEST(TextReader, refuses_a_part_that_has_no_room_in_spans) {
    const TextFiles files;
    const TextLimits limits{100, 1000};
    std::string text;
    for (int i = 0; i < 200; ++i) text += "0123456789\n";
    Range part;
    Table table;
    part.file = files.write("large.txt", text);
    EXPECT_EQ(message_of([&] { open_text_reader(lines_format(), limits)->read(part, table); }),
              "a mini-batch of " + part.file +
                  " has more than 1000 B of text: choose a smaller mini_batch_size");
    part.file = files.write("large.txt.gz", gzipped(text));
    EXPECT_EQ(message_of([&] { open_text_reader(lines_format(), limits)->read(part, table); }),
              "a mini-batch of " + part.file +
                  " has more than 1000 B of text: decompress the file, so that it can be cut");
}

TEST(TextReader, refuses_fields_that_have_no_room_in_spans) {
    const TextFiles files;
    auto format = lines_format();
    format.kind = Kind::json_lines;
    format.columns = {"a"};
    Range part;
    part.file = files.write("escaped.jsonl", R"({"a":"\n)" + std::string(50, 'x') + "\"}\n");
    Table table;
    EXPECT_EQ(message_of([&] {
                  open_text_reader(format, {100, 100})->read(part, table);
              }),
              "the fields of a mini-batch of " + part.file +
                  " have more than 100 B: choose a smaller mini_batch_size");
}

TEST(TextReader, says_when_a_file_is_missing_or_no_file) {
    const TextFiles files;
    const auto reader = open_text_reader(lines_format());
    Range part;
    part.file = files.path("missing.txt");
    Table table;
    EXPECT_EQ(message_of([&] { reader->read(part, table); }),
              "cannot read " + part.file + ": No such file or directory");
    part.file = files.path("");
    EXPECT_EQ(message_of([&] { reader->read(part, table); }),
              "cannot read " + part.file + ": Is a directory");
}

class ChangedFile : public Test {
protected:
    /// Planned as it is, and read once, so that the reader has it open.
    void SetUp() override {
        part_.file = files_.write("input.txt", "abc\ndef\n");
        part_.file_size = 8;
        part_.modified_ns = modified_ns();
        reader_->read(part_, table_);
        ASSERT_EQ(table_.row_count, 2U);
    }

    void set_modified(std::int64_t ns) const {
        const struct timespec time { ns / 1'000'000'000, ns % 1'000'000'000 };
        const struct timespec times[2] = {time, time};
        ASSERT_EQ(::utimensat(AT_FDCWD, part_.file.c_str(), times, 0), 0);
    }
    [[nodiscard]] std::int64_t modified_ns() const {
        struct stat status {};
        EXPECT_EQ(::stat(part_.file.c_str(), &status), 0);
        return status.st_mtim.tv_sec * std::int64_t{1'000'000'000} + status.st_mtim.tv_nsec;
    }
    std::string read() {
        return message_of([&] { reader_->read(part_, table_); });
    }

    TextFiles files_;
    Range part_;
    Table table_;
    std::unique_ptr<Reader> reader_ = open_text_reader(lines_format());
};

TEST_F(ChangedFile, is_an_error_when_its_size_is_another) {
    ASSERT_EQ(files_.write("input.txt", "abc\n"), part_.file);
    EXPECT_EQ(read(), part_.file +
                          " changed while the job runs: it has 4 bytes and had 8 when it was "
                          "planned; run the job again once its input stays as it is");
}

TEST_F(ChangedFile, is_an_error_when_it_was_written_to) {
    set_modified(part_.modified_ns + 1);
    EXPECT_EQ(read(),
              part_.file +
                  " changed while the job runs: it was written to since it was planned; run "
                  "the job again once its input stays as it is");
    set_modified(part_.modified_ns);
    EXPECT_EQ(read(), "no exception");
}

TEST_F(ChangedFile, is_no_error_when_nothing_was_planned) {
    part_.file_size = 0;
    part_.modified_ns = 0;
    ASSERT_EQ(files_.write("input.txt", "abc\n"), part_.file);
    EXPECT_EQ(read(), "no exception");
    EXPECT_EQ(table_.row_count, 1U);
}

}  // namespace
}  // namespace parallel_run::table
