// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "config/step.hpp"
#include "scheduling/types.hpp"

namespace parallel_run::orchestrator {

/// Why the scheduler gave the job up, for a user: the limit, how far the job is beyond it, and what
/// to do about the part `before` of it that earlier starts are to blame for. `holders`: who holds
/// what, for a job without progress.
std::string abort_text(scheduling::AbortReason reason, const scheduling::Counts& counts,
                       const scheduling::Counts& before, const config::Step& step,
                       const std::string& holders = "");

/// The limits on failures, of which the scheduler's policy is made.
scheduling::Policy thresholds_of(const config::Step& step);

/// Why a run that ended with these counts is not Completed by the step's thresholds; nothing: it
/// is.
std::optional<std::string> beyond_thresholds(const scheduling::Counts& counts,
                                             const config::Step& step);

}  // namespace parallel_run::orchestrator
