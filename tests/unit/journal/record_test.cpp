// SPDX-License-Identifier: Apache-2.0
#include "journal/record.hpp"

#include "sample.hpp"

#include <limits>
#include <random>

#include <gtest/gtest.h>

#include "base/codec.hpp"

namespace parallel_run::journal {
namespace {

void expect_same_after_coding(const Record& record) {
    const auto decoded = decode(kind_of(record), encode(record));
    ASSERT_TRUE(decoded);
    EXPECT_TRUE(*decoded == record);
}

TEST(Record, comes_back_as_it_was) {
    const Counters counters{1, 2, 3, 4, 5, 6, std::numeric_limits<std::uint64_t>::max()};
    expect_same_after_coding(Epoch{});
    expect_same_after_coding(Epoch{3,
                                   1ULL << 50,
                                   {{0, 5, 7, ~0ULL}, {4'000'000'000, 12, 1, 0}},
                                   {{0, 1}, {1, 1}, {5, 2}, {1ULL << 35, 1ULL << 34}},
                                   counters,
                                   {1ULL << 36, digest_of(9)}});
    expect_same_after_coding(Planned{{12, digest_of(12)}, 120});
    expect_same_after_coding(Completed{counters});
    expect_same_after_coding(
        Declared{{{"a", PARALLEL_RUN_FLOAT32, 0, {64, 2}}, {"b", PARALLEL_RUN_TEXT, 32, {}}}});
}

TEST(Record, takes_one_number_for_a_mini_batch_on_its_own) {
    Epoch epoch;
    const auto empty = encode(epoch).size();
    for (std::uint64_t i = 0; i < 100; ++i) epoch.committed.push_back({i * 1000, 1});
    EXPECT_LE(encode(epoch).size(), empty + 200);
}

TEST(Record, is_refused_when_it_is_cut_or_goes_on) {
    const auto journal = two_epochs();
    const auto payload = encode(epoch_after(journal.state(), {{30, 1}, {40, 5}}));
    for (std::size_t size = 0; size < payload.size(); ++size) {
        EXPECT_FALSE(decode(1, payload.substr(0, size))) << size;
    }
    EXPECT_FALSE(decode(1, payload + '\0'));
}

TEST(Record, is_refused_when_its_digest_has_another_length) {
    std::string payload;
    base::Encoder out(payload);
    out.varint(12);
    out.string("short");
    out.varint(120);
    EXPECT_FALSE(decode(2, payload));
}

TEST(Record, is_refused_when_its_ranges_go_beyond_all_numbers) {
    const auto whole = encode(Epoch{});
    for (const std::uint64_t count : {~0ULL, 1ULL << 63}) {
        auto payload = whole.substr(0, whole.size() - 1);  // without the count of ranges
        base::Encoder out(payload);
        out.varint(2);
        out.varint(1);
        out.varint(count);
        out.varint(4);
        EXPECT_FALSE(decode(1, payload)) << count;
    }
}

TEST(Record, does_not_make_room_for_what_is_not_there) {
    auto payload = encode(Epoch{});
    payload.pop_back();
    base::Encoder(payload).varint(1ULL << 60);
    EXPECT_FALSE(decode(1, payload));
}

TEST(Record, survives_random_bytes) {
    for (std::uint64_t seed = 1; seed <= 2000; ++seed) {
        std::mt19937_64 random(seed);
        std::string payload(random() % 100, '\0');
        for (auto& byte : payload) byte = static_cast<char>(random() % 8 == 0 ? random() : 1);
        for (std::uint32_t kind = 1; kind <= 4; ++kind) {
            const auto record = decode(kind, payload);
            EXPECT_TRUE(!record || decode(kind, encode(*record)) == record) << "seed " << seed;
        }
    }
}

}  // namespace
}  // namespace parallel_run::journal
