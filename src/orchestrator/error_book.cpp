// SPDX-License-Identifier: Apache-2.0
#include "orchestrator/error_book.hpp"

#include <algorithm>
#include <vector>

#include <fmt/format.h>

namespace parallel_run::orchestrator {

namespace {

constexpr std::size_t kMaxKinds = 1000;

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool ends_word(char c) { return c == ' ' || c == '\'' || c == '"' || c == ',' || c == ')'; }

std::string without_numbers_and_paths(std::string_view text) {
    std::string kind;
    for (std::size_t at = 0; at < text.size();) {
        if (text[at] == '/') {
            while (at < text.size() && !ends_word(text[at])) ++at;
            kind += '/';
        } else if (is_digit(text[at])) {
            while (at < text.size() && is_digit(text[at])) ++at;
            kind += '#';
        } else {
            kind += text[at++];
        }
    }
    return kind;
}

std::string on_one_line(std::string text) {
    std::replace(text.begin(), text.end(), '\n', ' ');
    return text;
}

}  // namespace

bool ErrorBook::add(std::string_view text, const std::string& place, const std::string& file) {
    ++total_;
    auto key = without_numbers_and_paths(text);
    auto found = kinds_.find(key);
    if (found == kinds_.end()) {
        if (kinds_.size() == kMaxKinds) {
            ++uncounted_;
            return false;
        }
        found = kinds_.emplace(std::move(key), Kind{std::string(text), place, file, 0}).first;
        if (first_ == nullptr) first_ = &found->second;
    }
    return ++found->second.count == 1;
}

std::string ErrorBook::lines() const {
    std::vector<const Kind*> kinds;
    for (const auto& [key, kind] : kinds_) kinds.push_back(&kind);
    std::stable_sort(kinds.begin(), kinds.end(),
                     [](const Kind* a, const Kind* b) { return a->count > b->count; });
    std::string text;
    for (const auto* kind : kinds) {
        text += fmt::format("{} x {} | first: {} | {}\n", kind->count, on_one_line(kind->text),
                            on_one_line(kind->place), kind->file);
    }
    if (uncounted_ > 0) {
        text += fmt::format("{} x others; only {} kinds are told apart\n", uncounted_, kMaxKinds);
    }
    return text;
}

}  // namespace parallel_run::orchestrator
