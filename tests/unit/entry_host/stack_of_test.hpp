// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "entry_host/module_list.hpp"
#include "stacks/stack_text.hpp"

namespace parallel_run::entry_host {

inline std::string own_modules() {
    std::string modules(1 << 16, '\0');
    modules.resize(list_modules(modules.data(), modules.size()));
    return modules;
}

/// A stack of this program, or of a child that was forked from it, for people.
inline std::string text_of(const std::vector<std::uint64_t>& stack) {
    stacks::Symboliser symboliser;
    return stacks::stack_text(stack, stacks::ModuleMap(own_modules()), "", &symboliser);
}

}  // namespace parallel_run::entry_host
