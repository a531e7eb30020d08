// SPDX-License-Identifier: Apache-2.0
#include "dataset/descriptor.hpp"

#include <cstddef>
#include <random>

#include <gtest/gtest.h>

#include "base/codec.hpp"

namespace parallel_run::dataset {
namespace {

std::string encoded(const Descriptor& descriptor) {
    std::string bytes;
    encode(descriptor, bytes);
    return bytes;
}

TEST(Descriptor, survives_the_journey) {
    const Descriptor sent{3, {"/a/b.png", "/a/line\nbreak", "/a/\xff\xfe"}};
    const auto bytes = encoded(sent);
    DescriptorView received;
    ASSERT_TRUE(decode(bytes, received));
    EXPECT_EQ(received.input, 3U);
    EXPECT_EQ((std::vector<std::string>{received.files.begin(), received.files.end()}), sent.files);
}

TEST(Descriptor, of_a_part_of_a_table_survives_the_journey) {
    Descriptor sent{1, {"/a.csv"}, table::Range{}};
    *sent.part = {"/a.csv", 1ULL << 40, -5, 3, 1ULL << 33, true, 7, 9, 1ULL << 50};
    DescriptorView received;
    const auto bytes = encoded(sent);
    ASSERT_TRUE(decode(bytes, received));
    EXPECT_TRUE(received.is_table);
    EXPECT_EQ(received.part, *sent.part);
    std::string same;
    encode(1, *sent.part, same);
    EXPECT_EQ(same, bytes);
}

TEST(Descriptor, of_a_part_without_bounds_is_short_and_survives_too) {
    Descriptor sent{0, {"/a.csv.gz"}, table::Range{}};
    sent.part->file = "/a.csv.gz";
    DescriptorView received;
    const auto bytes = encoded(sent);
    EXPECT_LE(bytes.size(), 21U);
    ASSERT_TRUE(decode(bytes, received));
    EXPECT_EQ(received.part, *sent.part);
    EXPECT_EQ(describe(received), "/a.csv.gz, all");
}

TEST(Descriptor, refuses_every_truncation_of_a_part) {
    Descriptor sent{1, {"/a.csv"}, table::Range{}};
    const auto bytes = encoded(sent);
    const auto without_part = encoded({1, {"/a.csv"}}).size();
    DescriptorView view;
    for (std::size_t size = 0; size < bytes.size(); ++size) {
        const bool whole = decode(std::string_view(bytes).substr(0, size), view);
        EXPECT_EQ(whole, size == without_part) << size;
    }
}

TEST(Descriptor, refuses_a_part_that_ends_before_it_begins) {
    Descriptor sent{1, {"/a.csv"}, table::Range{}};
    sent.part->begin = 2;
    sent.part->end = 1;
    DescriptorView view;
    EXPECT_FALSE(decode(encoded(sent), view));
}

TEST(Descriptor, with_a_key_survives_the_journey) {
    Descriptor sent{2, {"/a", "/b"}};
    sent.partition_key = "user=alice";
    const auto bytes = encoded(sent);
    DescriptorView received;
    ASSERT_TRUE(decode(bytes, received));
    EXPECT_EQ(received.partition_key, "user=alice");
    EXPECT_EQ(received.files.size(), 2U);
    EXPECT_FALSE(received.is_table);
    std::string same;
    std::string paths;
    base::Encoder encoder(paths);
    encoder.string("/a");
    encoder.string("/b");
    encode(2, 2, paths, "user=alice", same);
    EXPECT_EQ(same, bytes);
    EXPECT_EQ(describe(received), "user=alice: /a and 1 more");
}

TEST(Descriptor, of_a_part_and_its_key_or_its_malformed_records_survives_the_journey) {
    Descriptor sent{1, {"/a.csv"}, table::Range{}, "store=1"};
    DescriptorView received;
    auto bytes = encoded(sent);
    ASSERT_TRUE(decode(bytes, received));
    EXPECT_TRUE(received.is_table);
    EXPECT_EQ(received.partition_key, "store=1");
    sent.partition_key.clear();
    sent.only_malformed = true;
    bytes = encoded(sent);
    ASSERT_TRUE(decode(bytes, received));
    EXPECT_TRUE(received.only_malformed);
    EXPECT_EQ(received.partition_key, "");
    EXPECT_EQ(describe(received), "malformed records of /a.csv, all");
}

TEST(Descriptor, refuses_contents_that_cannot_be) {
    DescriptorView view;
    const auto head = encoded({1, {"/a.csv"}});
    EXPECT_FALSE(decode(head + '\4', view));     // malformed records of nothing
    EXPECT_FALSE(decode(head + "\6\1k", view));  // with a key
    EXPECT_FALSE(decode(head + '\x8', view));    // unknown
    EXPECT_FALSE(decode(encoded({1, {"/a", "/b"}, table::Range{}}), view));  // a part of two files
}

TEST(Descriptor, describes_itself_to_people) {
    DescriptorView view;
    auto bytes = encoded({0, {"/a", "/b", "/c"}});
    ASSERT_TRUE(decode(bytes, view));
    EXPECT_EQ(describe(view), "/a and 2 more");
    Descriptor part{0, {"/a.csv"}, table::Range{}};
    part.part->end = 1 << 20;
    bytes = encoded(part);
    ASSERT_TRUE(decode(bytes, view));
    EXPECT_EQ(describe(view), "/a.csv, 0 to 1,048,576");
}

TEST(Descriptor, replaces_what_the_view_held) {
    DescriptorView view{7, {"old", "older"}};
    ASSERT_TRUE(decode(encoded({0, {}}), view));
    EXPECT_EQ(view.input, 0U);
    EXPECT_TRUE(view.files.empty());
}

TEST(Descriptor, refuses_every_truncation) {
    const auto bytes = encoded({300, {"/first", "/second"}});
    DescriptorView view;
    for (std::size_t size = 0; size < bytes.size(); ++size) {
        EXPECT_FALSE(decode(std::string_view(bytes).substr(0, size), view)) << size;
    }
}

TEST(Descriptor, refuses_bytes_after_the_end) {
    DescriptorView view;
    EXPECT_FALSE(decode(encoded({0, {"/a"}}) + "x", view));
}

TEST(Descriptor, refuses_an_input_number_that_does_not_fit) {
    std::string bytes;
    base::Encoder encoder(bytes);
    encoder.varint(std::uint64_t{1} << 32);
    encoder.varint(0);
    DescriptorView view;
    EXPECT_FALSE(decode(bytes, view));
}

TEST(Descriptor, takes_no_memory_for_a_count_beyond_its_bytes) {
    std::string bytes;
    base::Encoder encoder(bytes);
    encoder.varint(0);
    encoder.varint(~std::uint64_t{0});
    bytes += "abc";
    DescriptorView view;
    EXPECT_FALSE(decode(bytes, view));
    EXPECT_EQ(view.files.capacity(), 0U);
}

TEST(Descriptor, reads_random_bytes_without_harm) {
    std::mt19937 random(20260101);
    DescriptorView view;
    for (int round = 0; round < 20'000; ++round) {
        std::string bytes(random() % 24, '\0');
        for (auto& byte : bytes)
            byte = static_cast<char>(random() % 3 == 0 ? random() : random() % 6);
        if (!decode(bytes, view)) continue;
        EXPECT_LE(view.files.size(), bytes.size());
        for (const auto file : view.files) {
            EXPECT_TRUE(file.empty() || (file.data() >= bytes.data() &&
                                         file.data() + file.size() <= bytes.data() + bytes.size()));
        }
    }
}

}  // namespace
}  // namespace parallel_run::dataset
