// SPDX-License-Identifier: Apache-2.0
#include "worker/descendants.hpp"

#include <sys/wait.h>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <fstream>

namespace parallel_run::worker {

std::vector<pid_t> children() {
    std::vector<pid_t> pids;
    std::error_code gone;  // a thread ends while we look
    std::filesystem::directory_iterator task("/proc/self/task", gone);
    for (; task != std::filesystem::directory_iterator(); task.increment(gone)) {
        std::ifstream file(task->path() / "children");
        for (pid_t pid = 0; file >> pid;) pids.push_back(pid);
    }
    return pids;
}

void end_children(const std::vector<pid_t>& except) {
    while (true) {
        auto pids = children();
        std::erase_if(pids, [&](pid_t pid) {
            return std::find(except.begin(), except.end(), pid) != except.end();
        });
        if (pids.empty()) return;
        for (const auto pid : pids) ::kill(pid, SIGKILL);
        for (const auto pid : pids) ::waitpid(pid, nullptr, 0);
    }
}

}  // namespace parallel_run::worker
