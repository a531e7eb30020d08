// SPDX-License-Identifier: Apache-2.0
#include "orchestrator/cluster.hpp"

#include <unistd.h>

#include <array>
#include <map>

namespace parallel_run::orchestrator {

namespace {

constexpr int kNameBytes = 256;
using HostName = std::array<char, kNameBytes>;

HostName host_name() {
    HostName name{};
    ::gethostname(name.data(), name.size() - 1);
    return name;
}

/// COLLECTIVE, three calls. Sets local_rank and local_size; returns the lowest rank of the node,
/// which stands for it, since several nodes may bear one host name.
int find_neighbours(MPI_Comm comm, Place& place) {
    MPI_Comm node = MPI_COMM_NULL;
    MPI_Comm_split_type(comm, MPI_COMM_TYPE_SHARED, place.rank, MPI_INFO_NULL, &node);
    MPI_Comm_rank(node, &place.local_rank);
    MPI_Comm_size(node, &place.local_size);
    int leader = place.rank;
    MPI_Bcast(&leader, 1, MPI_INT, 0, node);
    MPI_Comm_free(&node);
    return leader;
}

}  // namespace

Place find_place(MPI_Comm comm, bool dedicated_orchestrator) {
    Place place;
    int size = 0;
    MPI_Comm_rank(comm, &place.rank);
    MPI_Comm_size(comm, &size);
    const auto name = host_name();
    place.node = name.data();
    const int leader = find_neighbours(comm, place);

    std::vector<int> leaders(static_cast<std::size_t>(size));
    std::vector<HostName> names(static_cast<std::size_t>(size));
    MPI_Allgather(&leader, 1, MPI_INT, leaders.data(), 1, MPI_INT, comm);
    MPI_Allgather(name.data(), kNameBytes, MPI_CHAR, names.data(), kNameBytes, MPI_CHAR, comm);

    auto& cluster = place.cluster;
    std::map<int, scheduling::NodeId> node_of_leader;
    for (const int of_rank : leaders) {
        const auto next = static_cast<scheduling::NodeId>(node_of_leader.size());
        const auto [entry, is_new] = node_of_leader.emplace(of_rank, next);
        cluster.node_of.push_back(entry->second);
        if (is_new) {
            cluster.node_names.emplace_back(names[static_cast<std::size_t>(of_rank)].data());
        }
    }
    cluster.workers = static_cast<std::uint32_t>(size) - (dedicated_orchestrator ? 1 : 0);
    return place;
}

}  // namespace parallel_run::orchestrator
