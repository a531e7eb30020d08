// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "stacks/module_map.hpp"
#include "stacks/symboliser.hpp"

namespace parallel_run::stacks {

/// A stack for people: a line for each function, "    #0 name at file:line (module)", the innermost
/// first. Frames at either end that belong to the engine, the program `host`, and those at the end
/// by which the system starts threads and loads libraries, are left out unless there are no others.
/// Without a symboliser no function is known.
std::string stack_text(const std::vector<std::uint64_t>& stack, const ModuleMap& modules,
                       const std::string& host, Symboliser* symboliser);

}  // namespace parallel_run::stacks
