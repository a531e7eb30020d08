// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "base/codec.hpp"
#include "ring/last_words.hpp"
#include "ring/messages.hpp"

namespace parallel_run::ring {
namespace {

ErrorReport full_report() {
    return {Call::run,
            17,
            2,
            "std::runtime_error",
            "cannot read a",
            "/data/a, /data/b",
            {1, 0x7f0012345678, ~std::uint64_t{0}}};
}

TEST(ErrorReport, survives_the_journey) {
    const auto bytes = encode(full_report());
    ErrorReport received;
    ASSERT_TRUE(decode(bytes, received));
    EXPECT_EQ(received.call, Call::run);
    EXPECT_EQ(received.index, 17U);
    EXPECT_EQ(received.attempt, 2U);
    EXPECT_EQ(received.type, "std::runtime_error");
    EXPECT_EQ(received.message, "cannot read a");
    EXPECT_EQ(received.items, "/data/a, /data/b");
    EXPECT_EQ(received.stack, full_report().stack);
}

TEST(ErrorReport, is_refused_when_cut_before_its_stack) {
    auto report = full_report();
    report.stack.clear();
    const auto bytes = encode(report);
    for (std::size_t size = 0; size < bytes.size(); ++size) {
        ErrorReport received;
        EXPECT_FALSE(decode(std::string_view(bytes).substr(0, size), received)) << size;
    }
}

TEST(ErrorReport, is_refused_with_an_unknown_call) {
    auto bytes = encode(full_report());
    bytes[0] = 3;
    ErrorReport received;
    EXPECT_FALSE(decode(bytes, received));
}

TEST(ErrorReport, is_refused_with_more_frames_than_a_stack_has) {
    auto report = full_report();
    report.stack.assign(kMaxFrames, 5);
    ErrorReport received;
    EXPECT_TRUE(decode(encode(report), received));
    report.stack.push_back(5);
    EXPECT_FALSE(decode(encode(report), received));
}

}  // namespace
}  // namespace parallel_run::ring
