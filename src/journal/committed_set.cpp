// SPDX-License-Identifier: Apache-2.0
#include "journal/committed_set.hpp"

#include <algorithm>
#include <bit>

namespace parallel_run::journal {

namespace {

constexpr std::uint64_t kWordBits = 64;

/// The bits from `begin` to before `end`, of a word. Precondition: begin < end <= 64.
std::uint64_t mask(std::uint64_t begin, std::uint64_t end) {
    return (~std::uint64_t{0} >> (kWordBits - (end - begin))) << begin;
}

}  // namespace

std::vector<Range> joined(std::vector<Range> ranges) {
    std::sort(ranges.begin(), ranges.end(),
              [](const Range& left, const Range& right) { return left.first < right.first; });
    std::vector<Range> result;
    for (const auto& range : ranges) {
        if (result.empty() || result.back().end() != range.first) {
            result.push_back(range);
        } else {
            result.back().count += range.count;
        }
    }
    return result;
}

void CommittedSet::insert(Range range) {
    const auto end = range.end();
    if (words_.size() * kWordBits < end) words_.resize((end + kWordBits - 1) / kWordBits);
    for (auto at = range.first; at < end;) {
        auto& word = words_[at / kWordBits];
        const auto begin = at % kWordBits;
        const auto stop = std::min(kWordBits, begin + (end - at));
        const auto added = mask(begin, stop) & ~word;
        count_ += static_cast<std::uint64_t>(std::popcount(added));
        word |= added;
        at += stop - begin;
    }
}

std::vector<Range> CommittedSet::missing(Range within) const {
    std::vector<Range> ranges;
    const auto end = within.end();
    for (auto at = next(false, within.first, end); at < end;) {
        const auto stop = next(true, at, end);
        ranges.push_back({at, stop - at});
        at = next(false, stop, end);
    }
    return ranges;
}

std::uint64_t CommittedSet::next(bool committed, std::uint64_t from, std::uint64_t end) const {
    const auto known = std::min<std::uint64_t>(end, words_.size() * kWordBits);
    while (from < known) {
        const auto word = words_[from / kWordBits];
        const auto bits = (committed ? word : ~word) >> (from % kWordBits);
        if (bits != 0) {
            return std::min(end, from + static_cast<std::uint64_t>(std::countr_zero(bits)));
        }
        from = (from / kWordBits + 1) * kWordBits;
    }
    return committed ? end : std::min(from, end);
}

}  // namespace parallel_run::journal
