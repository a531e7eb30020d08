// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace parallel_run::entry_host {

/// From now on is_forked_child() knows. Once, before any thread is started.
void watch_for_forks();

/// Whether this process is a copy that the script forked from the worker process: it shares the
/// worker's memory with the agent, where it has nothing to say. Safe in a signal handler.
bool is_forked_child();

}  // namespace parallel_run::entry_host
