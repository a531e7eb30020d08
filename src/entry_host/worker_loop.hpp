// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace parallel_run::entry_host {

/// The life of a worker process: takes commands from the shared memory that it inherited, runs the
/// entry script, and says what came of it. Returns the exit status: 0 after a shutdown command, 1
/// when the script cannot be loaded or init() failed, 2 when it was not started by an agent.
int run_worker_loop();

}  // namespace parallel_run::entry_host
