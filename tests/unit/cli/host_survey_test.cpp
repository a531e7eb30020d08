// SPDX-License-Identifier: Apache-2.0
#include "cli/host_survey.hpp"

#include "step_fixture.hpp"

#include <algorithm>

namespace parallel_run::cli {
namespace {

using Words = std::vector<std::string>;

/// With programs that stand for mpirun, srun and sinfo on PATH.
class HostSurveyed : public StepFiles {
protected:
    HostSurveyed() : path_before_(std::getenv("PATH")) {
        ::setenv("PATH", (folder_ + ":" + path_before_).c_str(), 1);
        host_.has_mpirun = true;
    }
    ~HostSurveyed() override { ::setenv("PATH", path_before_.c_str(), 1); }

    void make_program(const std::string& name, const std::string& script) const {
        write(name, "#!/bin/sh\n" + script + "\n");
        std::filesystem::permissions(at(name), std::filesystem::perms::owner_all);
    }
    void list(const std::string& hostfile) {
        write("hosts", hostfile);
        host_.hostfile = at("hosts");
    }
    [[nodiscard]] HostSurvey survey(const Environment& environment = {}) const {
        auto found = survey_hosts(environment, host_, signals_, [&](SignalsInHand::Time until) {
            (void)signals_.wait(until);
            return true;
        });
        std::sort(found.left.begin(), found.left.end());
        return found;
    }
    [[nodiscard]] std::string content(const std::string& name) const {
        std::ifstream file(at(name));
        return {std::istreambuf_iterator<char>(file), {}};
    }

    SignalsInHand signals_;
    Host host_;

private:
    std::string path_before_;
};

const Environment kAllocation = {
    {"SLURM_JOB_ID", "7"}, {"SLURM_JOB_NODELIST", "node[1-3]"}, {"SLURM_JOB_NUM_NODES", "3"}};
constexpr auto kSinfo =
    R"(test "$*" = '--noheader --Node --format=%N %T --nodes=node[1-3]' || exit 1
echo node1 allocated; echo node2 down; echo node3 allocated)";

TEST_F(HostSurveyed, finds_nothing_where_no_hosts_are_known) {
    const auto found = survey();
    EXPECT_TRUE(found.left.empty());
    EXPECT_TRUE(found.lost.empty());
}

TEST_F(HostSurveyed, tries_each_host_of_the_list) {
    list("node1 slots=2\nnode2 slots=2\nnode3 slots=2\n");
    make_program("mpirun", R"(test "$*" != "--host node2 -n 1 true")");
    const auto found = survey();
    EXPECT_EQ(found.left, (Words{"node1", "node3"}));
    EXPECT_EQ(found.lost, (Words{"node2"}));
}

TEST_F(HostSurveyed, tries_more_hosts_than_it_does_at_once) {
    std::string hosts;
    for (int i = 0; i < 40; ++i) hosts += "node" + std::to_string(i) + "\n";
    list(hosts);
    make_program("mpirun", R"(case $2 in *3) exit 1;; esac)");
    const auto found = survey();
    EXPECT_EQ(found.left.size(), 36U);
    EXPECT_EQ(found.lost.size(), 4U);
}

TEST_F(HostSurveyed, asks_slurm_and_tries_what_that_takes_to_be_up) {
    host_.has_srun = true;
    make_program("sinfo", kSinfo);
    make_program("srun", R"(case "$*" in *--nodelist=node1*) ;; *) exit 1;; esac)");
    const auto found = survey(kAllocation);
    EXPECT_EQ(found.left, (Words{"node1"}));
    EXPECT_EQ(found.lost, (Words{"node2", "node3"}));
}

TEST_F(HostSurveyed, finds_nothing_when_slurm_does_not_answer) {
    host_.has_srun = true;
    make_program("sinfo", "echo error; exit 1");
    const auto found = survey(kAllocation);
    EXPECT_TRUE(found.left.empty());
    EXPECT_TRUE(found.lost.empty());
}

TEST_F(HostSurveyed, stops_when_nobody_wants_to_know_any_more) {
    list("node1\n");
    make_program("mpirun", "exec sleep 100");
    const auto found = survey_hosts({}, host_, signals_, [](SignalsInHand::Time) { return false; });
    EXPECT_TRUE(found.left.empty());
    EXPECT_TRUE(found.lost.empty());
}

TEST_F(HostSurveyed, makes_a_hostfile_without_the_lost) {
    list("node1 slots=2\nnode2 slots=2\n");
    const auto host = without_lost(host_, {{"node1"}, {"node2"}}, {}, at("left"));
    EXPECT_EQ(host.hostfile, at("left"));
    EXPECT_EQ(host.lost_hosts, (Words{"node2"}));
    EXPECT_EQ(content("left"), "node1 slots=2\n");
}

TEST_F(HostSurveyed, leaves_the_hostfile_when_none_is_lost) {
    list("node1 slots=2\n");
    const auto host = without_lost(host_, {{"node1"}, {}}, {}, at("left"));
    EXPECT_EQ(host.hostfile, at("hosts"));
    EXPECT_FALSE(std::filesystem::exists(at("left")));
}

TEST_F(HostSurveyed, makes_a_hostfile_of_an_allocation_for_mpirun_only) {
    const HostSurvey survey = {{"node1", "node3"}, {"node2"}};
    (void)without_lost(host_, survey, kAllocation, at("left"));
    EXPECT_EQ(content("left"), "node1\nnode3\n");
    host_.has_srun = true;
    EXPECT_EQ(without_lost(host_, survey, kAllocation, at("other")).hostfile, "");
    EXPECT_FALSE(std::filesystem::exists(at("other")));
}

}  // namespace
}  // namespace parallel_run::cli
