// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace parallel_run::faults {

/// What is killed.
enum class Target { worker, spawner, rank, rank_0, launcher, run_process, everything };
inline constexpr std::array kTargetNames = {"worker process", "spawner",     "rank",      "rank 0",
                                            "launcher",       "run process", "everything"};
inline std::string name_of(Target target) {
    return kTargetNames.at(static_cast<std::size_t>(target));
}

/// From when a kill's delay counts. The victim is chosen before.
enum class Aim {
    any_time,   ///< the victim was found
    in_write,   ///< the output has just grown
    in_append,  ///< the journal has just grown
    at_end,     ///< the output has all its bytes
};
inline constexpr std::array kAimNames = {"at any time", "in a write", "after an append",
                                         "at the end"};
inline std::string name_of(Aim aim) { return kAimNames.at(static_cast<std::size_t>(aim)); }

struct Kill {
    Target target{};
    Aim aim{};
    std::chrono::microseconds delay{};
    std::uint64_t choice = 0;  ///< which of several, modulo their number
};

/// How one run of the same job is started: only what may change from run to run.
struct RunPlan {
    int ranks = 1;
    std::vector<std::string> options;
    /// Start even while processes of the killed run are still about.
    bool at_once = false;
};

/// All decisions about one job. A seed means the same plan on every machine; when things happen is
/// up to the machine.
struct JobPlan {
    explicit JobPlan(std::uint64_t seed);

    [[nodiscard]] const RunPlan& run(std::size_t number) const {
        return runs[number % runs.size()];
    }

    std::uint64_t seed;
    std::uint64_t items = 0;
    std::vector<Kill> kills;
    std::vector<RunPlan> runs;
};

}  // namespace parallel_run::faults
