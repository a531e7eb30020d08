// SPDX-License-Identifier: Apache-2.0
#include "hdf5/text_arena.hpp"

#include <algorithm>
#include <new>

namespace parallel_run::hdf5 {

void TextArena::serve(hid_t transfer) {
    const auto take = [](std::size_t size, void* arena) noexcept -> void* {
        try {
            return static_cast<TextArena*>(arena)->take(size);
        } catch (const std::bad_alloc&) {
            return nullptr;
        }
    };
    H5Pset_vlen_mem_manager(
        transfer, take, this, [](void*, void*) {}, nullptr);
}

void* TextArena::take(std::size_t size) {
    constexpr std::size_t kBlock = 1 << 20;
    if (size > limit_ - taken_) {
        was_full_ = true;
        return nullptr;
    }
    taken_ += size;
    constexpr std::size_t kAlignment = 16;
    const auto begin =
        blocks_.empty() ? 0 : (blocks_.back().size() + kAlignment - 1) / kAlignment * kAlignment;
    if (blocks_.empty() || begin + size > blocks_.back().capacity()) {
        blocks_.emplace_back().resize(std::max(size, kBlock));
        blocks_.back().resize(size);
        return blocks_.back().data();
    }
    blocks_.back().resize(begin + size);
    return blocks_.back().data() + begin;
}

}  // namespace parallel_run::hdf5
