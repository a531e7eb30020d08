// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <optional>
#include <stop_token>
#include <string>

#include "config/step.hpp"
#include "journal/state.hpp"

namespace parallel_run::orchestrator {

/// A file of the step's input that was changed since an earlier run began, by its times of
/// modification and of change of status, for people; nothing: there is none, as far as was seen
/// until `stop` was requested. Looks at every file; keeps nothing in memory. A file of a list that
/// does not exist tells nothing. Throws like dataset::Plan.
std::optional<std::string> changed_file(const config::Step& step,
                                        std::chrono::system_clock::time_point began,
                                        const std::stop_token& stop);

/// How the step's input differs from what it was when an earlier run, whose journal this is, began:
/// changed_file(), or another plan. It takes as long as planning does without other ranks.
std::optional<std::string> input_difference(const config::Step& step, const journal::State& earlier,
                                            std::chrono::system_clock::time_point began,
                                            const std::stop_token& stop);

}  // namespace parallel_run::orchestrator
