// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "base/result.hpp"

namespace parallel_run::base {

/// The whole file as it is now, a special one too; nothing if it does not exist. A failure names
/// path and cause. For files that fit in memory.
Result<std::optional<std::string>> read_file(const std::string& path);

/// The same where a file that cannot be read, as one of /proc whose process ends meanwhile, says no
/// more than an empty one.
std::string content_of(const std::string& path);

}  // namespace parallel_run::base
