// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/parameters.hpp"

namespace parallel_run::cli {

/// One mini-batch for each combination of values: partition_format and partition_keys.
std::vector<Parameter> partition_parameters();

/// What does not go together with this parameter, as advice; nothing: they do, as far as can
/// be said without looking at the input.
std::optional<std::string> partition_conflict(const config::Step& step,
                                              const std::string& parameter);

}  // namespace parallel_run::cli
