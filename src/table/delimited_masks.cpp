// SPDX-License-Identifier: Apache-2.0
#include "table/delimited_masks.hpp"

#ifdef __x86_64__
#include <immintrin.h>
#endif

namespace parallel_run::table {

namespace {

std::uint64_t equal_bytes(const char* text, char byte) {
    std::uint64_t mask = 0;
    for (std::size_t i = 0; i < kMaskedBytes; ++i) {
        mask |= std::uint64_t{text[i] == byte} << i;
    }
    return mask;
}

void find_by_bytes(const char* text, std::size_t blocks, char delimiter, char quote, Masks* masks) {
    for (std::size_t i = 0; i < blocks; ++i, text += kMaskedBytes) {
        masks[i] = {equal_bytes(text, delimiter), equal_bytes(text, quote), equal_bytes(text, '\n'),
                    equal_bytes(text, '\r')};
    }
}

#ifdef __x86_64__

struct Sse2Block {
    __m128i parts[4];
};

std::uint64_t equal_bytes(const Sse2Block& block, __m128i byte) {
    std::uint64_t mask = 0;
    for (int i = 3; i >= 0; --i) {
        const auto equal = _mm_movemask_epi8(_mm_cmpeq_epi8(block.parts[i], byte));
        mask = mask << 16 | static_cast<std::uint16_t>(equal);
    }
    return mask;
}

void find_by_sse2(const char* text, std::size_t blocks, char delimiter, char quote, Masks* masks) {
    const auto delimiters = _mm_set1_epi8(delimiter);
    const auto quotes = _mm_set1_epi8(quote);
    const auto line_feeds = _mm_set1_epi8('\n');
    const auto carriage_returns = _mm_set1_epi8('\r');
    for (std::size_t i = 0; i < blocks; ++i, text += kMaskedBytes) {
        const auto* parts = reinterpret_cast<const __m128i*>(text);
        const Sse2Block block{{_mm_loadu_si128(parts), _mm_loadu_si128(parts + 1),
                               _mm_loadu_si128(parts + 2), _mm_loadu_si128(parts + 3)}};
        masks[i] = {equal_bytes(block, delimiters), equal_bytes(block, quotes),
                    equal_bytes(block, line_feeds), equal_bytes(block, carriage_returns)};
    }
}

struct Avx2Block {
    __m256i low;
    __m256i high;
};

[[gnu::target("avx2")]] inline std::uint64_t equal_bytes(const Avx2Block& block, char byte) {
    const auto bytes = _mm256_set1_epi8(byte);
    const auto low = _mm256_movemask_epi8(_mm256_cmpeq_epi8(block.low, bytes));
    const auto high = _mm256_movemask_epi8(_mm256_cmpeq_epi8(block.high, bytes));
    return std::uint64_t{static_cast<std::uint32_t>(high)} << 32 | static_cast<std::uint32_t>(low);
}

[[gnu::target("avx2")]] void find_by_avx2(const char* text, std::size_t blocks, char delimiter,
                                          char quote, Masks* masks) {
    for (std::size_t i = 0; i < blocks; ++i, text += kMaskedBytes) {
        const auto* halves = reinterpret_cast<const __m256i*>(text);
        const Avx2Block block{_mm256_loadu_si256(halves), _mm256_loadu_si256(halves + 1)};
        masks[i] = {equal_bytes(block, delimiter), equal_bytes(block, quote),
                    equal_bytes(block, '\n'), equal_bytes(block, '\r')};
    }
}

#endif

}  // namespace

std::vector<MaskFinder> mask_finders() {
    std::vector<MaskFinder> finders{{"bytes", find_by_bytes}};
#ifdef __x86_64__
    finders.push_back({"SSE2", find_by_sse2});
    if (__builtin_cpu_supports("avx2")) finders.push_back({"AVX2", find_by_avx2});
#endif
    return finders;
}

FindMasks fastest_mask_finder() {
    static const auto finder = mask_finders().back().find;
    return finder;
}

}  // namespace parallel_run::table
