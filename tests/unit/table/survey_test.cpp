// SPDX-License-Identifier: Apache-2.0
#include "table/survey.hpp"

#include "text_files.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"

namespace parallel_run::table {
namespace {

using Columns = std::vector<std::string>;

class Survey : public ::testing::Test {
protected:
    Format survey(const std::string& name, std::string_view text) {
        return table::survey(step_, files_.write(name, text));
    }
    std::string usage_error(const std::string& name, std::string_view text) {
        try {
            survey(name, text);
        } catch (const base::UsageError& error) {
            return error.what();
        }
        return "no UsageError";
    }
    [[nodiscard]] std::string path(const std::string& name) const { return files_.path(name); }

    TextFiles files_;
    config::Step step_;
};

TEST_F(Survey, knows_a_kind_by_the_extension) {
    EXPECT_EQ(kind_of(step_, "/d/a.csv"), Kind::delimited);
    EXPECT_EQ(kind_of(step_, "/d/a.TSV.gz"), Kind::delimited);
    EXPECT_EQ(kind_of(step_, "/d/a.txt"), Kind::lines);
    EXPECT_EQ(kind_of(step_, "/d/a.jsonl.zst"), Kind::json_lines);
    EXPECT_EQ(kind_of(step_, "/d/a.ndjson"), Kind::json_lines);
    for (const auto* const name : {"a.h5", "a.hdf5", "a.mat"}) {
        EXPECT_EQ(kind_of(step_, name), Kind::hdf5);
    }
    EXPECT_TRUE(is_compressed("a.csv.gz"));
    EXPECT_TRUE(is_compressed("a.csv.zst"));
    EXPECT_FALSE(is_compressed("a.csv"));
}

TEST_F(Survey, takes_the_kind_that_the_step_says) {
    step_.tabular_format = config::TabularFormat::lines;
    EXPECT_EQ(kind_of(step_, "a.csv"), Kind::lines);
    step_.tabular_format = config::TabularFormat::json_lines;
    EXPECT_EQ(kind_of(step_, "a"), Kind::json_lines);
    step_.tabular_format = config::TabularFormat::delimited;
    EXPECT_EQ(kind_of(step_, "a"), Kind::delimited);
    step_.tabular_format = config::TabularFormat::hdf5;
    EXPECT_EQ(kind_of(step_, "a"), Kind::hdf5);
}

TEST_F(Survey, refuses_a_name_that_says_nothing) {
    EXPECT_EQ(
        message_of([&] { (void)kind_of(step_, "/d/a.parquet"); }),
        "the name of /d/a.parquet does not say what kind of table it is: set tabular_format to "
        "delimited, json_lines, lines or hdf5");
}

TEST_F(Survey, takes_a_header_as_columns) {
    const auto format = survey("a.csv", "\xef\xbb\xbf\r\nid,\"full, name\"\r\n1,x\r\n");
    EXPECT_EQ(format.kind, Kind::delimited);
    EXPECT_EQ(format.delimiter, ',');
    EXPECT_EQ(format.columns, (Columns{"id", "full, name"}));
    EXPECT_EQ(format.first_file, path("a.csv"));
    EXPECT_EQ(survey("a.tsv", "id\tname\n").columns, (Columns{"id", "name"}));
    EXPECT_EQ(survey("a.tsv.gz", gzipped("id\tname\n")).columns, (Columns{"id", "name"}));
    step_.delimiter = ';';
    EXPECT_EQ(survey("a.tsv", "id;name\n").columns, (Columns{"id", "name"}));
}

TEST_F(Survey, passes_on_what_the_step_says_of_text) {
    step_.quote = std::nullopt;
    step_.header = config::Header::first_file;
    step_.support_multi_line = true;
    const auto format = survey("a.csv", "\"a,b\"\n");
    EXPECT_EQ(format.columns, (Columns{"\"a", "b\""}));
    EXPECT_EQ(format.quote, std::nullopt);
    EXPECT_EQ(format.header, config::Header::first_file);
    EXPECT_TRUE(format.multi_line);
}

TEST_F(Survey, numbers_columns_without_a_header) {
    step_.header = config::Header::none;
    EXPECT_EQ(survey("a.csv", "1,1,\n").columns, (Columns{"column1", "column2", "column3"}));
}

TEST_F(Survey, reads_a_header_over_several_lines) {
    step_.support_multi_line = true;
    EXPECT_EQ(survey("a.csv", "\"a\nb\",c\n").columns, (Columns{"a\nb", "c"}));
}

TEST_F(Survey, reads_a_long_header) {
    std::string header = "c0";
    for (int i = 1; i < 20'000; ++i) header += ",c" + std::to_string(i);
    EXPECT_EQ(survey("a.csv.zst", zstandard(header + "\n")).columns.size(), 20'000U);
    EXPECT_EQ(survey("a.csv", header).columns.back(), "c19999");
}

TEST_F(Survey, reads_no_more_of_a_compressed_file_than_it_needs) {
    std::string rows = "a,b\n";
    RandomText random(1);
    for (int i = 0; i < 100'000; ++i) rows += std::to_string(random.below(1'000'000)) + ",1\n";
    const auto whole = gzipped(rows);
    const auto half = std::string_view(whole).substr(0, whole.size() / 2);
    EXPECT_EQ(survey("a.csv.gz", half).columns, (Columns{"a", "b"}));
}

TEST_F(Survey, refuses_columns_without_a_name_of_their_own) {
    EXPECT_EQ(
        usage_error("a.csv", "x,y,x\n"),
        path("a.csv") +
            ": columns 1 and 3 are both named \"x\"; give each column a name of its own, or set "
            "header = none");
    EXPECT_EQ(
        usage_error("a.csv", "x,\n"),
        path("a.csv") +
            ": column 2 has no name; give each column a name of its own, or set header = none");
    EXPECT_EQ(usage_error("a.jsonl", "{\"x\":1,\"x\":2}"),
              path("a.jsonl") +
                  ": columns 1 and 2 are both named \"x\"; give each member a name of its own");
}

TEST_F(Survey, takes_the_members_of_the_first_object_as_columns) {
    EXPECT_EQ(survey("a.jsonl", "\n{\"b\":1,\"\\u0061\":{\"c\":[]}}\n{\"d\":1}\n").columns,
              (Columns{"b", "a"}));
    EXPECT_EQ(survey("a.jsonl", "{}").columns, Columns{});
}

TEST_F(Survey, needs_no_record_for_lines) {
    EXPECT_EQ(survey("a.txt", "").columns, Columns{"line"});
}

TEST_F(Survey, refuses_a_file_of_empty_lines) {
    EXPECT_EQ(usage_error("a.csv", "\n\r\n"),
              path("a.csv") + " holds only empty lines: the columns are those of its first record");
}

TEST_F(Survey, refuses_what_is_not_text) {
    const auto message = usage_error("a.csv", std::string("\x89PNG\r\n\x1a\n\0\0\0", 11));
    EXPECT_EQ(message.find(path("a.csv") + " is not UTF-8 text"), 0U) << message;
}

TEST_F(Survey, refuses_a_malformed_first_record) {
    const auto header = usage_error("a.csv", "\"a,b\n");
    EXPECT_EQ(header.find(path("a.csv") + ": "), 0U) << header;
    const auto object = usage_error("a.jsonl", "[1]\n");
    EXPECT_EQ(object.find(path("a.jsonl") + ": the record is not a JSON object: "), 0U) << object;
}

TEST_F(Survey, refuses_a_damaged_file) {
    const auto message = usage_error("a.csv.gz", "a,b\n");
    EXPECT_EQ(message.find(path("a.csv.gz") + " is damaged: "), 0U) << message;
}

TEST_F(Survey, says_when_a_file_cannot_be_read) {
    EXPECT_THROW(table::survey(step_, path("missing.csv")), base::EnvironmentError);
}

}  // namespace
}  // namespace parallel_run::table
