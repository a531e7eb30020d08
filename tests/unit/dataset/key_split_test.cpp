// SPDX-License-Identifier: Apache-2.0
#include "dataset/key_split.hpp"

#include "temporary_tree.hpp"

#include <fstream>
#include <iterator>

#include "base/error.hpp"
#include "table/reader.hpp"

namespace parallel_run::dataset {
namespace {

using table::ReadError;

table::Format csv(const std::vector<std::string>& columns) {
    table::Format format;
    format.kind = table::Kind::delimited;
    format.columns = columns;
    format.first_file = "/first.csv";
    return format;
}

class KeySplit : public testing::Test {
protected:
    SplitTask task(const std::string& text, std::uint64_t buckets = 1) const {
        tree_.file("a.csv", text);
        SplitTask task;
        task.piece.file = tree_.path("a.csv");
        task.keys = {"key"};
        task.buckets = buckets;
        task.to = to_;
        return task;
    }
    /// "key=x 2 rows: text" for each group of a bucket.
    std::vector<std::string> groups(std::uint64_t bucket = 0) const {
        const auto slice = read_slice(to_, bucket);
        std::vector<std::string> all;
        for (const auto& group : groups_of(slice, to_)) {
            all.push_back(std::string(group.key) + " " + std::to_string(group.rows) +
                          " rows: " + std::string(group.text));
        }
        return all;
    }
    std::string content() const {
        std::ifstream file(to_, std::ios::binary);
        return {std::istreambuf_iterator<char>(file), {}};
    }

