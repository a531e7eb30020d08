// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace parallel_run::worker {

/// "was killed by signal 11 (Segmentation fault)" or "exited with status 3", from waitpid()'s
/// status.
std::string exit_text(int wait_status);

}  // namespace parallel_run::worker
