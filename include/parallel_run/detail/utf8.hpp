// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace parallel_run::detail {

/// How many of the first bytes are ASCII, to a multiple of 8.
inline std::size_t ascii_words(std::string_view text) {
    constexpr std::uint64_t kHighBits = 0x8080808080808080;
    std::size_t done = 0;
    for (; text.size() - done >= sizeof(std::uint64_t); done += sizeof(std::uint64_t)) {
        std::uint64_t word = 0;
        std::memcpy(&word, text.data() + done, sizeof word);
        if ((word & kHighBits) != 0) break;
    }
    return done;
}

/// The size of the UTF-8 sequence that the text begins with; 0: it begins with none. The bounds are
/// those of the Unicode standard's table of well-formed sequences. Precondition: not empty.
inline std::size_t utf8_sequence(std::string_view text) {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const unsigned lead = byte(0);
    if (lead < 0x80) return 1;
    const std::size_t size = lead < 0xc2   ? 0
                             : lead < 0xe0 ? 2
                             : lead < 0xf0 ? 3
                             : lead < 0xf5 ? 4
                                           : 0;
    if (size == 0 || size > text.size()) return 0;
    const unsigned least = lead == 0xe0 ? 0xa0 : lead == 0xf0 ? 0x90 : 0x80;
    const unsigned most = lead == 0xed ? 0x9f : lead == 0xf4 ? 0x8f : 0xbf;
    if (byte(1) < least || byte(1) > most) return 0;
    for (std::size_t i = 2; i < size; ++i) {
        if (byte(i) < 0x80 || byte(i) > 0xbf) return 0;
    }
    return size;
}

inline bool is_utf8(std::string_view text) {
    while (!text.empty()) {
        text.remove_prefix(ascii_words(text));
        if (text.empty()) break;
        const auto size = utf8_sequence(text);
        if (size == 0) return false;
        text.remove_prefix(size);
    }
    return true;
}

}  // namespace parallel_run::detail