    const TemporaryTree tree_;
    const std::string to_ = tree_.path("split");
};

using Texts = std::vector<std::string>;

TEST_F(KeySplit, groups_the_records_as_they_are_by_their_keys) {
    const auto summary = split_by_key(task("key,x\nb,1\na,\"2\"\r\nb,3\n\na,4"), csv({"key", "x"}));
    EXPECT_EQ(summary, (SplitSummary{4, 0}));
    EXPECT_EQ(groups(), (Texts{"key=a 2 rows: a,\"2\"\na,4\n", "key=b 2 rows: b,1\nb,3\n"}));
}

TEST_F(KeySplit, takes_several_columns_and_values_without_their_quotes) {
    auto both = task("x,key,y\n1,\"a\"\"b\",2\n1,a/b,2\n");
    both.keys = {"y", "key"};
    split_by_key(both, csv({"x", "key", "y"}));
    EXPECT_EQ(groups(),
              (Texts{"y=2/key=a\"b 1 rows: 1,\"a\"\"b\",2\n", "y=2/key=a%2Fb 1 rows: 1,a/b,2\n"}));
}

TEST_F(KeySplit, takes_a_record_in_which_a_line_break_is_data) {
    auto format = csv({"key", "x"});
    format.multi_line = true;
    split_by_key(task("key,x\n\"a\nb\",1\n\"a\nb\",\"2\n\"\n"), format);
    EXPECT_EQ(groups(), Texts{"key=a%0Ab 2 rows: \"a\nb\",1\n\"a\nb\",\"2\n\"\n"});
}

TEST_F(KeySplit, takes_members_of_json_objects) {
    table::Format format;
    format.kind = table::Kind::json_lines;
    format.columns = {"key", "x"};
    const auto summary = split_by_key(
        task("{\"key\":\"\\u0061\",\"x\":1}\n{\"x\":2}\n[]\n{\"key\":7}\n{\"key\":null}\n"),
        format);
    EXPECT_EQ(summary, (SplitSummary{4, 1}));
    EXPECT_EQ(groups(),
              (Texts{"key= 2 rows: {\"x\":2}\n{\"key\":null}\n", "key=7 1 rows: {\"key\":7}\n",
                     "key=a 1 rows: {\"key\":\"\\u0061\",\"x\":1}\n"}));
}

TEST_F(KeySplit, keeps_a_carriage_return_that_ends_the_data_of_a_record) {
    split_by_key(task("key,x\na,1\r"), csv({"key", "x"}));
    EXPECT_EQ(groups(), Texts{"key=a 1 rows: a,1\r\r\n"});
}

TEST_F(KeySplit, counts_malformed_records_and_leaves_them_out) {
    EXPECT_EQ(split_by_key(task("key,x\na\na,1\nb,\"1\nb,2,3\n"), csv({"key", "x"})),
              (SplitSummary{1, 3}));
    EXPECT_EQ(groups(), Texts{"key=a 1 rows: a,1\n"});
}

TEST_F(KeySplit, spreads_the_keys_over_the_buckets) {
    std::string text = "key,x\n";
    for (int i = 0; i < 300; ++i) text += std::to_string(i % 100) + "," + std::to_string(i) + "\n";
    split_by_key(task(text, 8), csv({"key", "x"}));
    std::size_t found = 0;
    for (std::uint64_t bucket = 0; bucket < 8; ++bucket) {
        const auto here = groups(bucket);
        EXPECT_FALSE(here.empty());
        EXPECT_TRUE(std::is_sorted(here.begin(), here.end()));
        found += here.size();
    }
    EXPECT_EQ(found, 100U);
}

TEST_F(KeySplit, of_a_piece_without_rows_has_empty_slices) {
    EXPECT_EQ(split_by_key(task("key,x\n", 3), csv({"key", "x"})), (SplitSummary{0, 0}));
    for (std::uint64_t bucket = 0; bucket < 3; ++bucket) EXPECT_TRUE(groups(bucket).empty());
}

TEST_F(KeySplit, refuses_a_column_that_is_not_there_and_kinds_without_any) {
    expect_error<base::UsageError>(
        [&] {
            split_by_key(task("keys,x\n"), csv({"keys", "x"}));
        },
        {"/first.csv has no column 'key'; did you mean 'keys'?"});
    expect_error<base::UsageError>(
        [&] {
            split_by_key(task("a,b\n"), csv({"abc", "def"}));
        },
        {"has no column 'key'; it has abc, def"});
    auto lines = csv({"line"});
    lines.kind = table::Kind::lines;
    expect_error<base::UsageError>([&] { split_by_key(task("a\n"), lines); },
                                   {"/first.csv is read as lines, which have no columns"});
    lines.kind = table::Kind::hdf5;
    expect_error<base::UsageError>([&] { split_by_key(task("a\n"), lines); },
                                   {"/first.csv is HDF5, and this version gathers rows of text"});
}

TEST_F(KeySplit, refuses_a_key_that_is_no_key) {
    const auto huge = task("key,x\n" + std::string(70'000, 'a') + ",1\n");
    expect_error<ReadError>(
        [&] {
            split_by_key(huge, csv({"key", "x"}));
        },
        {tree_.path("a.csv"), "more than 64 KiB"});
}

TEST_F(KeySplit, says_where_it_cannot_write) {
    auto nowhere = task("key,x\na,1\n");
    nowhere.to = tree_.path("none/split");
    expect_error<ReadError>(
        [&] {
            split_by_key(nowhere, csv({"key", "x"}));
        },
        {"cannot write " + nowhere.to, "twice the space"});
    nowhere.to = "/dev/full";
    expect_error<ReadError>(
        [&] {
            split_by_key(nowhere, csv({"key", "x"}));
        },
        {"cannot write /dev/full: No space left"});
}

TEST_F(KeySplit, refuses_every_truncation_of_its_file) {
    split_by_key(task("key,x\na,1\nb,2\n"), csv({"key", "x"}));
    const auto whole = content();
    for (std::size_t size = 0; size < whole.size(); ++size) {
        tree_.file("split", whole.substr(0, size));
        EXPECT_THROW(read_slice(to_, 0), ReadError) << size;
    }
}

TEST_F(KeySplit, refuses_every_changed_byte_but_the_number_of_buckets) {
    split_by_key(task("key,x\na,1\nb,2\n"), csv({"key", "x"}));
    const auto whole = content();
    for (std::size_t i = 0; i < whole.size(); ++i) {
        if (i >= 8 && i < 16) continue;
        auto changed = whole;
        changed[i] ^= 1;
        tree_.file("split", changed);
        EXPECT_THROW(read_slice(to_, 0), ReadError) << i;
    }
}

TEST_F(KeySplit, refuses_a_bucket_that_is_not_there_and_a_slice_that_makes_no_sense) {
    split_by_key(task("key,x\na,1\n"), csv({"key", "x"}));
    expect_error<ReadError>([&] { read_slice(to_, 1); }, {to_, "is damaged"});
    expect_error<ReadError>([&] { groups_of("\5ab", to_); }, {to_, "is damaged"});
}

}  // namespace
}  // namespace parallel_run::dataset
