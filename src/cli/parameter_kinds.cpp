// SPDX-License-Identifier: Apache-2.0
#include "cli/parameter_kinds.hpp"

#include <strings.h>

namespace parallel_run::cli::kinds {

bool same_word(const std::string& a, const std::string& b) {
    return ::strcasecmp(a.c_str(), b.c_str()) == 0;
}

Parameter make(Description description, decltype(Parameter::read) read,
               decltype(Parameter::write) write) {
    return Parameter{.name = std::move(description.name),
                     .group = description.group,
                     .hint = std::move(description.hint),
                     .help = std::move(description.help),
                     .read = std::move(read),
                     .write = std::move(write)};
}

Parameter make_repeatable(Description description, decltype(Parameter::read) read,
                          decltype(Parameter::write) write) {
    auto parameter = make(std::move(description), std::move(read), std::move(write));
    parameter.repeatable = true;
    return parameter;
}

Parameter path(Description description, std::string config::Step::*member) {
    return make(
        std::move(description),
        [=](config::Step& step, const std::string& text, const std::string& base) {
            step.*member = to_absolute_path(text, base);
        },
        [=](const config::Step& step) {
            const auto& value = step.*member;
            return value.empty() ? std::vector<std::string>{} : std::vector{value};
        });
}

Parameter seconds(Description description, std::chrono::milliseconds config::Step::*member) {
    return make(
        std::move(description),
        [=](config::Step& step, const std::string& text, const std::string&) {
            step.*member = to_duration(text);
        },
        [=](const config::Step& step) { return std::vector{duration_text(step.*member)}; });
}

Parameter seconds(Description description,
                  std::optional<std::chrono::milliseconds> config::Step::*member) {
    return make(
        std::move(description),
        [=](config::Step& step, const std::string& text, const std::string&) {
            step.*member = to_duration(text);
        },
        [=](const config::Step& step) {
            const auto& value = step.*member;
            return value ? std::vector{duration_text(*value)} : std::vector<std::string>{};
        });
}

Parameter bytes(Description description, std::uint64_t config::Step::*member) {
    return make(
        std::move(description),
        [=](config::Step& step, const std::string& text, const std::string&) {
            step.*member = to_bytes(text);
        },
        [=](const config::Step& step) { return std::vector{bytes_text(step.*member)}; });
}

Parameter on_off(Description description, bool config::Step::*member) {
    auto parameter = make(
        std::move(description),
        [=](config::Step& step, const std::string& text, const std::string&) {
            step.*member = to_boolean(text);
        },
        [=](const config::Step& step) {
            return std::vector<std::string>{step.*member ? "true" : "false"};
        });
    parameter.on_off = true;
    return parameter;
}

Parameter not_yet(std::string name, std::string accepted) {
    auto advice =
        accepted.empty() ? std::string("leave it out") : "leave it out or give " + accepted;
    return make(
        {.name = std::move(name), .group = Group::not_yet, .hint = {}, .help = {}},
        [accepted = std::move(accepted), advice = std::move(advice)](
            config::Step&, const std::string& text, const std::string&) {
            if (!accepted.empty() && same_word(text, accepted)) return;
            throw InvalidValue("this version of parallel-run does not have it yet; " + advice);
        },
        [](const config::Step&) { return std::vector<std::string>{}; });
}

}  // namespace parallel_run::cli::kinds
