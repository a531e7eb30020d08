// SPDX-License-Identifier: Apache-2.0
#include "logging/progress_bar.hpp"

#include <array>
#include <cstdio>

namespace parallel_run::logging {

std::string progress_bar(double share, std::size_t room) {
    const auto full = static_cast<std::size_t>(share * static_cast<double>(room));
    std::string text(full, '=');
    if (full < room) text += '>';
    text.resize(room, ' ');
    std::array<char, 16> percent{};
    std::snprintf(percent.data(), percent.size(), "] %3.0f %%", share * 100);
    return "[" + text + percent.data();
}

}  // namespace parallel_run::logging
