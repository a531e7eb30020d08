// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace parallel_run::table {

/// Where the bytes that matter stand in 64 bytes of text: bit i says it of byte i.
struct Masks {
    std::uint64_t delimiter = 0;
    std::uint64_t quote = 0;
    std::uint64_t line_feed = 0;
    std::uint64_t carriage_return = 0;

    bool operator==(const Masks&) const = default;
};

constexpr std::size_t kMaskedBytes = 64;

/// Fills in `masks` for so many blocks of 64 bytes; all of them are read, aligned or not.
using FindMasks = void (*)(const char* text, std::size_t blocks, char delimiter, char quote,
                           Masks* masks);

/// One way to find them.
struct MaskFinder {
    std::string_view name;
    FindMasks find = nullptr;
};

/// Those that this processor can run; the last one is the fastest.
std::vector<MaskFinder> mask_finders();
FindMasks fastest_mask_finder();

}  // namespace parallel_run::table
