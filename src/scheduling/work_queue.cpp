// SPDX-License-Identifier: Apache-2.0
#include "scheduling/work_queue.hpp"

#include <algorithm>

namespace parallel_run::scheduling {

void WorkQueue::push_back(const WorkRange& range) {
    count_ += range.count;
    if (!ranges_.empty()) {
        auto& last = ranges_.back();
        if (last.end() == range.first && last.items_each == range.items_each &&
            last.attempt == range.attempt) {
            last.count += range.count;
            return;
        }
    }
    ranges_.push_back(range);
}

void WorkQueue::push_front(const WorkRange& range) {
    count_ += range.count;
    if (!ranges_.empty()) {
        auto& first = ranges_.front();
        if (range.end() == first.first && range.items_each == first.items_each &&
            range.attempt == first.attempt) {
            first.first = range.first;
            first.count += range.count;
            return;
        }
    }
    ranges_.push_front(range);
}

WorkRange WorkQueue::pop_front(std::uint64_t count) {
    auto& first = ranges_.front();
    auto taken = first;
    taken.count = std::min(count, first.count);
    first.first += taken.count;
    first.count -= taken.count;
    if (first.count == 0) ranges_.pop_front();
    count_ -= taken.count;
    return taken;
}

std::optional<WorkRange> WorkQueue::remove(std::uint64_t index, std::uint32_t attempt) {
    const auto holds = [&](const WorkRange& range) {
        return range.first <= index && index < range.end() && range.attempt == attempt;
    };
    const auto found = std::find_if(ranges_.begin(), ranges_.end(), holds);
    if (found == ranges_.end()) return std::nullopt;

    auto removed = *found;
    removed.first = index;
    removed.count = 1;
    --count_;
    auto after = *found;
    after.first = index + 1;
    after.count = found->end() - after.first;
    found->count = index - found->first;
    if (found->count == 0 && after.count == 0) {
        ranges_.erase(found);
    } else if (found->count == 0) {
        *found = after;
    } else if (after.count > 0) {
        ranges_.insert(found + 1, after);
    }
    return removed;
}

}  // namespace parallel_run::scheduling
