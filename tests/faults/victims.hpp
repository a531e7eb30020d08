// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "job_plan.hpp"

#include <sys/types.h>

#include <optional>
#include <string>
#include <vector>

#include "base/unique_fd.hpp"

namespace parallel_run::faults {

/// A process of a run, and what it is there.
struct Process {
    pid_t pid = 0;
    pid_t parent = 0;
    Target role = Target::everything;  ///< everything: none of the other
    std::optional<int> rank;
};

/// The processes with `mark` in their environment or command line, zombies aside.
std::vector<Process> processes_of(const std::string& mark);

/// The process itself, whoever gets its PID later; readable when it has ended. None: it is gone.
base::UniqueFd hold(pid_t pid);

/// Processes that can be killed without looking for them again, and without hitting another that
/// has got the same PID meanwhile.
class Victims {
public:
    Victims() = default;
    /// Those of `processes` that the kill is meant for: one, or all.
    Victims(const Kill& kill, const std::vector<Process>& processes);

    [[nodiscard]] bool empty() const { return held_.empty(); }
    /// SIGKILL to all; false when none was there any more.
    [[nodiscard]] bool kill() const;

private:
    std::vector<base::UniqueFd> held_;
};

/// For the end of a test: whatever it takes to have nothing left.
void kill_all(const std::string& mark);

}  // namespace parallel_run::faults
