// SPDX-License-Identifier: Apache-2.0
#pragma once

/// What the errors of table.hpp say.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <numeric>
#include <string>
#include <string_view>
#include <vector>

#include <parallel_run/detail/numbers.hpp>
#include <parallel_run/entry_script.h>

namespace parallel_run::detail {

inline const char* type_name(std::uint32_t type) {
    constexpr const char* kNames[] = {"text",   "int8",   "int16",  "int32",   "int64",  "uint8",
                                      "uint16", "uint32", "uint64", "float32", "float64"};
    return type < std::size(kNames) ? kNames[type] : "an unknown type";
}

/// The beginning of a text from a file between single quotes, with '?' for control characters.
inline std::string shown(std::string_view text) {
    constexpr std::size_t kLongest = 60;
    std::string result = "'" + std::string(text.substr(0, kLongest));
    for (auto& byte : result) {
        if (static_cast<unsigned char>(byte) < ' ' || byte == '\x7f') byte = '?';
    }
    return result + (text.size() > kLongest ? "...'" : "'");
}

/// Why a field, shown as `value`, is no number of the type.
inline std::string problem(Conversion conversion, const std::string& value, std::uint32_t type) {
    switch (conversion) {
        case Conversion::absent: return "the record does not have this field";
        case Conversion::empty: return "the field is empty, and a number is needed";
        case Conversion::out_of_range: return value + " is beyond the range of " + type_name(type);
        case Conversion::not_an_integer: return value + " is no integer";
        default: return value + " is no number";
    }
}

/// Levenshtein distance.
inline std::size_t edit_distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> previous(b.size() + 1);
    std::vector<std::size_t> current(b.size() + 1);
    std::iota(previous.begin(), previous.end(), std::size_t{0});
    for (std::size_t i = 1; i <= a.size(); ++i) {
        current[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const auto substituted = previous[j - 1] + (a[i - 1] == b[j - 1] ? 0U : 1U);
            current[j] = std::min({substituted, previous[j] + 1, current[j - 1] + 1});
        }
        previous.swap(current);
    }
    return previous.back();
}

/// `; did you mean "price"?` for a name that is near enough, or nothing.
inline std::string suggestion(std::string_view name, const std::vector<std::string_view>& known) {
    auto nearest = known.end();
    auto limit = std::max<std::size_t>(1, name.size() / 3) + 1;
    for (auto at = known.begin(); at != known.end(); ++at) {
        const auto distance = edit_distance(name, *at);
        if (distance >= limit) continue;
        nearest = at;
        limit = distance;
    }
    return nearest == known.end() ? "" : "; did you mean \"" + std::string(*nearest) + "\"?";
}

/// Up to 20 names and how many more there are.
inline std::string listed(const std::vector<std::string_view>& names) {
    const auto count = std::min<std::size_t>(names.size(), 20);
    std::string result;
    for (std::size_t i = 0; i < count; ++i) {
        result.append(result.empty() ? "" : ", ").append(names[i]);
    }
    if (count < names.size()) {
        result.append(" and ").append(std::to_string(names.size() - count)).append(" more");
    }
    return result;
}

}  // namespace parallel_run::detail
