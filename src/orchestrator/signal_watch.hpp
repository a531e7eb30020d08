// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "base/unique_fd.hpp"

namespace parallel_run::orchestrator {

/// Takes the signals that ask a job to stop before its end (SIGTERM, SIGINT, SIGUSR1), except those
/// that are ignored, from now on and for the rest of the process. A SIGINT that follows another
/// signal ends the process at once, with base::kStopped. One in a process.
class SignalWatch {
public:
    /// Throws base::EnvironmentError.
    SignalWatch();

    /// The number of a signal that came and was not taken yet.
    std::optional<int> take();
    /// poll() readable when there is one to take().
    [[nodiscard]] int fd() const { return reading_.get(); }

private:
    base::UniqueFd reading_;
};

}  // namespace parallel_run::orchestrator
