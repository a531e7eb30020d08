// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "scheduling/types.hpp"

namespace parallel_run::scheduling {

/// The threshold that a job with these counts is over, if any. A share is judged once all
/// mini-batches are planned, and whether anything succeeded once all are resolved.
inline std::optional<AbortReason> exceeded_threshold(const Policy& policy, const Counts& counts,
                                                     bool all_planned) {
    const auto exceeds = [](std::uint64_t count, std::int64_t threshold) {
        return threshold >= 0 && count > static_cast<std::uint64_t>(threshold);
    };
    if (exceeds(counts.items_failed, policy.error_threshold)) return AbortReason::error_threshold;
    if (exceeds(counts.failed, policy.allowed_failed_count)) {
        return AbortReason::allowed_failed_count;
    }
    if (!all_planned) return std::nullopt;
    if (static_cast<double>(counts.failed) * 100 >
        policy.allowed_failed_percent * static_cast<double>(counts.planned)) {
        return AbortReason::allowed_failed_percent;
    }
    if (counts.resolved() == counts.planned && policy.needs_a_succeeded_item &&
        counts.items_succeeded == 0) {
        return AbortReason::no_item_succeeded;
    }
    return std::nullopt;
}

}  // namespace parallel_run::scheduling
