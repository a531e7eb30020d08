// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "config/step.hpp"

namespace parallel_run::orchestrator {

/// Gives the output of a Completed run its final name, durably; then nothing else is left of it.
/// May be repeated wherever it was cut off. Returns why it could not; empty: success.
std::string publish(const config::Step& step);

}  // namespace parallel_run::orchestrator
