// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <string_view>

namespace parallel_run::table {

/// Whether a name ends in `extension` (".csv"), in any case.
inline bool has_extension(std::string_view name, std::string_view extension) {
    const auto same = [](char a, char b) { return (a >= 'A' && a <= 'Z' ? a + 32 : a) == b; };
    return name.size() >= extension.size() &&
           std::equal(extension.begin(), extension.end(), name.end() - std::ssize(extension),
                      [&](char wanted, char found) { return same(found, wanted); });
}

}  // namespace parallel_run::table
