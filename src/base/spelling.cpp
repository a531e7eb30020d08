// SPDX-License-Identifier: Apache-2.0
#include "base/spelling.hpp"

#include <algorithm>
#include <numeric>
#include <utility>
#include <vector>

namespace parallel_run::base {

namespace {

std::size_t edit_distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> row(b.size() + 1);  // from the first i letters of a
    std::iota(row.begin(), row.end(), std::size_t{0});
    std::vector<std::size_t> before;  // from one letter less
    for (std::size_t i = 0; i < a.size(); ++i) {
        std::vector<std::size_t> next{i + 1};
        for (std::size_t j = 0; j < b.size(); ++j) {
            auto least = std::min({row[j] + (a[i] == b[j] ? 0 : 1), next[j] + 1, row[j + 1] + 1});
            const bool swapped = i > 0 && j > 0 && a[i] == b[j - 1] && a[i - 1] == b[j];
            if (swapped) least = std::min(least, before[j - 1] + 1);
            next.push_back(least);
        }
        before = std::exchange(row, std::move(next));
    }
    return row.back();
}

}  // namespace

std::optional<std::string> nearest(std::string_view word, std::span<const std::string> known) {
    std::optional<std::string> best;
    auto limit = std::max<std::size_t>(1, word.size() / 3);
    for (const auto& candidate : known) {
        const auto distance = edit_distance(word, candidate);
        if (distance > limit || (best && distance == limit)) continue;
        best = candidate;
        limit = distance;
    }
    return best;
}

}  // namespace parallel_run::base
