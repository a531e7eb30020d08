// SPDX-License-Identifier: Apache-2.0
#include "cli/host_list.hpp"

#include <gtest/gtest.h>

namespace parallel_run::cli {
namespace {

using Words = std::vector<std::string>;

constexpr auto kHostfile =
    "# the new ones\n"
    "node1 slots=4\n"
    "\n"
    "  me@node2 slots=2 max_slots=2  # slow\n"
    "node3\n"
    "node1 slots=2\n";

TEST(HostsIn, names_each_host_once) {
    EXPECT_EQ(hosts_in(kHostfile), (Words{"node1", "node2", "node3"}));
    EXPECT_EQ(hosts_in(""), Words{});
}

TEST(WithoutHosts, leaves_other_lines_as_they_are) {
    EXPECT_EQ(without_hosts(kHostfile, {"node1", "node3", "node9"}),
              "# the new ones\n\n  me@node2 slots=2 max_slots=2  # slow\n");
    EXPECT_EQ(without_hosts(kHostfile, {}), kHostfile);
}

TEST(SlurmNodes, are_up_or_down) {
    const auto nodes = read_slurm_nodes(
        "node1 allocated\nnode2 down*\nnode3 mixed\nnode4 draining\nnode5 down\nnode6 allocated*\n"
        "node7 failing\nnode1 allocated\nnode2 down*\n");
    EXPECT_EQ(nodes.up, (Words{"node1", "node3", "node4"}));
    EXPECT_EQ(nodes.down, (Words{"node2", "node5", "node6", "node7"}));
    EXPECT_TRUE(read_slurm_nodes("").up.empty());
}

TEST(CommaList, is_what_slurm_takes) {
    EXPECT_EQ(comma_list({"a", "b", "c"}), "a,b,c");
    EXPECT_EQ(comma_list({}), "");
}

TEST(ShortList, counts_what_is_too_much_for_a_message) {
    EXPECT_EQ(short_list({}), "");
    EXPECT_EQ(short_list({"a", "b"}), "a, b");
    EXPECT_EQ(short_list(Words(12, "h")), "h, h, h, h, h, h, h, h, h, h and 2 more");
}

}  // namespace
}  // namespace parallel_run::cli
