// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

namespace parallel_run::journal {

/// Consecutive mini-batch indexes.
struct Range {
    std::uint64_t first = 0;
    std::uint64_t count = 0;

    [[nodiscard]] std::uint64_t end() const { return first + count; }
    bool operator==(const Range&) const = default;
};

/// The fewest ranges that hold the same indexes, in order; an index that is given twice gives
/// ranges that overlap.
std::vector<Range> joined(std::vector<Range> ranges);

/// Which mini-batches are committed: one bit each, up to the highest one.
class CommittedSet {
public:
    void insert(Range range);

    [[nodiscard]] bool contains(std::uint64_t index) const { return intersects({index, 1}); }
    [[nodiscard]] bool intersects(Range range) const {
        return next(true, range.first, range.end()) != range.end();
    }
    /// What of `within` is not in the set, in order.
    [[nodiscard]] std::vector<Range> missing(Range within) const;
    [[nodiscard]] std::uint64_t count() const { return count_; }

private:
    /// The first index of [from, end) that is (not) committed; `end` if there is none.
    [[nodiscard]] std::uint64_t next(bool committed, std::uint64_t from, std::uint64_t end) const;

    std::vector<std::uint64_t> words_;
    std::uint64_t count_ = 0;
};

}  // namespace parallel_run::journal
