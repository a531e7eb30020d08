// SPDX-License-Identifier: Apache-2.0
#include "base/codec.hpp"

#include <limits>

#include <gtest/gtest.h>

namespace parallel_run::base {
namespace {

TEST(Codec, reads_back_what_was_written) {
    std::string bytes;
    Encoder encoder(bytes);
    encoder.varint(0);
    encoder.varint(std::numeric_limits<std::uint64_t>::max());
    encoder.signed_varint(-1);
    encoder.signed_varint(std::numeric_limits<std::int64_t>::min());
    encoder.boolean(true);
    encoder.float64(-0.1);
    encoder.string(std::string("a\0b", 3));

    Decoder decoder(bytes);
    EXPECT_EQ(decoder.varint(), 0U);
    EXPECT_EQ(decoder.varint(), std::numeric_limits<std::uint64_t>::max());
    EXPECT_EQ(decoder.signed_varint(), -1);
    EXPECT_EQ(decoder.signed_varint(), std::numeric_limits<std::int64_t>::min());
    EXPECT_TRUE(decoder.boolean());
    EXPECT_EQ(decoder.float64(), -0.1);
    EXPECT_EQ(decoder.string(), std::string("a\0b", 3));
    EXPECT_TRUE(decoder.finished());
}

TEST(Codec, small_numbers_take_one_byte) {
    std::string bytes;
    Encoder encoder(bytes);
    encoder.varint(127);
    encoder.signed_varint(-64);
    EXPECT_EQ(bytes.size(), 2U);
}

TEST(Codec, every_cut_is_noticed) {
    std::string bytes;
    Encoder encoder(bytes);
    encoder.varint(300);
    encoder.float64(1.5);
    encoder.string("word");
    for (std::size_t size = 0; size < bytes.size(); ++size) {
        Decoder decoder(std::string_view(bytes).substr(0, size));
        (void)decoder.varint();
        (void)decoder.float64();
        (void)decoder.string();
        EXPECT_FALSE(decoder.ok()) << "cut to " << size << " bytes";
    }
}

TEST(Codec, refuses_a_number_of_more_than_64_bits) {
    Decoder too_long(std::string_view("\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02", 10));
    EXPECT_EQ(too_long.varint(), 0U);
    EXPECT_FALSE(too_long.ok());
}

TEST(Codec, refuses_a_number_that_does_not_fit_its_type) {
    std::string bytes;
    Encoder(bytes).varint(256);
    Decoder decoder(bytes);
    EXPECT_EQ(decoder.integer<std::uint8_t>(), 0U);
    EXPECT_FALSE(decoder.ok());
}

TEST(Codec, a_length_beyond_the_end_allocates_nothing) {
    std::string bytes;
    Encoder(bytes).varint(std::numeric_limits<std::uint64_t>::max());
    Decoder decoder(bytes);
    EXPECT_TRUE(decoder.string().empty());
    EXPECT_FALSE(decoder.ok());
}

TEST(Codec, stays_failed) {
    Decoder decoder("");
    (void)decoder.varint();
    decoder = Decoder("\x01");
    decoder.fail();
    EXPECT_EQ(decoder.varint(), 0U);
    EXPECT_FALSE(decoder.finished());
}

}  // namespace
}  // namespace parallel_run::base
