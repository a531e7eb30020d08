// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace parallel_run::base {

/// The word of `known` nearest to `word` by Levenshtein distance, two neighbours that changed
/// places counted as one edit, if it is near enough (at most a third of the length, at least one
/// edit) to be worth suggesting.
std::optional<std::string> nearest(std::string_view word, std::span<const std::string> known);

}  // namespace parallel_run::base
