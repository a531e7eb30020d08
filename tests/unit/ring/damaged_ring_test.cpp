// SPDX-License-Identifier: Apache-2.0
// Every way in which the other side can have damaged the ring: the reader says so, and reads
// nothing outside.
#include "ring_fixture.hpp"

#include <random>

#include <gtest/gtest.h>

namespace parallel_run::ring {
namespace {

using Status = Consumer::Status;

TEST(DamagedRing, notices_a_written_position_beyond_the_capacity) {
    Ring ring;
    ring.positions.written = Ring::kCapacity + 16;
    EXPECT_EQ(ring.peek(), Status::corrupt);
}

TEST(DamagedRing, notices_a_written_position_that_went_back) {
    Ring ring;
    ring.advance(64);
    ring.positions.written = 32;
    EXPECT_EQ(ring.peek(), Status::corrupt);
}

TEST(DamagedRing, notices_an_unaligned_written_position) {
    Ring ring;
    ring.push("a");
    for (std::uint64_t more = 1; more < 16; ++more) {
        ring.positions.written = 32 + more;
        EXPECT_EQ(ring.peek(), Status::corrupt) << more;
    }
}

TEST(DamagedRing, notices_a_record_longer_than_what_is_written) {
    Ring ring;
    ring.push("sixteen bytes ok");
    ring.header(0).size = 17;
    EXPECT_EQ(ring.peek(), Status::corrupt);
}

TEST(DamagedRing, notices_the_longest_size_there_is) {
    Ring ring;
    ring.push("a");
    ring.header(0).size = UINT32_MAX;
    EXPECT_EQ(ring.peek(), Status::corrupt);
}

TEST(DamagedRing, notices_a_record_that_reaches_beyond_the_ring) {
    Ring ring;
    for (int i = 0; i < 3; ++i) ring.advance(1024);
    ring.push(std::string(1008, 'a'));  // up to the end
    ring.push("b");
    ring.header(3 * 1024).size = 1009;
    EXPECT_EQ(ring.peek(), Status::corrupt);
}

TEST(DamagedRing, notices_padding_that_reaches_beyond_the_ring) {
    Ring ring;
    for (int i = 0; i < 3; ++i) ring.advance(1024);
    ring.push(std::string(1008, 'a'));
    ring.push("b");
    ring.header(3 * 1024).kind = kPadding;
    ring.header(3 * 1024).size = 1024;
    EXPECT_EQ(ring.peek(), Status::corrupt);
}

TEST(DamagedRing, takes_a_ring_of_nothing_but_padding_as_empty) {
    Ring ring;
    for (std::uint64_t at = 0; at < Ring::kCapacity; at += 16) {
        ring.header(at).size = 0;
        ring.header(at).kind = kPadding;
    }
    ring.positions.written = Ring::kCapacity;
    EXPECT_EQ(ring.peek(), Status::empty);
}

TEST(DamagedRing, passes_an_unknown_kind_on_to_be_judged) {
    Ring ring;
    ring.push("a");
    ring.header(0).kind = 0xffff;
    Record record;
    ASSERT_EQ(ring.consumer.peek(record), Status::record);
    EXPECT_EQ(record.kind, 0xffff);
}

TEST(DamagedRing, says_corrupt_again_when_asked_again) {
    Ring ring;
    ring.positions.written = 8;
    EXPECT_EQ(ring.peek(), Status::corrupt);
    EXPECT_EQ(ring.peek(), Status::corrupt);
}

TEST(DamagedRing, a_taken_position_of_any_value_does_not_lead_the_writer_outside) {
    std::mt19937_64 random(20260103);
    for (int round = 0; round < 1000; ++round) {
        Ring ring;
        ring.positions.taken = random() % 2 == 0 ? random() : random() % (2 * Ring::kCapacity);
        for (int i = 0; i < 20; ++i) ring.push(std::string(random() % 1025, 'p'));
        for (auto at = Ring::kCapacity; at < 2 * Ring::kCapacity; ++at) {
            ASSERT_EQ(ring.bytes()[at], 0) << "written behind the ring at " << at;
        }
    }
}

TEST(DamagedRing, reads_random_memory_without_leaving_the_ring) {
    std::mt19937 random(20260104);
    for (int round = 0; round < 20'000; ++round) {
        Ring ring;
        for (std::uint64_t at = 0; at < Ring::kCapacity; at += 16) {
            ring.header(at).size =
                static_cast<std::uint32_t>(random() % 3 == 0 ? random() : random() % 2000);
            ring.header(at).kind = static_cast<std::uint16_t>(random() % 3);
        }
        ring.positions.written = (random() % 300) * 16;
        Record record;
        for (int i = 0; i < 300 && ring.consumer.peek(record) == Status::record; ++i) {
            ASSERT_GE(record.payload.data(), ring.bytes());
            ASSERT_LE(record.payload.data() + record.payload.size(),
                      ring.bytes() + Ring::kCapacity);
            ring.consumer.claim(record);
            ring.consumer.release();
        }
    }
}

}  // namespace
}  // namespace parallel_run::ring
