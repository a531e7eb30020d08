// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

/// Hosts as Open MPI's hostfiles, PBS's node files and Slurm's sinfo name them. Pure.
namespace parallel_run::cli {

/// The hosts of a hostfile, each once, in their order.
std::vector<std::string> hosts_in(const std::string& hostfile);

/// A hostfile without the lines of some hosts.
std::string without_hosts(const std::string& hostfile, const std::vector<std::string>& lost);

struct SlurmNodes {
    std::vector<std::string> up;
    std::vector<std::string> down;  ///< or not responding
};
/// What `sinfo --noheader --Node --format '%N %T'` printed: a line for each node and partition.
SlurmNodes read_slurm_nodes(const std::string& sinfo);

/// "node2,node7", as Slurm takes it.
std::string comma_list(const std::vector<std::string>& hosts);

/// "node2, node7", for a message; the first ten, and how many more.
std::string short_list(const std::vector<std::string>& hosts);

}  // namespace parallel_run::cli
