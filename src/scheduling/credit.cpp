// SPDX-License-Identifier: Apache-2.0
#include "scheduling/credit.hpp"

#include <algorithm>
#include <cmath>

namespace parallel_run::scheduling {

void Credit::observe(std::uint64_t count, std::chrono::nanoseconds total) {
    if (count == 0) return;
    const auto sample = static_cast<double>(total.count()) / static_cast<double>(count) +
                        static_cast<double>(kOverhead.count());
    // A report of many mini-batches says more than a report of one.
    const auto weight = mean_ns_ == 0 ? 1.0 : 1.0 - std::pow(0.8, static_cast<double>(count));
    mean_ns_ += weight * (sample - mean_ns_);
}

std::uint64_t Credit::depth() const {
    if (mean_ns_ == 0) return 1;
    const auto ahead = static_cast<double>(kAhead.count()) / mean_ns_;
    return static_cast<std::uint64_t>(
               std::clamp(std::ceil(ahead), 1.0, static_cast<double>(kMax - 1))) +
           1;
}

std::chrono::nanoseconds Credit::expected(std::uint64_t count) const {
    return std::chrono::nanoseconds(
        static_cast<std::int64_t>(mean_ns_ * static_cast<double>(count)));
}

}  // namespace parallel_run::scheduling
