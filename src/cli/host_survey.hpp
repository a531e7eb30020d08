// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "cli/launched.hpp"
#include "cli/launcher.hpp"

namespace parallel_run::cli {

struct HostSurvey {
    std::vector<std::string> left;
    std::vector<std::string> lost;
};

/// Waits for a child's end at most until then; false: nobody wants to know any more.
using WaitForChild = std::function<bool(SignalsInHand::Time until)>;

/// Which hosts of the hostfile or of Slurm's allocation ranks can be started on: Slurm is asked,
/// and the launcher starts a process that does nothing on each, some at a time. Nothing is left and
/// nothing is lost where the hosts are not known. Takes 15 seconds for 16 hosts that do not answer.
HostSurvey survey_hosts(const Environment& environment, const Host& host,
                        const SignalsInHand& signals, const WaitForChild& wait);

/// Lets the next start leave out what is lost. `hostfile`: where to write mpirun's new one.
Host without_lost(Host host, const HostSurvey& survey, const Environment& environment,
                  const std::string& hostfile);

}  // namespace parallel_run::cli
