// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <mpi.h>

#include <cstdint>
#include <string>
#include <vector>

#include "scheduling/types.hpp"

namespace parallel_run::orchestrator {

/// Which ranks there are and where.
struct Cluster {
    std::vector<scheduling::NodeId> node_of;  ///< by rank
    std::vector<std::string> node_names;      ///< by node
    std::uint32_t workers = 0;                ///< ranks with a worker process

    [[nodiscard]] const std::string& node_name(int rank) const {
        return node_names[node_of[static_cast<std::size_t>(rank)]];
    }
};

/// A rank's own place in it.
struct Place {
    Cluster cluster;
    std::string node;
    int rank = 0;
    int local_rank = 0;
    int local_size = 1;
};

/// COLLECTIVE over `comm`, five calls. Ranks are of one node where they can share memory.
Place find_place(MPI_Comm comm, bool dedicated_orchestrator);

}  // namespace parallel_run::orchestrator
