// SPDX-License-Identifier: Apache-2.0
#include "worker/exit_text.hpp"

#include <sys/wait.h>

#include <cstring>

namespace parallel_run::worker {

std::string exit_text(int wait_status) {
    if (WIFSIGNALED(wait_status)) {
        const int number = WTERMSIG(wait_status);
        return "was killed by signal " + std::to_string(number) + " (" + ::strsignal(number) + ")";
    }
    return "exited with status " + std::to_string(WEXITSTATUS(wait_status));
}

}  // namespace parallel_run::worker
