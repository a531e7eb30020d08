// SPDX-License-Identifier: Apache-2.0
#include "table/delimited_masks.hpp"

#include <random>
#include <string>

#include <gtest/gtest.h>

namespace parallel_run::table {
namespace {

std::vector<Masks> masks_of(FindMasks find, const char* text, std::size_t blocks) {
    std::vector<Masks> masks(blocks);
    find(text, blocks, ',', '\xff', masks.data());
    return masks;
}

TEST(MaskFinders, say_where_each_byte_stands) {
    std::string text(64, 'x');
    text[0] = ',';
    text[31] = '\xff';
    text[32] = '\n';
    text[63] = '\r';
    for (const auto& finder : mask_finders()) {
        const auto masks = masks_of(finder.find, text.data(), 1).front();
        EXPECT_EQ(masks.delimiter, 1ULL) << finder.name;
        EXPECT_EQ(masks.quote, 1ULL << 31) << finder.name;
        EXPECT_EQ(masks.line_feed, 1ULL << 32) << finder.name;
        EXPECT_EQ(masks.carriage_return, 1ULL << 63) << finder.name;
    }
}

TEST(MaskFinders, agree_about_random_bytes_wherever_they_lie_in_memory) {
    std::mt19937 random(1);
    constexpr std::size_t kBlocks = 50;
    std::string text(kBlocks * kMaskedBytes + 64, ' ');
    for (auto& byte : text) byte = ",\xff\n\r\x00x~"[random() % 7];
    const auto finders = mask_finders();
    for (std::size_t offset = 0; offset < 64; ++offset) {
        const auto wanted = masks_of(finders.front().find, text.data() + offset, kBlocks);
        for (const auto& finder : finders) {
            EXPECT_EQ(masks_of(finder.find, text.data() + offset, kBlocks), wanted) << finder.name;
        }
    }
}

TEST(MaskFinders, of_the_last_and_fastest_kind_are_used) {
    EXPECT_EQ(fastest_mask_finder(), mask_finders().back().find);
}

}  // namespace
}  // namespace parallel_run::table
