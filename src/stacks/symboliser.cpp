// SPDX-License-Identifier: Apache-2.0
#include "stacks/symboliser.hpp"

namespace parallel_run::stacks {

namespace {

/// More than any script has that fails at so many different places; a bound all the same.
constexpr std::size_t kMaxKnown = 100'000;

}  // namespace

const std::vector<Function>& Symboliser::functions_at(const CodePlace& place) {
    if (known_.size() >= kMaxKnown) known_.clear();
    const auto [entry, is_new] =
        known_.try_emplace({std::string(place.module), place.offset}, std::vector<Function>());
    if (is_new) entry->second = information_.functions_at(entry->first.first, place.offset);
    return entry->second;
}

}  // namespace parallel_run::stacks
