// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "worker/spawner.hpp"

namespace parallel_run::worker {

/// "was killed by signal 11 (Segmentation fault)" or "exited with status 3", from waitpid()'s
/// status.
std::string exit_text(int wait_status);

/// The same, and for a SIGKILL that was not ours also whether memory ran out, and the size that the
/// process had reached.
std::string exit_text(const SpawnerEvent& exited);

/// Why `program` did not start, and what to do about it where that is not plain.
std::string start_failure_text(const SpawnerEvent& failed, const std::string& program);

}  // namespace parallel_run::worker
