// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

namespace parallel_run::faults {

// What the entry script known_rows makes of its input, so that whoever checks the output can tell
// it by itself. Item n is the path "/items/n"; mini-batch b has the items from b * kBatchSize on.

inline constexpr std::uint64_t kBatchSize = 3;

inline std::uint64_t mixed(std::uint64_t number, std::uint64_t salt) {
    auto z = number * 0x9e3779b97f4a7c15 + salt * 0xd1342543de82ef95 + 1;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
}

enum class BatchFate { succeeds, throws_at_first, throws_always };

inline BatchFate fate_of_batch(std::uint64_t batch) {
    const auto percent = mixed(batch, 1) % 100;
    if (percent < 2) return BatchFate::throws_always;
    return percent < 7 ? BatchFate::throws_at_first : BatchFate::succeeds;
}

/// How long run() takes.
inline std::uint64_t microseconds_of_batch(std::uint64_t batch) { return mixed(batch, 2) % 5000; }

inline bool item_fails(std::uint64_t item) { return mixed(item, 3) % 40 == 0; }

/// The item's number, a blank and 1 to 3000 letters.
inline std::string row_of_item(std::uint64_t item) {
    auto row = std::to_string(item) + ' ';
    const auto length = 1 + mixed(item, 4) % 3000;
    for (std::uint64_t i = 0; i < length; ++i) {
        row.push_back(static_cast<char>('a' + mixed(item, 5 + i) % 26));
    }
    return row;
}

}  // namespace parallel_run::faults
