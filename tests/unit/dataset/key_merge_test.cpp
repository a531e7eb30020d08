// SPDX-License-Identifier: Apache-2.0
#include "dataset/key_merge.hpp"

#include "temporary_tree.hpp"

#include <filesystem>
#include <fstream>
#include <iterator>

#include "dataset/key_split.hpp"
#include "table/reader.hpp"

namespace parallel_run::dataset {
namespace {

using table::ReadError;

class KeyMerge : public testing::Test {
protected:
    KeyMerge() { tree_.directory("work"); }

    void add_piece(const std::string& rows) {
        table::Format format;
        format.kind = table::Kind::delimited;
        format.columns = {"key", "x"};
        tree_.file("a.csv", "key,x\n" + rows);
        SplitTask task;
        task.piece.file = tree_.path("a.csv");
        task.keys = {"key"};
        task.buckets = 2;
        task.to = split_path(tree_.path("work"), pieces_++);
        split_by_key(task, format);
    }
    [[nodiscard]] MergeTask task(std::uint64_t bucket) const {
        return {tree_.path("work"), pieces_, bucket};
    }
    [[nodiscard]] std::string text(std::uint64_t bucket) const {
        std::ifstream file(bucket_path(tree_.path("work"), bucket), std::ios::binary);
        return {std::istreambuf_iterator<char>(file), {}};
    }
    [[nodiscard]] std::uint64_t bucket_of(const std::string& key) const {
        for (std::uint64_t bucket = 0; bucket < 2; ++bucket) {
            for (const auto& group : merge_bucket(task(bucket))) {
                if (group.key == key) return bucket;
            }
        }
        ADD_FAILURE() << key << " is in no bucket";
        return 0;
    }

    const TemporaryTree tree_;
    std::uint64_t pieces_ = 0;
};

TEST_F(KeyMerge, brings_together_each_key_in_the_order_of_the_pieces) {
    add_piece("a,1\nb,2\na,3\n");
    add_piece("c,4\n");
    add_piece("b,5\na,6\n");
    for (const auto& [key, rows, expected] :
         std::vector<std::tuple<std::string, std::uint64_t, std::string>>{
             {"key=a", 3, "a,1\na,3\na,6\n"}, {"key=b", 2, "b,2\nb,5\n"}, {"key=c", 1, "c,4\n"}}) {
        const auto bucket = bucket_of(key);
        for (const auto& group : merge_bucket(task(bucket))) {
            if (group.key != key) continue;
            EXPECT_EQ(group.rows, rows);
            EXPECT_EQ(text(bucket).substr(group.begin, group.end - group.begin), expected);
        }
    }
}

TEST_F(KeyMerge, places_the_groups_one_after_another_behind_an_empty_line) {
    add_piece("a,1\nb,1\nc,1\nd,1\ne,1\n");
    for (std::uint64_t bucket = 0; bucket < 2; ++bucket) {
        std::uint64_t position = 1;
        for (const auto& group : merge_bucket(task(bucket))) {
            EXPECT_EQ(group.begin, position);
            position = group.end;
        }
        EXPECT_EQ(text(bucket).size(), position);
        EXPECT_EQ(text(bucket).front(), '\n');
    }
}

TEST_F(KeyMerge, of_nothing_writes_nothing) {
    add_piece("");
    EXPECT_TRUE(merge_bucket(task(0)).empty());
    EXPECT_FALSE(std::filesystem::exists(bucket_path(tree_.path("work"), 0)));
}

TEST_F(KeyMerge, refuses_a_key_that_is_too_long_for_a_mini_batch) {
    add_piece("abc,1\n");
    add_piece("abc,2\n");
    const auto bucket = bucket_of("key=abc");
    table::TextLimits limits;
    limits.part_bytes = 12;
    EXPECT_EQ(merge_bucket(task(bucket), limits).size(), 1U);
    limits.part_bytes = 11;
    expect_error<ReadError>([&] { merge_bucket(task(bucket), limits); },
                            {"the rows of key=abc have 12", "add a column to partition_keys"});
}

TEST_F(KeyMerge, says_where_it_cannot_write_or_read) {
    add_piece("a,1\n");
    const auto bucket = bucket_of("key=a");
    const auto path = bucket_path(tree_.path("work"), bucket);
    std::filesystem::remove(path);
    std::filesystem::create_symlink("/dev/full", path);
    expect_error<ReadError>([&] { merge_bucket(task(bucket)); },
                            {"cannot write " + path + ": No space left"});
    std::filesystem::remove(split_path(tree_.path("work"), 0));
    expect_error<ReadError>([&] { merge_bucket(task(bucket)); },
                            {split_path(tree_.path("work"), 0)});
}

std::string encoded(const std::vector<KeyGroup>& groups) {
    std::string bytes;
    base::Encoder encoder(bytes);
    encode(groups, encoder);
    return bytes;
}

bool decodes(std::string_view bytes, std::vector<KeyGroup>& groups) {
    base::Decoder decoder(bytes);
    decode(decoder, groups);
    return decoder.finished();
}

TEST(KeyGroups, survive_the_journey) {
    const std::vector<KeyGroup> sent = {{"a=1", 1, 10, 3}, {"a=2", 10, 1ULL << 40, 1}};
    std::vector<KeyGroup> received;
    ASSERT_TRUE(decodes(encoded(sent), received));
    EXPECT_EQ(received, sent);
    ASSERT_TRUE(decodes("", received));
    EXPECT_TRUE(received.empty());
}

TEST(KeyGroups, are_refused_where_they_cannot_be) {
    std::vector<KeyGroup> groups;
    EXPECT_FALSE(decodes(encoded({{"", 1, 10, 3}}), groups));
    EXPECT_FALSE(decodes(encoded({{"a=1", 10, 10, 0}}), groups));
    EXPECT_FALSE(decodes(encoded({{"a=1", 1, 10, 3}, {"a=2", 9, 12, 1}}), groups));
    const auto whole = encoded({{"a=1", 1, 10, 3}});
    for (std::size_t size = 1; size < whole.size(); ++size) {
        EXPECT_FALSE(decodes(std::string_view(whole).substr(0, size), groups)) << size;
    }
}

}  // namespace
}  // namespace parallel_run::dataset
