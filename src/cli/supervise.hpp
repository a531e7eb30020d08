// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cli/launch_policy.hpp"
#include "cli/launcher.hpp"
#include "config/step.hpp"

namespace parallel_run::cli {

/// Set for ranks that supervise() starts: the file in which they leave the job's exit status. The
/// step is prepared then, and what the launcher makes of the ranks' exits does not matter. Rank 0
/// makes the file, with room for a status, once all ranks have started; a rank that fails with a
/// message of its own leaves a 1 before it aborts; rank 0 leaves the job's status at the end. The
/// first status counts.
inline constexpr const char* kStatusFile = "PARALLEL_RUN_STATUS_FILE";

/// Starts the ranks of a prepared step, and starts them again, on the hosts that are left, when
/// they are lost; a launcher that stays for `desertion_limit` without them, or after they have left
/// the job's status, is ended. Returns the job's exit status, kStopped when it was stopped before
/// its end; throws base::EnvironmentError when the place where ranks leave the status is gone.
/// SIGINT, SIGTERM, SIGUSR1 and SIGHUP reach the ranks as SIGUSR1. For a process with one thread.
int supervise(const config::Step& step, const Environment& environment,
              Desertion::Time desertion_limit = Desertion::kLimit);

}  // namespace parallel_run::cli
