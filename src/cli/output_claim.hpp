// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include "config/step.hpp"
#include "journal/output_lock.hpp"
#include "journal/reader.hpp"
#include "orchestrator/run_history.hpp"

namespace parallel_run::cli {

/// An output directory that this process alone may use, and the journal of the step's run in it,
/// which may be new. docs/journal.md says what lies in it.
struct OutputClaim {
    std::unique_ptr<journal::OutputLock> lock;
    journal::Recovery recovery;
    std::chrono::system_clock::time_point began;  ///< the first start of the run
    bool completed = false;                       ///< its result is there; nothing is to be done

    [[nodiscard]] bool goes_on() const { return recovery.state.epochs > 0; }
};

/// Claims the step's output, which is made if need be: goes on with an unfinished run of the same
/// settings, script and input; finds a completed one, unless the step says not to; else begins a
/// run, discarding a completed one of the same kind, any of which nothing is durable, and with
/// `overwrite` whatever is there. Throws
/// base::UsageError, having changed nothing, when the directory is in use or holds something else,
/// with the difference; base::EnvironmentError when the file system refuses.
OutputClaim claim_output(const config::Step& step);

/// The same once more, for a step whose output was claimed by another process that is through with
/// it: only goes on.
OutputClaim reclaim_output(const config::Step& step);

/// Opens the journal to go on. Throws base::EnvironmentError.
orchestrator::RunHistory history_of(OutputClaim claim);

}  // namespace parallel_run::cli
