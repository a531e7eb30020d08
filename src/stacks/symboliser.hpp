// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "stacks/debug_information.hpp"
#include "stacks/module_map.hpp"

namespace parallel_run::stacks {

/// Turns places in code into functions and lines, from the files alone, and remembers them. The
/// first look into a module may take long (a large one has gigabytes of debug information), so this
/// is nothing for an event loop. One thread.
class Symboliser {
public:
    /// Innermost first: a place has several functions where calls were inlined. None: nothing is
    /// known. Valid until the next call.
    const std::vector<Function>& functions_at(const CodePlace& place);

private:
    DebugInformation information_;
    std::map<std::pair<std::string, std::uint64_t>, std::vector<Function>> known_;
};

}  // namespace parallel_run::stacks
