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
