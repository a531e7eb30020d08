// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <vector>

namespace parallel_run::worker {

/// The processes whose parent is that process, zombies included.
std::vector<pid_t> children_of(pid_t parent);
/// Those of this process.
std::vector<pid_t> children();

/// Kills and reaps every child that is not in `except`, and what becomes a child by that: all
/// descendants, if this process is a child subreaper.
void end_children(const std::vector<pid_t>& except = {});

}  // namespace parallel_run::worker
