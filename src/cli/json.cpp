// SPDX-License-Identifier: Apache-2.0
#include "cli/json.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>

namespace parallel_run::cli {

namespace {

constexpr std::string_view kReplacement = "\xef\xbf\xbd";

std::uint32_t byte_at(std::string_view text, std::size_t at) {
    return static_cast<unsigned char>(text[at]);
}

/// The bytes of the character at the front; 0: they are not UTF-8. Precondition: not empty.
std::size_t size_of_character(std::string_view text) {
    struct Form {
        std::uint32_t mask, lead, least;
    };
    constexpr std::array<Form, 4> forms = {
        {{0x80, 0x00, 0}, {0xe0, 0xc0, 0x80}, {0xf0, 0xe0, 0x800}, {0xf8, 0xf0, 0x10000}}};
    const auto first = byte_at(text, 0);
    const auto* const form = std::find_if(forms.begin(), forms.end(), [&](const Form& one) {
        return (first & one.mask) == one.lead;
    });
    const auto size = static_cast<std::size_t>(form - forms.begin()) + 1;
    if (size > forms.size() || size > text.size()) return 0;
    auto code = first & ~form->mask;
    for (std::size_t i = 1; i < size; ++i) {
        if ((byte_at(text, i) & 0xc0) != 0x80) return 0;
        code = code << 6 | (byte_at(text, i) & 0x3f);
    }
    const bool surrogate = code >= 0xd800 && code < 0xe000;
    return code < form->least || code > 0x10ffff || surrogate ? 0 : size;
}

std::string quoted(std::string_view text) {
    std::string result = "\"";
    while (!text.empty()) {
        const auto size = size_of_character(text);
        if (size == 0) {
            result += kReplacement;
        } else if (text.front() == '"' || text.front() == '\\') {
            result += {'\\', text.front()};
        } else if (byte_at(text, 0) < 0x20) {
            std::array<char, 8> escape{};
            std::snprintf(escape.data(), escape.size(), "\\u%04x", byte_at(text, 0));
            result += escape.data();
        } else {
            result += text.substr(0, size);
        }
        text.remove_prefix(std::max<std::size_t>(size, 1));
    }
    return result + '"';
}

}  // namespace

JsonObject& JsonObject::add(std::string_view key, std::string_view encoded) {
    if (!members_.empty()) members_ += ", ";
    members_ += quoted(key) + ": ";
    members_ += encoded;
    return *this;
}

JsonObject& JsonObject::text(std::string_view key, std::string_view value) {
    return add(key, value.empty() ? "null" : quoted(value));
}

JsonObject& JsonObject::count(std::string_view key, std::optional<std::uint64_t> value) {
    return add(key, value ? std::to_string(*value) : "null");
}

JsonObject& JsonObject::real(std::string_view key, std::optional<double> value) {
    if (!value || !std::isfinite(*value)) return add(key, "null");
    std::array<char, 32> digits{};
    auto* const end = std::to_chars(digits.begin(), digits.end(), *value).ptr;
    return add(key, {digits.begin(), end});
}

JsonObject& JsonObject::flag(std::string_view key, bool value) {
    return add(key, value ? "true" : "false");
}

JsonObject& JsonObject::object(std::string_view key, const std::optional<JsonObject>& value) {
    return add(key, value ? value->str() : "null");
}

}  // namespace parallel_run::cli
