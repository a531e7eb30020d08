// SPDX-License-Identifier: Apache-2.0
#include "cli/launcher.hpp"

#include "step_fixture.hpp"

namespace parallel_run::cli {
namespace {

using Words = std::vector<std::string>;
using Kind = Launcher::Kind;

struct Case {
    const char* what;
    Environment environment;
    Launcher expected;
};

class DetectedLauncher : public ::testing::TestWithParam<Case> {};

TEST_P(DetectedLauncher, is_as_expected) {
    const auto found = detect_launcher(GetParam().environment);
    const auto& expected = GetParam().expected;
    EXPECT_EQ(found.kind, expected.kind) << GetParam().what;
    EXPECT_EQ(found.rank, expected.rank) << GetParam().what;
    EXPECT_EQ(found.size, expected.size) << GetParam().what;
    EXPECT_EQ(found.local_rank, expected.local_rank) << GetParam().what;
}

const Environment kBatchScript = {{"SLURM_JOB_ID", "7"},
                                  {"SLURM_PROCID", "0"},
                                  {"SLURM_NTASKS", "8"},
                                  {"SLURM_JOB_NUM_NODES", "2"}};

Environment with(Environment environment, const Environment& more) {
    environment.insert(more.begin(), more.end());
    return environment;
}

const Environment kSrunTask = with(
    kBatchScript, {{"SLURM_STEP_ID", "3"}, {"SLURM_STEP_NUM_TASKS", "8"}, {"SLURM_LOCALID", "1"}});

const Environment kMpirunRank = {{"OMPI_COMM_WORLD_RANK", "2"},
                                 {"OMPI_COMM_WORLD_SIZE", "5"},
                                 {"OMPI_COMM_WORLD_LOCAL_RANK", "1"},
                                 {"PMIX_RANK", "2"}};

INSTANTIATE_TEST_SUITE_P(
    Environments, DetectedLauncher,
    ::testing::Values(
        Case{"a shell", {{"PATH", "/bin"}}, {}},
        Case{"a rank of mpirun", kMpirunRank, {Kind::mpirun, 2, 5, 1}},
        Case{"a rank of mpirun in a Slurm job",
             with(kMpirunRank, kSrunTask),
             {Kind::mpirun, 2, 5, 1}},
        Case{"a task of srun with PMIx",
             with(kSrunTask, {{"PMIX_RANK", "6"}}),
             {Kind::srun, 6, 8, 1}},
        Case{"a rank of another PMIx launcher", {{"PMIX_RANK", "4"}}, {Kind::other, 4, 0, -1}},
        Case{"a rank of a Hydra launcher",
             {{"PMI_RANK", "1"}, {"PMI_SIZE", "4"}, {"MPI_LOCALRANKID", "0"}},
             {Kind::other, 1, 4, 0}},
        Case{"a batch script", kBatchScript, {}},
        Case{"a batch script with its special step id",
             with(kBatchScript, {{"SLURM_STEP_ID", "4294967291"}, {"SLURM_STEP_NUM_TASKS", "8"}}),
             {}},
        Case{"a shell of srun --pty",
             with(kBatchScript, {{"SLURM_STEP_ID", "0"}, {"SLURM_STEP_NUM_TASKS", "1"}}),
             {}},
        Case{"variables that are no numbers",
             {{"OMPI_COMM_WORLD_RANK", "x"}, {"PMI_RANK", "-1"}},
             {}}));

TEST(DetectLauncher, refuses_srun_without_pmix) {
    EXPECT_EQ(refusal_of([] { (void)detect_launcher(kSrunTask); }),
              "srun started 8 tasks that MPI cannot connect, since PMIx is missing: use "
              "'srun --mpi=pmix parallel-run run ...'");
}

const Host kHost = {.usable_cores = 4, .has_mpirun = true};
const Host kSlurmHost = {.usable_cores = 4, .has_mpirun = true, .has_srun = true};
const Words kProgram = {"/bin/parallel-run", "run", "s.conf"};

Words words_for(const config::Step& step, const Environment& environment, const Host& host) {
    return launch_command(step, kProgram, environment, host).words;
}

TEST(LaunchCommand, uses_every_core_by_default) {
    EXPECT_EQ(words_for({}, {}, kHost),
              (Words{"mpirun", "-n", "4", "/bin/parallel-run", "run", "s.conf"}));
}

TEST(LaunchCommand, multiplies_nodes_and_processes) {
    config::Step step;
    step.node_count = 2;
    step.process_count_per_node = 3;
    EXPECT_EQ(words_for(step, {}, kHost),
              (Words{"mpirun", "-n", "6", "-N", "3", "/bin/parallel-run", "run", "s.conf"}));
}

TEST(LaunchCommand, is_srun_in_an_allocation) {
    EXPECT_EQ(words_for({}, kBatchScript, kSlurmHost),
              (Words{"srun", "--mpi=pmix", "--kill-on-bad-exit=1", "--nodes=2", "--ntasks=8",
                     "/bin/parallel-run", "run", "s.conf"}));
    config::Step step;
    step.node_count = 1;
    step.process_count_per_node = 2;
    EXPECT_EQ(words_for(step, kBatchScript, kSlurmHost),
              (Words{"srun", "--mpi=pmix", "--kill-on-bad-exit=1", "--nodes=1", "--ntasks=2",
                     "--ntasks-per-node=2", "/bin/parallel-run", "run", "s.conf"}));
}

TEST(LaunchCommand, takes_no_more_cores_than_the_allocation_has) {
    const auto environment = with(kBatchScript, {{"SLURM_CPUS_ON_NODE", "3"}});
    EXPECT_EQ(plan_placement({}, environment, kSlurmHost).ranks(), 6U);
    EXPECT_EQ(plan_placement({}, {{"SLURM_CPUS_ON_NODE", "3"}}, kSlurmHost).ranks(), 4U);
}

TEST(LaunchCommand, is_mpirun_where_srun_is_missing_or_would_wait_for_itself) {
    EXPECT_EQ(words_for({}, kBatchScript, kHost).front(), "mpirun");
    const auto inside_step =
        with(kBatchScript, {{"SLURM_STEP_ID", "0"}, {"SLURM_STEP_NUM_TASKS", "1"}});
    EXPECT_EQ(words_for({}, inside_step, kSlurmHost).front(), "mpirun");
    EXPECT_EQ(words_for({}, {}, kSlurmHost).front(), "mpirun");
}

Host host_with_list(std::uint32_t hosts, const Words& lost = {}) {
    auto host = kHost;
    host.hostfile = "/h";
    host.listed_hosts = hosts;
    host.lost_hosts = lost;
    return host;
}

TEST(LaunchCommand, uses_every_host_of_a_list) {
    EXPECT_EQ(words_for({}, {}, host_with_list(3)),
              (Words{"mpirun", "-n", "12", "-N", "4", "--hostfile", "/h", "/bin/parallel-run",
                     "run", "s.conf"}));
}

TEST(LaunchCommand, leaves_lost_hosts_of_a_list_out) {
    EXPECT_EQ(plan_placement({}, {}, host_with_list(3, {"b"})).nodes, 2U);
    EXPECT_EQ(plan_placement({}, {}, host_with_list(2, {"a", "b"})).nodes, 1U);
    config::Step step;
    step.node_count = 2;
    EXPECT_EQ(plan_placement(step, {}, host_with_list(4, {"b"})).nodes, 2U);
    EXPECT_EQ(plan_placement(step, {}, host_with_list(2, {"b"})).nodes, 1U);
}

TEST(LaunchCommand, leaves_lost_nodes_of_an_allocation_out) {
    auto host = kSlurmHost;
    host.lost_hosts = {"node2"};
    EXPECT_EQ(words_for({}, kBatchScript, host),
              (Words{"srun", "--mpi=pmix", "--kill-on-bad-exit=1", "--nodes=1", "--ntasks=4",
                     "--exclude=node2", "/bin/parallel-run", "run", "s.conf"}));
}

TEST(ProbeCommand, does_nothing_on_one_host) {
    const auto by_mpirun = probe_command("node2", {}, kHost);
    EXPECT_EQ(by_mpirun.words, (Words{"mpirun", "--host", "node2", "-n", "1", "true"}));
    EXPECT_EQ(by_mpirun.additions.at("OMPI_ALLOW_RUN_AS_ROOT"), "1");
    EXPECT_TRUE(by_mpirun.quiet);
    EXPECT_EQ(probe_command("node2", kBatchScript, kSlurmHost).words,
              (Words{"srun", "--overlap", "--mpi=none", "--nodes=1", "--ntasks=1",
                     "--nodelist=node2", "true"}));
}

TEST(LaunchCommand, names_the_package_when_there_is_no_launcher) {
    EXPECT_EQ(
        refusal_of([] { (void)words_for({}, {}, Host{}); }),
        "there is no mpirun to start the ranks with: install the package openmpi-bin "
        "(Debian, Ubuntu), or load your cluster's Open MPI module, so that mpirun is on PATH");
}

TEST(LaunchCommand, lets_open_mpi_run_as_root_and_on_few_cores) {
    const auto additions = launch_command({}, kProgram, {}, kHost).additions;
    for (const auto* name : {"OMPI_ALLOW_RUN_AS_ROOT", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM",
                             "OMPI_MCA_rmaps_base_oversubscribe", "OMPI_MCA_mpi_yield_when_idle"}) {
        EXPECT_EQ(additions.at(name), "1") << name;
    }
    EXPECT_EQ(additions.at("OMPI_MCA_hwloc_base_binding_policy"), "none");
    EXPECT_EQ(additions.count("OMPI_MCA_btl_vader_single_copy_mechanism"), 0U);
}

TEST(LaunchCommand, avoids_single_copies_where_the_container_forbids_them) {
    auto host = kHost;
    host.reads_other_processes = false;
    const auto additions = launch_command({}, kProgram, {}, host).additions;
    EXPECT_EQ(additions.at("OMPI_MCA_btl_vader_single_copy_mechanism"), "none");
}

TEST(LaunchCommand, leaves_what_the_user_set) {
    const Environment environment = {{"OMPI_MCA_hwloc_base_binding_policy", "core"}};
    const auto additions = launch_command({}, kProgram, environment, kHost).additions;
    EXPECT_EQ(additions.count("OMPI_MCA_hwloc_base_binding_policy"), 0U);
}

TEST_F(StepFiles, look_at_host_counts_the_hosts_of_the_list_that_mpirun_has) {
    write("hosts", "a slots=2\nb slots=2\n");
    for (const auto* name :
         {"OMPI_MCA_orte_default_hostfile", "PRTE_MCA_prte_default_hostfile", "PBS_NODEFILE"}) {
        const auto host = look_at_host({{name, at("hosts")}});
        EXPECT_EQ(host.hostfile, at("hosts")) << name;
        EXPECT_EQ(host.listed_hosts, 2U) << name;
    }
    EXPECT_EQ(look_at_host({{"PBS_NODEFILE", at("missing")}}).hostfile, "");
    EXPECT_EQ(look_at_host(with(kBatchScript, {{"PBS_NODEFILE", at("hosts")}})).hostfile, "");
}

TEST_F(StepFiles, look_at_host_finds_programs_on_the_path) {
    write("srun", "");
    std::filesystem::permissions(at("srun"), std::filesystem::perms::owner_all);
    write("mpirun", "");  // not executable
    std::filesystem::permissions(at("mpirun"), std::filesystem::perms::owner_read);
    const auto host = look_at_host({{"PATH", "/nowhere:" + folder_}});
    EXPECT_TRUE(host.has_srun);
    EXPECT_FALSE(host.has_mpirun);
    EXPECT_GE(host.usable_cores, 1U);
    EXPECT_FALSE(look_at_host({}).has_srun);
}

}  // namespace
}  // namespace parallel_run::cli
