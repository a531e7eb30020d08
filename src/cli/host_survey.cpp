// SPDX-License-Identifier: Apache-2.0
#include "cli/host_survey.hpp"

#include <algorithm>
#include <deque>
#include <fstream>
#include <memory>

#include "base/read_file.hpp"
#include "cli/host_list.hpp"
#include "cli/subprocess.hpp"

namespace parallel_run::cli {

namespace {

using Time = SignalsInHand::Time;

constexpr Time kProbeLimit = std::chrono::seconds(15);
constexpr std::size_t kProbesAtOnce = 16;

/// Those that may be worth a probe, and those that are known to be lost.
HostSurvey listed_hosts(const Environment& environment, const Host& host) {
    const auto allocation = environment.find("SLURM_JOB_NODELIST");
    if (allocation == environment.end()) return {hosts_in(base::content_of(host.hostfile)), {}};
    const auto sinfo = run_and_capture(
        {"sinfo", "--noheader", "--Node", "--format=%N %T", "--nodes=" + allocation->second}, "/");
    if (!sinfo || sinfo.value().status != 0) return {};
    auto nodes = read_slurm_nodes(sinfo.value().output);
    return {std::move(nodes.up), std::move(nodes.down)};
}

struct Probe {
    std::string host;
    std::unique_ptr<Launched> process;
    Time until{};
};

class Probes {
public:
    Probes(const Environment& environment, const Host& host, const SignalsInHand& signals)
        : environment_(environment), host_(host), signals_(signals) {}

    /// Sorts the hosts into `survey`.
    void run(const std::vector<std::string>& hosts, const WaitForChild& wait, HostSurvey& survey) {
        auto next = hosts.begin();
        while (next != hosts.end() || !running_.empty()) {
            while (next != hosts.end() && running_.size() < kProbesAtOnce) start(*next++);
            if (!wait(running_.front().until)) return;
            collect(survey);
        }
    }

private:
    void start(const std::string& host) {
        const auto command = probe_command(host, environment_, host_);
        running_.push_back({host, std::make_unique<Launched>(command, signals_),
                            SignalsInHand::now() + kProbeLimit});
    }
    void collect(HostSurvey& survey) {
        const auto now = SignalsInHand::now();
        std::erase_if(running_, [&](const Probe& probe) {
            const auto status = probe.process->ended();
            if (!status && now < probe.until) return false;
            (status == 0 ? survey.left : survey.lost).push_back(probe.host);
            return true;
        });
    }

    const Environment& environment_;
    const Host& host_;
    const SignalsInHand& signals_;
    std::deque<Probe> running_;  ///< the oldest first
};

}  // namespace

HostSurvey survey_hosts(const Environment& environment, const Host& host,
                        const SignalsInHand& signals, const WaitForChild& wait) {
    const auto listed = listed_hosts(environment, host);
    HostSurvey survey{{}, listed.lost};
    Probes(environment, host, signals).run(listed.left, wait, survey);
    // Not in the order of their answers, so that a message is the same each time.
    std::sort(survey.left.begin(), survey.left.end());
    std::sort(survey.lost.begin(), survey.lost.end());
    return survey;
}

Host without_lost(Host host, const HostSurvey& survey, const Environment& environment,
                  const std::string& hostfile) {
    host.lost_hosts = survey.lost;
    if (survey.lost.empty() || uses_srun(environment, host)) return host;
    const auto before = base::content_of(host.hostfile);
    std::ofstream file(hostfile);
    if (before.empty()) {
        for (const auto& name : survey.left) file << name << '\n';
    } else {
        file << without_hosts(before, survey.lost);
    }
    host.hostfile = hostfile;
    return host;
}

}  // namespace parallel_run::cli
