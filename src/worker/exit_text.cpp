// SPDX-License-Identifier: Apache-2.0
#include "worker/exit_text.hpp"

#include <sys/wait.h>

#include <csignal>
#include <cstring>

#include "base/error.hpp"
#include "base/size.hpp"
#include "ring/segment.hpp"

namespace parallel_run::worker {

std::string exit_text(int wait_status) {
    if (WIFSIGNALED(wait_status)) {
        const int number = WTERMSIG(wait_status);
        return "was killed by signal " + std::to_string(number) + " (" + ::strsignal(number) + ")";
    }
    return "exited with status " + std::to_string(WEXITSTATUS(wait_status));
}

std::string exit_text(const SpawnerEvent& exited) {
    auto text = exit_text(exited.status);
    const bool killed = WIFSIGNALED(exited.status) && WTERMSIG(exited.status) == SIGKILL;
    if (!killed || exited.ended_by_us) return text;
    const auto reached = "; it had reached " + base::format_bytes(exited.max_rss_kb * 1024);
    if (!exited.oom_killer_struck) return text + ", by somebody outside parallel-run" + reached;
    return text + ": the kernel ran out of memory" + reached +
           "; use fewer processes (process_count_per_node) or smaller mini-batches "
           "(mini_batch_size)";
}

std::string start_failure_text(const SpawnerEvent& failed, const std::string& program) {
    using Step = SpawnerEvent::Step;
    const auto what = "cannot start " + program;
    switch (failed.step) {
        case Step::descriptors:
            return what + ": it needs descriptors up to " + std::to_string(ring::kAgentWakeFd) +
                   ", and the limit of open files on this node is lower; raise it (ulimit -Hn, or "
                   "LimitNOFILE of the batch system's daemon)";
        case Step::output_files:
            return base::system_error_text(what + ": cannot make the files for its output",
                                           failed.error);
        case Step::working_dir:
            return base::system_error_text(what + ": cannot enter its working directory",
                                           failed.error);
        case Step::process: return base::system_error_text(what + ": no new process", failed.error);
        case Step::program: break;
    }
    return base::system_error_text(what, failed.error);
}

}  // namespace parallel_run::worker
