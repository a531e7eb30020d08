// SPDX-License-Identifier: Apache-2.0
#include "victims.hpp"

#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>

#include "whole/child.hpp"

namespace parallel_run::faults {

namespace {

pid_t parent_of(const std::string& process) {
    const auto stat = whole::content_of(process + "/stat");
    const auto name_end = stat.rfind(") ");
    // Behind the name: the state, one letter, and the parent.
    return name_end == std::string::npos ? 0 : std::atoi(stat.c_str() + name_end + 4);
}

std::optional<int> rank_of(const std::string& process) {
    const std::string name("\0OMPI_COMM_WORLD_RANK=", 22);
    const auto environment = '\0' + whole::content_of(process + "/environ");
    const auto at = environment.find(name);
    if (at == std::string::npos) return std::nullopt;
    return std::atoi(environment.c_str() + at + name.size());
}

/// By its program alone.
Target role_of(const std::string& program, bool has_rank) {
    if (program == "parallel-run-worker") return Target::worker;
    if (program == "mpirun" || program == "orterun" || program == "prterun") {
        return Target::launcher;
    }
    if (program != "parallel-run") return Target::everything;
    return has_rank ? Target::spawner : Target::run_process;
}

Process look_at(pid_t pid) {
    const auto process = "/proc/" + std::to_string(pid);
    std::error_code gone;
    const auto program = std::filesystem::read_symlink(process + "/exe", gone).filename().string();
    Process found{pid, parent_of(process), Target::everything, rank_of(process)};
    found.role = role_of(program, found.rank.has_value());
    return found;
}

/// What only the parent shows: a spawner whose parent is the launcher is a rank; a worker process
/// has no rank of its own, and none at all when it only checks the entry script.
void look_at_parents(std::vector<Process>& processes) {
    for (auto& process : processes) {
        const auto parent =
            std::find_if(processes.begin(), processes.end(),
                         [&](const Process& other) { return other.pid == process.parent; });
        if (process.role == Target::worker) {
            process.rank = parent == processes.end() ? std::nullopt : parent->rank;
            if (!process.rank) process.role = Target::everything;
        } else if (process.role == Target::spawner && parent != processes.end() &&
                   parent->role == Target::launcher) {
            process.role = process.rank == 0 ? Target::rank_0 : Target::rank;
        }
    }
}

std::vector<pid_t> meant(const Kill& kill, const std::vector<Process>& processes) {
    std::vector<pid_t> pids;
    for (const auto& process : processes) {
        if (kill.target == Target::everything || process.role == kill.target) {
            pids.push_back(process.pid);
        }
    }
    if (kill.target != Target::everything && pids.size() > 1)
        return {pids[kill.choice % pids.size()]};
    return pids;
}

}  // namespace

// glibc 2.36 declares these calls without extern "C".
base::UniqueFd hold(pid_t pid) {
    return base::UniqueFd(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
}

std::vector<Process> processes_of(const std::string& mark) {
    std::vector<Process> processes;
    for (const auto pid : whole::processes_marked(mark)) processes.push_back(look_at(pid));
    look_at_parents(processes);
    std::sort(processes.begin(), processes.end(),
              [](const Process& a, const Process& b) { return a.rank < b.rank; });
    return processes;
}

Victims::Victims(const Kill& kill, const std::vector<Process>& processes) {
    for (const auto pid : meant(kill, processes)) {
        auto held = hold(pid);
        if (held) held_.push_back(std::move(held));
    }
}

bool Victims::kill() const {
    bool any = false;
    for (const auto& held : held_) {
        any |= ::syscall(SYS_pidfd_send_signal, held.get(), SIGKILL, nullptr, 0) == 0;
    }
    return any;
}

void kill_all(const std::string& mark) {
    const auto none_left = [&] {
        const auto pids = whole::processes_marked(mark);
        for (const auto pid : pids) ::kill(pid, SIGKILL);
        return pids.empty();
    };
    whole::wait_until(none_left, std::chrono::seconds(10));
}

}  // namespace parallel_run::faults
