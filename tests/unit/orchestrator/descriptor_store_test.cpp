// SPDX-License-Identifier: Apache-2.0
#include "orchestrator/descriptor_store.hpp"

#include <algorithm>
#include <numeric>
#include <random>

#include <gtest/gtest.h>

namespace parallel_run::orchestrator {
namespace {

std::string descriptor_of(std::uint64_t index) {
    return std::string(index % 7, 'd') + std::to_string(index);
}

dataset::PlanChunk chunk_of(std::uint64_t first, std::uint64_t count) {
    dataset::PlanChunk chunk;
    chunk.first_index = first;
    for (auto index = first; index < first + count; ++index) {
        chunk.bytes += descriptor_of(index);
        chunk.items.push_back(1);
        chunk.ends.push_back(static_cast<std::uint32_t>(chunk.bytes.size()));
    }
    return chunk;
}

TEST(DescriptorStore, finds_in_any_chunk_in_any_order) {
    DescriptorStore store;
    store.add(chunk_of(0, 1), 1);
    store.add(chunk_of(1, 100), 100);
    store.add(chunk_of(101, 5), 5);
    for (const std::uint64_t index : {100U, 0U, 1U, 105U, 50U, 101U}) {
        EXPECT_EQ(store.find(index), descriptor_of(index));
    }
}

TEST(DescriptorStore, frees_a_chunk_when_its_last_mini_batch_has_ended) {
    DescriptorStore store;
    store.add(chunk_of(0, 2), 2);
    const auto one = store.bytes();
    EXPECT_GT(one, 0U);
    store.add(chunk_of(2, 2), 2);
    EXPECT_GT(store.bytes(), one);
    store.release(1);
    EXPECT_GT(store.bytes(), one);
    store.release(0);
    store.release(2);
    EXPECT_EQ(store.find(3), descriptor_of(3));
    store.release(3);
    EXPECT_EQ(store.bytes(), 0U);
}

TEST(DescriptorStore, frees_a_chunk_between_others) {
    DescriptorStore store;
    store.add(chunk_of(0, 1), 1);
    store.add(chunk_of(1, 1000), 1000);
    store.add(chunk_of(1001, 1), 1);
    const auto all = store.bytes();
    for (std::uint64_t index = 1; index <= 1000; ++index) store.release(index);
    EXPECT_LT(store.bytes(), all / 2);
    EXPECT_EQ(store.find(0), descriptor_of(0));
    EXPECT_EQ(store.find(1001), descriptor_of(1001));
    store.release(0);
    EXPECT_EQ(store.find(1001), descriptor_of(1001));
    store.release(1001);
    EXPECT_EQ(store.bytes(), 0U);
}

TEST(DescriptorStore, takes_chunks_after_it_was_empty) {
    DescriptorStore store;
    store.add(chunk_of(0, 1), 1);
    store.release(0);
    store.add(chunk_of(1, 2), 2);
    EXPECT_EQ(store.find(2), descriptor_of(2));
}

TEST(DescriptorStore, keeps_the_rest_whatever_ends_in_which_order) {
    std::mt19937 random(20260110);
    for (int round = 0; round < 20; ++round) {
        DescriptorStore store;
        std::vector<std::uint64_t> open;
        for (std::uint64_t first = 0; first < 300;) {
            const auto count = random() % 20 + 1;
            store.add(chunk_of(first, count), count);
            for (auto index = first; index < first + count; ++index) open.push_back(index);
            first += count;
        }
        std::shuffle(open.begin(), open.end(), random);
        while (!open.empty()) {
            for (const auto index : {open.front(), open.back()}) {
                ASSERT_EQ(store.find(index), descriptor_of(index));
            }
            store.release(open.back());
            open.pop_back();
        }
        EXPECT_EQ(store.bytes(), 0U);
    }
}

}  // namespace
}  // namespace parallel_run::orchestrator
