// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <limits>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "cli/parameters.hpp"
#include "cli/values.hpp"

/// Makers of the common kinds of parameters: how the text of each becomes a member of Step and
/// back.
namespace parallel_run::cli::kinds {

/// What the help says of a parameter.
struct Description {
    std::string name;
    Group group;
    std::string hint;
    std::string help;
};

Parameter make(Description description, decltype(Parameter::read) read,
               decltype(Parameter::write) write);
Parameter make_repeatable(Description description, decltype(Parameter::read) read,
                          decltype(Parameter::write) write);

Parameter path(Description description, std::string config::Step::*member);
Parameter seconds(Description description, std::chrono::milliseconds config::Step::*member);
/// The same for a time that need not be given.
Parameter seconds(Description description,
                  std::optional<std::chrono::milliseconds> config::Step::*member);
Parameter bytes(Description description, std::uint64_t config::Step::*member);
Parameter on_off(Description description, bool config::Step::*member);

/// Known by name, but this version does not act on it. Only `accepted`, which is what this version
/// does anyway, may be given; nothing may if that is empty.
Parameter not_yet(std::string name, std::string accepted = {});

constexpr auto kAnyNumber = std::numeric_limits<std::int64_t>::max();

template <typename T>
Parameter whole_number(Description description, T config::Step::*member, std::int64_t low,
                       std::int64_t high) {
    return make(
        std::move(description),
        [=](config::Step& step, const std::string& text, const std::string&) {
            step.*member = static_cast<T>(to_integer(text, low, high));
        },
        [=](const config::Step& step) { return std::vector{std::to_string(step.*member)}; });
}

/// The same for a number that need not be given.
template <typename T>
Parameter whole_number(Description description, std::optional<T> config::Step::*member,
                       std::int64_t low, std::int64_t high) {
    return make(
        std::move(description),
        [=](config::Step& step, const std::string& text, const std::string&) {
            step.*member = static_cast<T>(to_integer(text, low, high));
        },
        [=](const config::Step& step) {
            const auto& value = step.*member;
            return value ? std::vector{std::to_string(*value)} : std::vector<std::string>{};
        });
}

/// The words (in any case) and the values they stand for.
template <typename T>
using Choices = std::vector<std::pair<std::string, T>>;

bool same_word(const std::string& a, const std::string& b);

template <typename T>
Parameter choice(Description description, T config::Step::*member, Choices<T> choices) {
    return make(
        std::move(description),
        [=](config::Step& step, const std::string& text, const std::string&) {
            std::string all;
            for (const auto& [word, value] : choices) {
                if (same_word(word, text)) {
                    step.*member = value;
                    return;
                }
                all += (all.empty() ? "" : " or ") + word;
            }
            throw InvalidValue("give " + all);
        },
        [=](const config::Step& step) {
            std::vector<std::string> texts;
            for (const auto& [word, value] : choices) {
                if (value == step.*member) texts.push_back(word);
            }
            return texts;
        });
}

}  // namespace parallel_run::cli::kinds
