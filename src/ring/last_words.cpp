// SPDX-License-Identifier: Apache-2.0
#include "ring/last_words.hpp"

#include <algorithm>

namespace parallel_run::ring {

namespace {

template <std::size_t Size>
std::string text_in(const std::array<char, Size>& text) {
    return {text.begin(), std::find(text.begin(), text.end(), '\0')};
}

template <std::size_t Size>
std::string text_in(const std::array<char, Size>& text, const std::atomic<std::uint32_t>& size) {
    return {text.data(), std::min<std::size_t>(size.load(std::memory_order_acquire), Size)};
}

}  // namespace

LastWordsCopy copy(const LastWords& words) {
    LastWordsCopy result;
    result.signal = words.signal.load(std::memory_order_acquire);
    result.code = words.code;
    result.address = words.address;
    const auto count = std::min<std::size_t>(words.frame_count.load(std::memory_order_acquire),
                                             words.frames.size());
    result.stack.assign(words.frames.begin(), words.frames.begin() + count);
    result.type = text_in(words.type);
    result.message = text_in(words.message);
    result.items = text_in(words.items, words.items_size);
    result.modules = text_in(words.modules, words.modules_size);
    return result;
}

}  // namespace parallel_run::ring
