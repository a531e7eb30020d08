// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <cstdio>
#include <string>

namespace parallel_run::base {

/// "process000", "process001", ...: a worker process of a node, unique there.
inline std::string process_name(std::uint32_t number) {
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), "process%03u", number);
    return text.data();
}

}  // namespace parallel_run::base
