// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "config/step.hpp"

/// Who starts the ranks, found out from the environment, and how to start them when nobody does.
/// Only look_at_host() looks at anything else.
namespace parallel_run::cli {

using Environment = std::map<std::string, std::string>;

Environment current_environment();

/// The launcher that started this process.
struct Launcher {
    enum class Kind { none, mpirun, srun, other };
    Kind kind = Kind::none;
    int rank = 0;
    int size = 0;         ///< 0: unknown until MPI_Init
    int local_rank = -1;  ///< -1: unknown until MPI_Init
};

/// Throws base::UsageError in the tasks of an srun without PMIx, where each would take itself for a
/// job of its own.
Launcher detect_launcher(const Environment& environment);

/// What `run` needs to know of the machine before it starts ranks.
struct Host {
    std::uint32_t usable_cores = 1;
    bool has_mpirun = false;
    bool has_srun = false;
    bool reads_other_processes = true;         ///< process_vm_readv is permitted
    std::string hostfile = {};                 ///< for mpirun; empty: it knows its hosts by itself
    std::uint32_t listed_hosts = 0;            ///< in the hostfile as it was given
    std::vector<std::string> lost_hosts = {};  ///< of the hostfile or the allocation
};

Host look_at_host(const Environment& environment);

/// Ranks where no launcher runs yet.
struct Placement {
    std::uint32_t nodes = 1;
    std::uint32_t per_node = 1;
    [[nodiscard]] std::uint64_t ranks() const { return std::uint64_t{nodes} * per_node; }
};

Placement plan_placement(const config::Step& step, const Environment& environment,
                         const Host& host);

struct LaunchCommand {
    std::vector<std::string> words;
    Environment additions;  ///< to the environment; none of them is set there yet
    bool quiet = false;     ///< what it prints is of no interest
};

/// Whether srun starts the ranks; else mpirun does.
bool uses_srun(const Environment& environment, const Host& host);

/// Throws base::UsageError when there is nothing to start ranks with.
void require_launcher(const Environment& environment, const Host& host);

/// How to start `program` (a path and its words) as the step's ranks. Throws as
/// require_launcher().
LaunchCommand launch_command(const config::Step& step, const std::vector<std::string>& program,
                             const Environment& environment, const Host& host);

/// Does nothing on one host, by the same launcher: succeeds if ranks can be started there.
LaunchCommand probe_command(const std::string& host_name, const Environment& environment,
                            const Host& host);

}  // namespace parallel_run::cli
