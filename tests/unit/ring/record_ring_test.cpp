// SPDX-License-Identifier: Apache-2.0
#include "ring/record_ring.hpp"

#include "ring_fixture.hpp"

#include <cstring>
#include <deque>
#include <random>

#include <gtest/gtest.h>

namespace parallel_run::ring {
namespace {

using Status = Consumer::Status;

TEST(RecordRing, is_empty_at_first) {
    Ring ring;
    EXPECT_EQ(ring.peek(), Status::empty);
    EXPECT_TRUE(ring.consumer.empty());
    EXPECT_EQ(ring.producer.bytes_waiting(), 0U);
}

TEST(RecordRing, hands_over_kind_more_and_both_parts) {
    Ring ring;
    ASSERT_TRUE(ring.producer.try_push(7, true, "head", "body"));
    Record record;
    ASSERT_EQ(ring.consumer.peek(record), Status::record);
    EXPECT_EQ(record.kind, 7);
    EXPECT_TRUE(record.more);
    EXPECT_EQ(record.payload, "headbody");
    EXPECT_EQ(record.position, ring.producer.last_position());
}

TEST(RecordRing, carries_an_empty_payload) {
    Ring ring;
    ASSERT_TRUE(ring.push(""));
    EXPECT_EQ(ring.take(), "");
    EXPECT_EQ(ring.peek(), Status::empty);
}

TEST(RecordRing, shows_the_same_record_until_it_is_released) {
    Ring ring;
    ring.push("first");
    ring.push("second");
    EXPECT_EQ(ring.peek(), Status::record);
    EXPECT_EQ(ring.take(), "first");
    EXPECT_EQ(ring.take(), "second");
    EXPECT_EQ(ring.peek(), Status::empty);
}

TEST(RecordRing, shows_the_next_record_while_one_is_out) {
    Ring ring;
    ring.push("first");
    ring.peek();
    EXPECT_FALSE(ring.consumer.peek_next());
    ring.push("second");
    const auto next = ring.consumer.peek_next();
    ASSERT_TRUE(next);
    EXPECT_EQ(next->payload, "second");
    EXPECT_EQ(ring.take(), "first");
    EXPECT_EQ(ring.take(), "second");
}

TEST(RecordRing, shows_the_next_record_behind_the_padding) {
    Ring ring;
    const std::string quarter(ring.producer.max_payload(), 'x');
    for (int i = 0; i < 100; ++i) {
        ASSERT_TRUE(ring.push("first"));
        ASSERT_TRUE(ring.push(quarter));
        ASSERT_EQ(ring.peek(), Status::record);
        ASSERT_TRUE(ring.consumer.peek_next());
        EXPECT_EQ(ring.consumer.peek_next()->payload, quarter);
        ring.take();
        ring.take();
    }
}

TEST(RecordRing, tells_whether_more_is_written) {
    Ring ring;
    ring.push("first");
    ring.push("second");
    ring.peek();
    EXPECT_FALSE(ring.consumer.at_last());
    ring.consumer.release();
    ring.peek();
    EXPECT_TRUE(ring.consumer.at_last());
}

TEST(RecordRing, gives_room_back_only_on_release) {
    Ring ring;
    const std::string quarter(ring.producer.max_payload() - Ring::kHeader, 'q');
    for (int i = 0; i < 4; ++i) ASSERT_TRUE(ring.push(quarter));
    EXPECT_EQ(ring.producer.bytes_waiting(), Ring::kCapacity);
    EXPECT_FALSE(ring.push(""));
    ring.peek();
    EXPECT_FALSE(ring.push(""));
    ring.consumer.release();
    EXPECT_TRUE(ring.push(quarter));
    EXPECT_FALSE(ring.push(""));
}

TEST(RecordRing, refuses_without_an_effect) {
    Ring ring;
    const std::string text(1000, 'a');
    while (ring.push(text)) {
    }
    const auto waiting = ring.producer.bytes_waiting();
    EXPECT_FALSE(ring.push(text));
    EXPECT_EQ(ring.producer.bytes_waiting(), waiting);
    EXPECT_EQ(ring.take(), text);
}

TEST(RecordRing, fits_a_record_exactly_before_the_end) {
    Ring ring;
    for (int i = 0; i < 3; ++i) ring.advance(1024);
    ring.advance(1024 - 32);
    ASSERT_TRUE(ring.push("sixteen bytes ok"));  // 32 with its header: no padding
    EXPECT_EQ(ring.producer.bytes_waiting(), 32U);
    ASSERT_TRUE(ring.push("next"));
    EXPECT_EQ(ring.producer.last_position(), Ring::kCapacity);
    EXPECT_EQ(ring.take(), "sixteen bytes ok");
    EXPECT_EQ(ring.take(), "next");
}

TEST(RecordRing, pads_where_the_rest_is_one_header_only) {
    Ring ring;
    for (int i = 0; i < 3; ++i) ring.advance(1024);
    ring.advance(1024 - 16);
    ASSERT_TRUE(ring.push("a"));
    EXPECT_EQ(ring.producer.last_position(), Ring::kCapacity);
    EXPECT_EQ(ring.take(), "a");
    EXPECT_EQ(ring.peek(), Status::empty);
    EXPECT_TRUE(ring.consumer.empty());
}

TEST(RecordRing, counts_padding_as_room_that_is_taken) {
    Ring ring;
    for (int i = 0; i < 3; ++i) ring.advance(1024);
    const std::string longest(ring.producer.max_payload(), 'm');
    ASSERT_TRUE(ring.push(longest));  // 1024 to the end are too few: they are padded
    EXPECT_EQ(ring.producer.last_position(), Ring::kCapacity);
    EXPECT_EQ(ring.producer.bytes_waiting(), 1024 + Ring::kHeader + longest.size());
    EXPECT_EQ(ring.take(), longest);
    EXPECT_EQ(ring.producer.bytes_waiting(), 0U);
}

TEST(RecordRing, always_fits_the_longest_payload_when_it_is_empty) {
    const std::string longest(Ring::kCapacity / 4, 'm');
    for (std::uint64_t start = 0; start < Ring::kCapacity; start += 16) {
        Ring ring;
        for (auto left = start; left > 0; left -= std::min<std::uint64_t>(left, 512)) {
            ring.advance(std::min<std::uint64_t>(left, 512));
        }
        ASSERT_TRUE(ring.push(longest)) << "at " << start;
        ASSERT_EQ(ring.take(), longest) << "at " << start;
    }
}

TEST(RecordRing, skips_a_record_that_was_revoked_in_time) {
    Ring ring;
    ring.push("first");
    ring.push("second");
    EXPECT_TRUE(ring.producer.revoke(ring.producer.last_position()));
    EXPECT_EQ(ring.take(), "first");
    EXPECT_EQ(ring.take(), "(revoked)");
    EXPECT_EQ(ring.peek(), Status::empty);
}

TEST(RecordRing, keeps_a_record_that_was_claimed_first) {
    Ring ring;
    ring.push("only");
    Record record;
    ring.consumer.peek(record);
    ASSERT_TRUE(ring.consumer.claim(record));
    EXPECT_FALSE(ring.producer.revoke(record.position));
    EXPECT_EQ(record.payload, "only");
}

TEST(RecordRing, does_not_revoke_a_record_that_zeros_were_written_over) {
    Ring ring;
    ring.push("only");
    std::memset(ring.bytes(), 0, Ring::kCapacity);
    EXPECT_FALSE(ring.producer.revoke(ring.producer.last_position()));
}

TEST(RecordRing, does_not_revoke_a_record_twice) {
    Ring ring;
    ring.push("only");
    EXPECT_TRUE(ring.producer.revoke(ring.producer.last_position()));
    EXPECT_FALSE(ring.producer.revoke(ring.producer.last_position()));
}

TEST(RecordRing, does_not_revoke_what_the_reader_has_released) {
    Ring ring;
    ring.push("gone");
    const auto gone = ring.producer.last_position();
    ring.take();
    while (ring.push(std::string(1024 - Ring::kHeader, '\0'))) {
    }
    while (ring.push("")) {
    }
    ring.header(gone).claim.store(0);  // another record lies here, and could look like this
    EXPECT_FALSE(ring.producer.revoke(gone));
}

TEST(RecordRing, carries_what_a_queue_would_whatever_the_sizes) {
    std::mt19937 random(20260102);
    Ring ring;
    struct Sent {
        std::string text;
        std::uint64_t position;
    };
    std::deque<Sent> expected;
    for (int step = 0; step < 20'000; ++step) {
        if (random() % 2 == 0) {
            std::string text(random() % (ring.producer.max_payload() + 1), '\0');
            for (auto& byte : text) byte = static_cast<char>(random());
            if (ring.push(text)) expected.push_back({text, ring.producer.last_position()});
        } else if (!expected.empty() && random() % 4 == 0) {
            const bool stood = expected.back().text != "(revoked)";
            EXPECT_EQ(ring.producer.revoke(expected.back().position), stood);
            expected.back() = {"(revoked)", expected.back().position};
            ASSERT_EQ(ring.take(), expected.front().text);
            expected.pop_front();
        } else if (!expected.empty()) {
            ASSERT_EQ(ring.take(), expected.front().text);
            expected.pop_front();
        } else {
            ASSERT_EQ(ring.peek(), Status::empty);
        }
    }
}

}  // namespace
}  // namespace parallel_run::ring
