// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

namespace parallel_run::orchestrator {

/// Decides how a job comes to its end: after all its work, after a failure, or because a signal
/// asks for it. Pure: it is told where the job stands and says what to do next.
class Ending {
public:
    using Time = std::chrono::nanoseconds;

    enum class Phase {
        running,
        draining,  ///< interrupted: what runs may end, nothing else begins
        stopping,  ///< the processes end
        flushing,  ///< the last epoch
        done,
    };
    [[nodiscard]] Phase phase() const { return phase_; }

    /// The first signal counts. What still runs after `patience` is killed.
    void interrupt(int signal, Time now, Time patience);
    [[nodiscard]] std::optional<int> interrupted() const { return signal_; }

    /// Where the job stands.
    struct Facts {
        bool failed = false;
        bool resolved = false;             ///< nothing is left to be done
        std::uint64_t held = 0;            ///< mini-batches that workers have
        bool all_stopped = false;          ///< no process is left
        bool epoch_due = false;            ///< it is time to make rows durable
        bool anything_open = false;        ///< something is not durable that could be
        bool busy = false;                 ///< an epoch or a record is on its way
        bool writable = true;              ///< epochs can be recorded
        bool may_become_writable = false;  ///< it is not known yet whether the plan agrees
    };
    enum class Step {
        none,
        drain,  ///< halt the scheduler and recall what is not begun
        stop,   ///< end the processes, shutdown() first
        kill,   ///< end them at once
        epoch,  ///< call one
    };
    /// The next step, at most one at a time; to be asked again until there is none.
    Step next(const Facts& facts, Time now);

private:
    Step begin_stopping(bool at_once);

    Phase phase_ = Phase::running;
    std::optional<int> signal_;
    Time patience_ends_{0};
    bool killed_ = false;
    bool last_epoch_called_ = false;
};

}  // namespace parallel_run::orchestrator
