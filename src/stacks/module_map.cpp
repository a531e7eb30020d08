// SPDX-License-Identifier: Apache-2.0
#include "stacks/module_map.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

namespace parallel_run::stacks {

namespace {

/// Takes a hexadecimal number and the one character after it off the front of a line.
std::optional<std::uint64_t> take_number(std::string_view& line, char end) {
    std::uint64_t number = 0;
    const auto* const last = line.data() + line.size();
    const auto [next, error] = std::from_chars(line.data(), last, number, 16);
    if (error != std::errc() || next == last || *next != end) return std::nullopt;
    line.remove_prefix(static_cast<std::size_t>(next - line.data()) + 1);
    return number;
}

}  // namespace

ModuleMap::ModuleMap(std::string_view lines) {
    while (!lines.empty()) {
        const auto end_of_line = std::min(lines.find('\n'), lines.size());
        auto line = lines.substr(0, end_of_line);
        lines.remove_prefix(std::min(end_of_line + 1, lines.size()));

        // "7f51a000-7f51b000 r-xp 00001000 fe:00 1234     /path of/module.so"
        const auto begin = take_number(line, '-');
        const auto end = begin ? take_number(line, ' ') : std::nullopt;
        if (!end || line.size() < 5) continue;
        line.remove_prefix(5);
        const auto offset = take_number(line, ' ');
        const auto path = line.find('/');
        if (!offset || path == std::string_view::npos) continue;
        mappings_.push_back({*begin, *end, *offset, std::string(line.substr(path))});
    }
}

CodePlace ModuleMap::find(std::uint64_t address) const {
    for (const auto& mapping : mappings_) {
        if (address < mapping.begin || address >= mapping.end) continue;
        return {mapping.path, address - mapping.begin + mapping.offset};
    }
    return {};
}

}  // namespace parallel_run::stacks
