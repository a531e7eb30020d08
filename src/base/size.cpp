// SPDX-License-Identifier: Apache-2.0
#include "base/size.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <limits>

namespace parallel_run::base {

namespace {

std::optional<unsigned> shift_of_unit(std::string_view unit) {
    if (unit.empty()) return 0;
    if (unit.size() != 2 || (unit[1] | 0x20) != 'b') return std::nullopt;
    switch (unit[0] | 0x20) {
        case 'k': return 10;
        case 'm': return 20;
        case 'g': return 30;
        case 't': return 40;
        default: return std::nullopt;
    }
}

}  // namespace

std::optional<std::uint64_t> parse_bytes(std::string_view text) {
    std::uint64_t number = 0;
    const auto* const end = text.data() + text.size();
    const auto [rest, error] = std::from_chars(text.data(), end, number);
    if (error != std::errc{} || rest == text.data()) return std::nullopt;
    const auto shift = shift_of_unit({rest, static_cast<std::size_t>(end - rest)});
    constexpr auto kMax = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
    if (!shift || number > (kMax >> *shift)) return std::nullopt;
    return number << *shift;
}

std::string format_bytes(std::uint64_t bytes) {
    static constexpr std::array<const char*, 6> kUnits = {"B", "KB", "MB", "GB", "TB", "PB"};
    auto value = static_cast<double>(bytes);
    std::size_t unit = 0;
    while (value >= 1024 && unit + 1 < kUnits.size()) {
        value /= 1024;
        ++unit;
    }
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), unit == 0 ? "%.0f %s" : "%.1f %s", value,
                  kUnits.at(unit));
    return text.data();
}

std::string format_count(std::uint64_t count) {
    auto text = std::to_string(count);
    for (auto at = static_cast<std::ptrdiff_t>(text.size()) - 3; at > 0; at -= 3) {
        text.insert(static_cast<std::size_t>(at), 1, ',');
    }
    return text;
}

std::string format_count(std::uint64_t count, const std::string& one) {
    const auto* const ending = count == 1 ? "" : one.ends_with("ch") ? "es" : "s";
    return format_count(count) + " " + one + ending;
}

std::string format_rate(double rate) {
    if (rate >= 1000) return format_count(static_cast<std::uint64_t>(std::llround(rate)));
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), "%.4g", rate);
    return text.data();
}

}  // namespace parallel_run::base
