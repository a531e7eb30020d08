// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include "worker/spawner.hpp"

namespace parallel_run::worker {

/// Raises this process's own limit of open files where it is unusually low: ring::kSegmentFd and
/// ring::kAgentWakeFd are high numbers, and a worker process inherits the limit.
void make_room_for_descriptors();

/// What a worker process gets; close-on-exec here.
struct Handed {
    int segment = -1;
    int agent_wake = -1;
    int standard_output = -1;
    int standard_error = -1;
};

/// `started` with a pid, in a session of its own and killed when this process dies, or
/// `start_failed`. Returns when the program runs or is known not to. Precondition: one thread;
/// descriptors 0 to 2 are open, so that none of `handed` has such a number.
SpawnerEvent start_process(const SpawnRequest& request, const Handed& handed);

}  // namespace parallel_run::worker
