// SPDX-License-Identifier: Apache-2.0
#include "orchestrator/descriptor_store.hpp"

#include <algorithm>
#include <utility>

namespace parallel_run::orchestrator {

namespace {

std::uint64_t memory_of(const dataset::PlanChunk& chunk) {
    return chunk.bytes.capacity() +
           (chunk.items.capacity() + chunk.ends.capacity()) * sizeof(std::uint32_t);
}

bool covers(const dataset::PlanChunk& chunk, std::uint64_t index) {
    return index - chunk.first_index < chunk.count();
}

}  // namespace

void DescriptorStore::add(dataset::PlanChunk chunk, std::uint64_t open) {
    bytes_ += memory_of(chunk);
    chunks_.push_back({std::move(chunk), open});
}

std::string_view DescriptorStore::find(std::uint64_t index) {
    const auto& chunk = holder(index).chunk;
    return chunk.descriptor(index - chunk.first_index);
}

std::uint64_t DescriptorStore::release(std::uint64_t index) {
    auto& held = holder(index);
    const std::uint64_t items = held.chunk.items[index - held.chunk.first_index];
    if (--held.open > 0) return items;
    bytes_ -= memory_of(held.chunk);
    held.chunk.bytes = {};
    held.chunk.ends = {};
    // Chunks leave in order, so that the look-up stays a binary search.
    while (!chunks_.empty() && chunks_.front().open == 0) chunks_.pop_front();
    last_used_ = 0;
    return items;
}

DescriptorStore::Held& DescriptorStore::holder(std::uint64_t index) {
    if (last_used_ < chunks_.size() && covers(chunks_[last_used_].chunk, index)) {
        return chunks_[last_used_];
    }
    const auto after = std::upper_bound(
        chunks_.begin(), chunks_.end(), index,
        [](std::uint64_t wanted, const Held& held) { return wanted < held.chunk.first_index; });
    last_used_ = static_cast<std::size_t>(after - chunks_.begin()) - 1;
    return chunks_[last_used_];
}

}  // namespace parallel_run::orchestrator
