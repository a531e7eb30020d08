// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "config/step.hpp"
#include "scheduling/types.hpp"

namespace parallel_run::orchestrator {

/// Why the scheduler gave the job up, for a user: the limit, and how far the job is beyond it.
/// `holders`: who holds what, for a job without progress.
std::string abort_text(scheduling::AbortReason reason, const scheduling::Counts& counts,
                       const config::Step& step, const std::string& holders = "");

}  // namespace parallel_run::orchestrator
