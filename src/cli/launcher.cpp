// SPDX-License-Identifier: Apache-2.0
#include "cli/launcher.hpp"

#include <sched.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <sstream>

#include "base/error.hpp"
#include "base/read_file.hpp"
#include "cli/host_list.hpp"

namespace parallel_run::cli {

namespace {

bool has(const Environment& environment, const std::string& name) {
    return environment.count(name) != 0;
}

/// The first of the variables that is a number, 0 or more.
std::optional<std::uint32_t> number(const Environment& environment,
                                    std::initializer_list<const char*> names) {
    for (const auto* name : names) {
        const auto found = environment.find(name);
        if (found == environment.end()) continue;
        const auto& text = found->second;
        std::uint32_t value = 0;
        const auto* const end = text.data() + text.size();
        const auto [rest, error] = std::from_chars(text.data(), end, value);
        if (error == std::errc{} && rest == end && value <= 0x7fffffff) return value;
    }
    return std::nullopt;
}

int number_or(const Environment& environment, std::initializer_list<const char*> names,
              int otherwise) {
    const auto value = number(environment, names);
    return value ? static_cast<int>(*value) : otherwise;
}

/// In a task of a step that srun started; Slurm gives the batch script, an interactive allocation's
/// shell and the like step ids that number() takes for too large.
bool in_srun_step(const Environment& environment) {
    return number(environment, {"SLURM_STEP_ID"}) && has(environment, "SLURM_PROCID");
}

void refuse_srun_without_pmix(const Environment& environment) {
    const auto tasks = number(environment, {"SLURM_STEP_NUM_TASKS"}).value_or(1);
    if (!in_srun_step(environment) || tasks < 2) return;
    throw base::UsageError("srun started " + std::to_string(tasks) +
                           " tasks that MPI cannot connect, since PMIx is missing: use "
                           "'srun --mpi=pmix parallel-run run ...'");
}

std::uint32_t count_usable_cores() {
    cpu_set_t cores;
    CPU_ZERO(&cores);
    if (::sched_getaffinity(0, sizeof cores, &cores) == 0) {
        return static_cast<std::uint32_t>(std::max(1, CPU_COUNT(&cores)));
    }
    return static_cast<std::uint32_t>(std::max(1L, ::sysconf(_SC_NPROCESSORS_ONLN)));
}

bool is_on_path(const std::string& program, const Environment& environment) {
    const auto path = environment.find("PATH");
    if (path == environment.end()) return false;
    std::istringstream folders(path->second);
    for (std::string folder; std::getline(folders, folder, ':');) {
        if (::access((folder + "/" + program).c_str(), X_OK) == 0) return true;
    }
    return false;
}

/// Containers often forbid it.
bool may_read_other_processes() {
    int from = 1;
    int to = 0;
    const iovec local{&to, sizeof to};
    const iovec remote{&from, sizeof from};
    return ::process_vm_readv(::getpid(), &local, 1, &remote, 1, 0) == sizeof to;
}

bool in_allocation(const Environment& environment) { return has(environment, "SLURM_JOB_ID"); }

/// The list of hosts that mpirun is to use; "" where there is none or it asks Slurm.
std::string find_hostfile(const Environment& environment) {
    if (in_allocation(environment)) return {};
    for (const auto* name :
         {"OMPI_MCA_orte_default_hostfile", "PRTE_MCA_prte_default_hostfile", "PBS_NODEFILE"}) {
        const auto found = environment.find(name);
        if (found != environment.end()) return found->second;
    }
    return {};
}

std::uint32_t count_hosts(const std::string& hostfile) {
    return static_cast<std::uint32_t>(hosts_in(base::content_of(hostfile)).size());
}

/// At most the hosts that are left of those there were.
std::uint32_t nodes_left(std::uint32_t wanted, std::uint32_t all, const Host& host) {
    const auto lost = static_cast<std::uint32_t>(host.lost_hosts.size());
    if (lost == 0) return wanted;
    return std::min(wanted, all - std::min(all, lost));
}

/// With these, Open MPI starts as root, in containers and with more ranks than cores, and leaves
/// the last word on the terminal to us, also when the exit status is not 0. The names with PRTE are
/// Open MPI 5's.
Environment open_mpi_settings(const Host& host) {
    Environment settings = {{"OMPI_ALLOW_RUN_AS_ROOT", "1"},
                            {"OMPI_ALLOW_RUN_AS_ROOT_CONFIRM", "1"},
                            {"PRTE_ALLOW_RUN_AS_ROOT", "1"},
                            {"PRTE_ALLOW_RUN_AS_ROOT_CONFIRM", "1"},
                            {"OMPI_MCA_rmaps_base_oversubscribe", "1"},
                            {"PRTE_MCA_rmaps_default_mapping_policy", ":oversubscribe"},
                            {"OMPI_MCA_hwloc_base_binding_policy", "none"},
                            {"PRTE_MCA_hwloc_default_binding_policy", "none"},
                            {"OMPI_MCA_mpi_yield_when_idle", "1"},
                            // A host that vanishes without a word is noticed within a minute.
                            {"OMPI_MCA_oob_tcp_keepalive_time", "30"},
                            {"OMPI_MCA_oob_tcp_keepalive_intvl", "5"},
                            {"OMPI_MCA_oob_tcp_keepalive_probes", "5"}};
    if (!host.reads_other_processes) {
        settings.emplace("OMPI_MCA_btl_vader_single_copy_mechanism", "none");
    }
    return settings;
}

std::vector<std::string> srun_words(const config::Step& step, const Placement& placement,
                                    const Host& host) {
    // Without the second word the other ranks would wait for a lost one for ever.
    std::vector<std::string> words = {"srun", "--mpi=pmix", "--kill-on-bad-exit=1",
                                      "--nodes=" + std::to_string(placement.nodes),
                                      "--ntasks=" + std::to_string(placement.ranks())};
    if (step.process_count_per_node) {
        words.push_back("--ntasks-per-node=" + std::to_string(*step.process_count_per_node));
    }
    if (!host.lost_hosts.empty()) words.push_back("--exclude=" + comma_list(host.lost_hosts));
    return words;
}

std::vector<std::string> mpirun_words(const Placement& placement, const Host& host) {
    std::vector<std::string> words = {"mpirun", "-n", std::to_string(placement.ranks())};
    if (placement.nodes > 1) {
        words.insert(words.end(), {"-N", std::to_string(placement.per_node)});
    }
    if (!host.hostfile.empty()) words.insert(words.end(), {"--hostfile", host.hostfile});
    return words;
}

Environment additions_to(const Environment& environment, const Host& host) {
    auto settings = open_mpi_settings(host);
    // Slurm's default fence is no full barrier in some versions: now and then a rank crashes in
    // MPI_Init.
    if (uses_srun(environment, host)) settings.emplace("SLURM_PMIX_FENCE", "ring");
    Environment additions;
    for (auto& [name, value] : settings) {
        if (!has(environment, name)) additions.emplace(name, value);
    }
    return additions;
}

}  // namespace

Environment current_environment() {
    Environment environment;
    for (auto** entry = environ; *entry != nullptr; ++entry) {
        const std::string text(*entry);
        const auto equals = text.find('=');
        if (equals != std::string::npos) {
            environment.emplace(text.substr(0, equals), text.substr(equals + 1));
        }
    }
    return environment;
}

Launcher detect_launcher(const Environment& environment) {
    // mpirun inside a Slurm job first: there the SLURM_ variables are those of its daemon.
    if (const auto rank = number(environment, {"OMPI_COMM_WORLD_RANK"})) {
        return {Launcher::Kind::mpirun, static_cast<int>(*rank),
                number_or(environment, {"OMPI_COMM_WORLD_SIZE"}, 0),
                number_or(environment, {"OMPI_COMM_WORLD_LOCAL_RANK"}, -1)};
    }
    if (const auto rank = number(environment, {"PMIX_RANK", "PMI_RANK"})) {
        const auto by_srun = in_srun_step(environment);
        return {by_srun ? Launcher::Kind::srun : Launcher::Kind::other, static_cast<int>(*rank),
                by_srun ? number_or(environment, {"SLURM_STEP_NUM_TASKS", "SLURM_NTASKS"}, 0)
                        : number_or(environment, {"PMI_SIZE"}, 0),
                by_srun ? number_or(environment, {"SLURM_LOCALID"}, -1)
                        : number_or(environment, {"MPI_LOCALRANKID"}, -1)};
    }
    refuse_srun_without_pmix(environment);
    return {};
}

Host look_at_host(const Environment& environment) {
    Host host;
    host.usable_cores = count_usable_cores();
    host.has_mpirun = is_on_path("mpirun", environment);
    host.has_srun = is_on_path("srun", environment);
    host.reads_other_processes = may_read_other_processes();
    const auto hostfile = find_hostfile(environment);
    host.listed_hosts = count_hosts(hostfile);
    if (host.listed_hosts > 0) host.hostfile = hostfile;
    return host;
}

Placement plan_placement(const config::Step& step, const Environment& environment,
                         const Host& host) {
    Placement placement;
    placement.nodes = std::max(1U, host.listed_hosts);
    auto cores = host.usable_cores;
    if (in_allocation(environment)) {
        placement.nodes = number(environment, {"SLURM_JOB_NUM_NODES", "SLURM_NNODES"}).value_or(1);
        cores = std::min(cores, number(environment, {"SLURM_CPUS_ON_NODE"}).value_or(cores));
    }
    const auto wanted = step.node_count.value_or(placement.nodes);
    placement.nodes = std::max(1U, nodes_left(wanted, placement.nodes, host));
    placement.per_node = std::max(1U, step.process_count_per_node.value_or(cores));
    return placement;
}

bool uses_srun(const Environment& environment, const Host& host) {
    // A step inside a step (srun --pty bash) would wait for the outer one's cores for ever.
    return in_allocation(environment) && host.has_srun && !in_srun_step(environment);
}

void require_launcher(const Environment& environment, const Host& host) {
    if (host.has_mpirun || uses_srun(environment, host)) return;
    throw base::UsageError(
        "there is no mpirun to start the ranks with: install the package openmpi-bin (Debian, "
        "Ubuntu), or load your cluster's Open MPI module, so that mpirun is on PATH");
}

LaunchCommand launch_command(const config::Step& step, const std::vector<std::string>& program,
                             const Environment& environment, const Host& host) {
    const auto placement = plan_placement(step, environment, host);
    require_launcher(environment, host);
    const auto by_srun = uses_srun(environment, host);
    LaunchCommand command;
    command.words = by_srun ? srun_words(step, placement, host) : mpirun_words(placement, host);
    command.words.insert(command.words.end(), program.begin(), program.end());
    command.additions = additions_to(environment, host);
    return command;
}

LaunchCommand probe_command(const std::string& host_name, const Environment& environment,
                            const Host& host) {
    LaunchCommand command;
    if (uses_srun(environment, host)) {
        command.words = {"srun",      "--overlap",  "--mpi=none",
                         "--nodes=1", "--ntasks=1", "--nodelist=" + host_name,
                         "true"};
    } else {
        command.words = {"mpirun", "--host", host_name, "-n", "1", "true"};
    }
    command.additions = additions_to(environment, host);
    command.quiet = true;
    return command;
}

}  // namespace parallel_run::cli
