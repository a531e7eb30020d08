// SPDX-License-Identifier: Apache-2.0
#include "ring/last_words.hpp"

#include <cstring>
#include <memory>

#include <gtest/gtest.h>

#include "ring/segment.hpp"

namespace parallel_run::ring {
namespace {

TEST(LastWords, of_a_process_that_said_none_are_empty) {
    const auto segment = Segment::create(4096, 4096);
    const auto words = copy(segment.last_words());
    EXPECT_EQ(words.signal, 0);
    EXPECT_TRUE(words.stack.empty());
    EXPECT_EQ(words.type + words.message + words.items + words.modules, "");
}

TEST(LastWords, reach_the_agent) {
    const auto agent = Segment::create(4096, 4096);
    const auto process = Segment::open(base::UniqueFd(::dup(agent.fd())));
    auto& said = process.value().last_words();
    said.frames[0] = 0x1234;
    said.frame_count = 1;
    said.signal = 11;
    put_text(said.message, "no model");
    const auto heard = copy(agent.last_words());
    EXPECT_EQ(heard.signal, 11);
    EXPECT_EQ(heard.stack, std::vector<std::uint64_t>{0x1234});
    EXPECT_EQ(heard.message, "no model");
}

TEST(LastWords, are_cut_where_lengths_go_beyond_the_memory) {
    const auto segment = Segment::create(4096, 4096);
    auto& words = segment.last_words();
    std::memset(static_cast<void*>(&words), 0xff, sizeof words);
    const auto heard = copy(words);
    EXPECT_EQ(heard.stack.size(), kMaxFrames);
    EXPECT_EQ(heard.type.size(), words.type.size());
    EXPECT_EQ(heard.message.size(), words.message.size());
    EXPECT_EQ(heard.items.size(), words.items.size());
    EXPECT_EQ(heard.modules.size(), words.modules.size());
}

TEST(LastWords, take_as_much_of_a_text_as_there_is_room_for) {
    std::array<char, 4> room{};
    put_text(room, "abc");
    EXPECT_STREQ(room.data(), "abc");
    put_text(room, "vwxyz");
    EXPECT_STREQ(room.data(), "vwx");
    put_text(room, "");
    EXPECT_STREQ(room.data(), "");
}

}  // namespace
}  // namespace parallel_run::ring
