// SPDX-License-Identifier: Apache-2.0
#include "base/size.hpp"

#include <gtest/gtest.h>

namespace parallel_run::base {
namespace {

TEST(Size, reads_bytes_in_powers_of_1024) {
    EXPECT_EQ(parse_bytes("0"), 0U);
    EXPECT_EQ(parse_bytes("1024"), 1024U);
    EXPECT_EQ(parse_bytes("64KB"), 64U << 10);
    EXPECT_EQ(parse_bytes("10mb"), 10U << 20);
    EXPECT_EQ(parse_bytes("1Gb"), 1U << 30);
    EXPECT_EQ(parse_bytes("2TB"), std::uint64_t{2} << 40);
}

TEST(Size, refuses_what_is_no_size) {
    for (const auto* text : {"", "KB", "-1", "+1", "1.5MB", "1 MB", "1K", "1B", "1PB", "1MBs"}) {
        EXPECT_FALSE(parse_bytes(text)) << text;
    }
}

TEST(Size, refuses_what_does_not_fit_63_bits) {
    EXPECT_EQ(parse_bytes("9223372036854775807"), 9223372036854775807U);
    EXPECT_FALSE(parse_bytes("9223372036854775808"));
    EXPECT_FALSE(parse_bytes("8388608TB"));
}

TEST(Size, formats_bytes_for_people) {
    EXPECT_EQ(format_bytes(512), "512 B");
    EXPECT_EQ(format_bytes(1536), "1.5 KB");
    EXPECT_EQ(format_bytes(64 << 20), "64.0 MB");
}

TEST(Size, groups_digits_by_three) {
    EXPECT_EQ(format_count(0), "0");
    EXPECT_EQ(format_count(999), "999");
    EXPECT_EQ(format_count(1000), "1,000");
    EXPECT_EQ(format_count(12345678), "12,345,678");
}

TEST(Size, counts_nouns) {
    EXPECT_EQ(format_count(1, "row"), "1 row");
    EXPECT_EQ(format_count(0, "row"), "0 rows");
    EXPECT_EQ(format_count(1200, "mini-batch"), "1,200 mini-batches");
}

TEST(Size, formats_rates_for_people) {
    EXPECT_EQ(format_rate(0), "0");
    EXPECT_EQ(format_rate(0.042166), "0.04217");
    EXPECT_EQ(format_rate(123.44), "123.4");
    EXPECT_EQ(format_rate(152'499.6), "152,500");
}

}  // namespace
}  // namespace parallel_run::base
