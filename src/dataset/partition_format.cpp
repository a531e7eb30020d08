// SPDX-License-Identifier: Apache-2.0
#include "dataset/partition_format.hpp"

#include <algorithm>
#include <optional>
#include <utility>

namespace parallel_run::dataset {

namespace {

/// Up to the next slash, which is taken away with it.
std::string_view take_component(std::string_view& path) {
    const auto component = path.substr(0, path.find('/'));
    path.remove_prefix(std::min(component.size() + 1, path.size()));
    return component;
}

}  // namespace

base::Result<PartitionFormat> PartitionFormat::parse(std::string_view text) {
    PartitionFormat format;
    if (text.empty() || text.starts_with('/') || text.ends_with('/')) {
        return base::Failure{
            "give the path below the input's directory, like {user}/{genre}/{file}"};
    }
    while (!text.empty()) {
        const auto added = format.add_component(take_component(text));
        if (!added) return base::Failure{added.error()};
    }
    if (format.names_.empty()) return base::Failure{"give a name in braces, like {user}/{file}"};
    return format;
}

base::Result<bool> PartitionFormat::add_component(std::string_view text) {
    auto& literals = components_.emplace_back(1);
    bool inside = false;
    for (const char byte : text) {
        if (byte == '{') {
            const bool adjacent = literals.size() > 1 && literals.back().empty();
            if (inside) return base::Failure{"close each brace before the next one opens"};
            if (adjacent) return base::Failure{"put something between two names in braces"};
            names_.emplace_back();
        } else if (byte == '}') {
            if (!inside) return base::Failure{"open each brace before it is closed"};
            const auto& name = names_.back();
            if (name.empty()) return base::Failure{"give a name between the braces"};
            if (std::find(names_.begin(), names_.end(), name) != names_.end() - 1) {
                return base::Failure{"give the name '" + name + "' once"};
            }
            literals.emplace_back();
        } else {
            (inside ? names_ : literals).back() += byte;
        }
        if (byte == '{' || byte == '}') inside = !inside;
    }
    if (inside) return base::Failure{"close each brace in the path's component where it opens"};
    return true;
}

bool PartitionFormat::match(std::string_view path, std::vector<std::string_view>& values) const {
    values.clear();
    for (const auto& component : components_) {
        if (path.empty() || !match(component, take_component(path), values)) return false;
    }
    return path.empty();
}

/// As short as each can be from the left: where the first literals stand as early as they can, the
/// later ones have all the room there is.
bool PartitionFormat::match(const Component& literals, std::string_view component,
                            std::vector<std::string_view>& values) {
    const auto& first = literals.front();
    const auto& last = literals.back();
    if (literals.size() == 1) return component == first;
    if (!component.starts_with(first)) return false;
    component.remove_prefix(first.size());
    for (auto literal = literals.begin() + 1; literal + 1 != literals.end(); ++literal) {
        const auto found = component.find(*literal, 1);
        if (found == std::string_view::npos) return false;
        values.push_back(component.substr(0, found));
        component.remove_prefix(found + literal->size());
    }
    if (component.size() <= last.size() || !component.ends_with(last)) return false;
    values.push_back(component.substr(0, component.size() - last.size()));
    return true;
}

}  // namespace parallel_run::dataset
