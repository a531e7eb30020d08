// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace parallel_run::stacks {

/// Where in a file an instruction lies.
struct CodePlace {
    std::string_view module;  ///< path; empty: of no file
    std::uint64_t offset = 0;
};

/// The code that a process has mapped, from lines of its /proc/PID/maps. Lines that are none are
/// passed over.
class ModuleMap {
public:
    explicit ModuleMap(std::string_view lines);

    /// The view is valid as long as the map.
    [[nodiscard]] CodePlace find(std::uint64_t address) const;

private:
    struct Mapping {
        std::uint64_t begin = 0;
        std::uint64_t end = 0;
        std::uint64_t offset = 0;
        std::string path;
    };
    std::vector<Mapping> mappings_;
};

}  // namespace parallel_run::stacks
