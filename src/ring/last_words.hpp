// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace parallel_run::ring {

/// Of a stack, the innermost ones.
inline constexpr std::size_t kMaxFrames = 64;

/// What a worker process leaves in the shared memory when it dies of a signal: written by a signal
/// handler, so plain numbers and texts only. Addresses are those of instructions (of the call, not
/// of the return). A process that is gone cannot be asked, so the list of its modules comes along.
struct LastWords {
    std::atomic<std::int32_t> signal;  ///< 0: none came
    std::int32_t code;                 ///< si_code
    std::uint64_t address;             ///< of a fault; of a signal that was sent, the sender's pid
    std::atomic<std::uint32_t> frame_count;
    std::atomic<std::uint32_t> modules_size;
    std::array<std::uint64_t, kMaxFrames> frames;
    /// Of an exception that nobody caught, zero-ended; empty: it was none. Then `frames` are the
    /// stack of its throw.
    std::array<char, 256> type;
    std::array<char, 2048> message;
    /// The first items of the mini-batch in progress, as text; written before each run().
    std::atomic<std::uint32_t> items_size;
    std::array<char, 1024> items;
    /// Lines of /proc/PID/maps: those with code.
    std::array<char, 60 * 1024> modules;
};

/// A copy, with every length cut to what there is: nobody vouches for the original.
struct LastWordsCopy {
    std::int32_t signal = 0;
    std::int32_t code = 0;
    std::uint64_t address = 0;
    std::vector<std::uint64_t> stack;
    std::string type;
    std::string message;
    std::string items;
    std::string modules;
};
LastWordsCopy copy(const LastWords& words);

/// Puts as much of `text` as there is room for into a zero-ended text. Safe in a signal handler.
template <std::size_t Size>
void put_text(std::array<char, Size>& to, std::string_view text) {
    const auto size = text.size() < Size ? text.size() : Size - 1;
    for (std::size_t i = 0; i < size; ++i) to[i] = text[i];
    to[size] = '\0';
}

}  // namespace parallel_run::ring
