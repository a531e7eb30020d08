// SPDX-License-Identifier: Apache-2.0
#include "worker/oom_kills.hpp"

#include <sstream>

#include "base/read_file.hpp"

namespace parallel_run::worker {

namespace {

constexpr std::string_view kCounter = "oom_kill";

}  // namespace

std::uint64_t oom_kills() {
    if (const auto path = memory_events_path(base::content_of("/proc/self/cgroup"))) {
        if (const auto kills = counter(base::content_of(*path), kCounter)) return *kills;
    }
    return counter(base::content_of("/proc/vmstat"), kCounter).value_or(0);
}

std::optional<std::uint64_t> counter(std::string_view lines, std::string_view name) {
    std::istringstream in{std::string(lines)};
    std::string word;
    std::uint64_t value = 0;
    while (in >> word >> value) {
        if (word == name) return value;
    }
    return std::nullopt;
}

std::optional<std::string> memory_events_path(std::string_view proc_self_cgroup) {
    std::istringstream in{std::string(proc_self_cgroup)};
    for (std::string line; std::getline(in, line);) {
        if (line.starts_with("0::")) return "/sys/fs/cgroup" + line.substr(3) + "/memory.events";
    }
    return std::nullopt;
}

}  // namespace parallel_run::worker
