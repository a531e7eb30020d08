// SPDX-License-Identifier: Apache-2.0
#include "worker/descendants.hpp"

#include <sys/wait.h>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <string>

namespace parallel_run::worker {

namespace {

std::vector<pid_t> children_of_process(const std::string& name) {
    std::vector<pid_t> pids;
    std::error_code gone;  // a thread ends while we look
    std::filesystem::directory_iterator task("/proc/" + name + "/task", gone);
    for (; task != std::filesystem::directory_iterator(); task.increment(gone)) {
        std::ifstream file(task->path() / "children");
        for (pid_t pid = 0; file >> pid;) pids.push_back(pid);
    }
    return pids;
}

}  // namespace

std::vector<pid_t> children_of(pid_t parent) { return children_of_process(std::to_string(parent)); }

std::vector<pid_t> children() { return children_of_process("self"); }

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
