// SPDX-License-Identifier: Apache-2.0
#pragma once

/// Numbers from text, as text and from one type to another; none of it knows a table or a locale.

#include <array>
#include <charconv>
#include <cmath>
#include <limits>
#include <string>
#include <string_view>
#include <system_error>
#include <type_traits>

#include <parallel_run/values.hpp>

namespace parallel_run::detail {

enum class Conversion { done, absent, empty, not_a_number, not_an_integer, out_of_range };

template <typename T>
constexpr Conversion not_of_kind() {
    return std::is_integral_v<T> ? Conversion::not_an_integer : Conversion::not_a_number;
}

inline std::string_view trimmed(std::string_view text) {
    const auto is_blank = [](char byte) { return byte == ' ' || byte == '\t'; };
    while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
    while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
    return text;
}

/// std::from_chars for all of the text.
template <typename T>
std::errc parse_all(std::string_view text, T& value) {
    const auto* end = text.data() + text.size();
    const auto result = std::from_chars(text.data(), end, value);
    return result.ptr == end ? result.ec : std::errc::invalid_argument;
}

/// Text that is beyond what T can hold: what is too small to be told from 0 is no error.
template <typename T>
Conversion parse_extreme(std::string_view text, T& value) {
    if constexpr (std::is_floating_point_v<T>) {
        long double wide = 0;
        if (parse_all(text, wide) == std::errc() && std::abs(wide) < 1) {
            value = static_cast<T>(wide);
            return Conversion::done;
        }
    }
    return Conversion::out_of_range;
}

/// What std::from_chars takes for no number of an unsigned type: "-0", and what is below 0.
template <typename T>
Conversion parse_negative(std::string_view text, T& value) {
    T magnitude = 0;
    const auto error = parse_all(text.substr(1), magnitude);
    if (error == std::errc::invalid_argument) return not_of_kind<T>();
    if (error != std::errc() || magnitude != 0) return Conversion::out_of_range;
    value = 0;
    return Conversion::done;
}

/// What std::from_chars does not take, at least not as it stands.
template <typename T>
Conversion parse_unusual(std::string_view text, T& value) {
    text = trimmed(text);
    if (text.empty()) return Conversion::empty;
    if (text.front() == '+' && text.substr(1, 1) != "-") text.remove_prefix(1);
    const auto error = parse_all(text, value);
    if (error == std::errc()) return Conversion::done;
    if (error == std::errc::result_out_of_range) return parse_extreme(text, value);
    if (std::is_unsigned_v<T> && !text.empty() && text.front() == '-') {
        return parse_negative(text, value);
    }
    return not_of_kind<T>();
}

/// A number with blanks around it and perhaps a plus sign; "nan" and "inf" are numbers of a
/// floating type. `value` has a meaning only when done.
template <typename T>
Conversion parse_number(std::string_view text, T& value) {
    if (parse_all(text, value) == std::errc()) return Conversion::done;
    return parse_unusual(text, value);
}

// An int8 is a number here, and no character.
// NOLINTBEGIN(bugprone-signed-char-misuse)

/// Whether T can hold the whole number.
template <typename T, typename From>
bool is_in_range(From from) {
    if constexpr (std::is_floating_point_v<From>) {
        const auto beyond = std::ldexp(From(1), std::numeric_limits<T>::digits);
        return from < beyond && from >= (std::is_signed_v<T> ? -beyond : From(0));
    } else {
        const auto to = static_cast<T>(from);
        const bool same_sign = (to > 0) == (from > 0);
        return static_cast<From>(to) == from && same_sign;
    }
}

/// A number of one type as one of another, if that can hold it; a floating type may round it.
template <typename T, typename From>
Conversion convert_number(From from, T& value) {
    if constexpr (std::is_integral_v<T>) {
        if constexpr (std::is_floating_point_v<From>) {
            if (!(std::trunc(from) == from)) return Conversion::not_an_integer;
        }
        if (!is_in_range<T>(from)) return Conversion::out_of_range;
    } else if constexpr (std::is_floating_point_v<From> && sizeof(T) < sizeof(From)) {
        const bool is_finite = std::isfinite(from);
        if (is_finite && std::abs(from) > std::numeric_limits<T>::max()) {
            return Conversion::out_of_range;
        }
    }
    value = static_cast<T>(from);
    return Conversion::done;
}

// NOLINTEND(bugprone-signed-char-misuse)

/// The shortest text that reads back as the same number.
template <typename T>
void append_number(std::string& text, T number) {
    std::array<char, 64> buffer;
    const auto result = std::to_chars(buffer.data(), buffer.data() + buffer.size(), number);
    text.append(buffer.data(), result.ptr);
}

}  // namespace parallel_run::detail
