// SPDX-License-Identifier: Apache-2.0
#include "dataset/path_pattern.hpp"

#include <fnmatch.h>

#include <algorithm>
#include <bit>

namespace parallel_run::dataset {

namespace {

constexpr const char* kWildcards = "*?[";

}  // namespace

PathPattern PathPattern::everything() {
    auto pattern = *parse("**");
    pattern.fnmatch_flags_ = FNM_NOESCAPE;
    return pattern;
}

std::optional<PathPattern> PathPattern::parse(std::string_view text) {
    PathPattern pattern;
    pattern.fnmatch_flags_ = FNM_NOESCAPE | FNM_PERIOD;
    auto& components = pattern.components_;
    while (!text.empty()) {
        const auto component = text.substr(0, text.find('/'));
        text.remove_prefix(std::min(component.size() + 1, text.size()));
        if (component.empty()) continue;
        const auto wildcard = component.find_first_of(kWildcards) != std::string_view::npos;
        const auto kind = component == "**" ? Kind::any_depth
                          : wildcard        ? Kind::wildcard
                                            : Kind::literal;
        const auto repeated = kind == Kind::any_depth && !components.empty() &&
                              components.back().kind == Kind::any_depth;
        if (!repeated) components.push_back({kind, std::string(component)});
    }
    if (components.empty() || components.back().kind == Kind::any_depth) {
        components.push_back({Kind::wildcard, "*"});
    }
    if (components.size() > kMaxComponents) return std::nullopt;
    return pattern;
}

bool PathPattern::accepts(Positions positions, const char* name) const {
    return (positions & last()) != 0 && matches(components_.back(), name);
}

PathPattern::Positions PathPattern::enter(Positions positions, const char* name) const {
    Positions next = 0;
    for (auto left = positions & ~last(); left != 0; left &= left - 1) {
        const auto position = static_cast<std::size_t>(std::countr_zero(left));
        const auto& component = components_[position];
        if (!matches(component, name)) continue;
        next |= Positions{1} << (component.kind == Kind::any_depth ? position : position + 1);
    }
    return through_any_depth(next);
}

bool PathPattern::any_depth(Positions positions) const {
    for (auto left = positions; left != 0; left &= left - 1) {
        const auto position = static_cast<std::size_t>(std::countr_zero(left));
        if (components_[position].kind == Kind::any_depth) return true;
    }
    return false;
}

std::optional<std::vector<std::string>> PathPattern::only_names(Positions positions) const {
    std::vector<std::string> names;
    for (auto left = positions; left != 0; left &= left - 1) {
        const auto& component = components_[static_cast<std::size_t>(std::countr_zero(left))];
        if (component.kind != Kind::literal) return std::nullopt;
        if (std::find(names.begin(), names.end(), component.text) == names.end()) {
            names.push_back(component.text);
        }
    }
    return names;
}

PathPattern::Positions PathPattern::through_any_depth(Positions positions) const {
    for (std::size_t i = 0; i < components_.size(); ++i) {
        const auto bit = Positions{1} << i;
        if ((positions & bit) != 0 && components_[i].kind == Kind::any_depth) positions |= bit << 1;
    }
    return positions;
}

bool PathPattern::matches(const Component& component, const char* name) const {
    if (component.kind == Kind::literal) return component.text == name;
    return ::fnmatch(component.text.c_str(), name, fnmatch_flags_) == 0;
}

std::optional<SplitGlob> split_glob(std::string_view path) {
    const auto wildcard = path.find_first_of(kWildcards);
    if (wildcard == std::string_view::npos) return std::nullopt;
    const auto slash = path.rfind('/', wildcard);
    return SplitGlob{std::string(path.substr(0, std::max<std::size_t>(slash, 1))),
                     std::string(path.substr(slash + 1))};
}

}  // namespace parallel_run::dataset
