// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <optional>
#include <stop_token>
#include <string>

#include "config/step.hpp"
#include "journal/state.hpp"

namespace parallel_run::orchestrator {

/// How the step's input differs from what it was when an earlier run, whose journal this is, began:
/// a file that was changed, added or replaced since, by its times of modification and of change of
/// status, or another list of files. Names the file where it can; nothing: it does not differ, as
/// far as was seen until `stop` was requested. Lists and looks at every file, so it takes as long
/// as that; keeps nothing in memory. A file of a list that does not exist tells nothing. Throws
/// like dataset::Plan.
std::optional<std::string> input_difference(const config::Step& step, const journal::State& earlier,
                                            std::chrono::system_clock::time_point began,
                                            const std::stop_token& stop);

}  // namespace parallel_run::orchestrator
