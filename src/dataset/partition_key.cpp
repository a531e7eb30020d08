// SPDX-License-Identifier: Apache-2.0
#include "dataset/partition_key.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

namespace parallel_run::dataset {

namespace {

void add_escaped(std::string_view text, std::string& out) {
    constexpr std::string_view kDigits = "0123456789ABCDEF";
    for (const char byte : text) {
        const auto number = static_cast<unsigned char>(byte);
        constexpr unsigned char kDelete = 0x7f;
        if (number < ' ' || number == kDelete || byte == '%' || byte == '/' || byte == '=') {
            out += {'%', kDigits[number >> 4], kDigits[number & 15]};
        } else {
            out += byte;
        }
    }
}

std::optional<std::string> unescaped(std::string_view text) {
    std::string plain;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '%') {
            plain += text[i];
            continue;
        }
        const auto digits = text.substr(i + 1, 2);
        unsigned char byte = 0;
        const auto* const end = digits.data() + digits.size();
        if (digits.size() < 2 || std::from_chars(digits.data(), end, byte, 16).ptr != end) {
            return std::nullopt;
        }
        plain += static_cast<char>(byte);
        i += 2;
    }
    return plain;
}

}  // namespace

void add_to_key(std::string_view name, std::string_view value, std::string& text) {
    if (!text.empty()) text += '/';
    add_escaped(name, text);
    text += '=';
    add_escaped(value, text);
}

bool parse_key(std::string_view text, PartitionKey& key) {
    key = {};
    while (!text.empty()) {
        const auto pair = text.substr(0, text.find('/'));
        text.remove_prefix(pair.size());
        if (!text.empty() && text.size() == 1) return false;  // a slash with nothing behind it
        if (!text.empty()) text.remove_prefix(1);
        const auto equals = pair.find('=');
        if (equals == std::string_view::npos) return false;
        auto name = unescaped(pair.substr(0, equals));
        auto value = unescaped(pair.substr(equals + 1));
        if (!name || name->empty() || !value) return false;
        key.names.push_back(*std::move(name));
        key.values.push_back(*std::move(value));
    }
    return !key.names.empty();
}

}  // namespace parallel_run::dataset
