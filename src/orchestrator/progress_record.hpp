// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>

#include "config/step.hpp"
#include "journal/progress_file.hpp"
#include "orchestrator/progress.hpp"

namespace parallel_run::orchestrator {

/// What `status` shows of a running job, but for workers and errors. `began`: this start of the
/// run.
journal::Progress progress_record(const ProgressState& state, const config::Step& step,
                                  std::chrono::system_clock::time_point began);

}  // namespace parallel_run::orchestrator
