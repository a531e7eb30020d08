// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <cstring>
#include <string_view>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

namespace parallel_run::table {

/// The first 64 bytes of a text, or all where it is shorter. Masks have a bit a byte, the lowest
/// for the first. Does not own the text.
class Block {
public:
    static constexpr std::size_t kBytes = 64;

    explicit Block(std::string_view text) : bytes_(text.data()), size_(text.size()) {
        if (size_ >= kBytes) {
            size_ = kBytes;
            return;
        }
        padded_.fill(0);
        if (size_ > 0) std::memcpy(padded_.data(), text.data(), size_);
        bytes_ = padded_.data();
        valid_ = (std::uint64_t{1} << size_) - 1;
    }
    Block(const Block&) = delete;
    Block& operator=(const Block&) = delete;

    [[nodiscard]] std::size_t size() const { return size_; }
    [[nodiscard]] std::uint64_t valid() const { return valid_; }

    /// Where the bytes are `value`.
    [[nodiscard]] std::uint64_t where(char value) const { return compare(value) & valid_; }

private:
#ifdef __SSE2__
    [[nodiscard]] std::uint64_t compare(char value) const {
        const auto wanted = _mm_set1_epi8(value);
        std::uint64_t mask = 0;
        for (unsigned i = 0; i < kBytes; i += 16) {
            const auto bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(bytes_ + i));
            const auto equal =
                static_cast<unsigned>(_mm_movemask_epi8(_mm_cmpeq_epi8(bytes, wanted)));
            mask |= std::uint64_t{equal} << i;
        }
        return mask;
    }
#else
    [[nodiscard]] std::uint64_t compare(char value) const {
        std::uint64_t mask = 0;
        for (unsigned i = 0; i < kBytes; ++i) mask |= std::uint64_t{bytes_[i] == value} << i;
        return mask;
    }
#endif

    const char* bytes_;
    std::size_t size_;
    std::uint64_t valid_ = ~std::uint64_t{0};
    std::array<char, kBytes> padded_;  // only filled for a short text
};

/// Bit i: the number of bits set from bit 0 to bit i, both included, is odd.
inline std::uint64_t running_parity(std::uint64_t bits) {
    for (unsigned shift = 1; shift < 64; shift *= 2) bits ^= bits << shift;
    return bits;
}

inline bool is_odd(std::uint64_t bits) { return std::popcount(bits) % 2 != 0; }

/// All bits set, or none.
inline std::uint64_t spread(bool bit) { return bit ? ~std::uint64_t{0} : 0; }

inline std::uint64_t count_of(std::string_view text, char value) {
    std::uint64_t count = 0;
    for (std::size_t i = 0; i < text.size(); i += Block::kBytes) {
        count += static_cast<unsigned>(std::popcount(Block(text.substr(i)).where(value)));
    }
    return count;
}

}  // namespace parallel_run::table
