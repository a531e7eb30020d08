// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <mpi.h>

#include <optional>
#include <string>
#include <vector>

#include "config/step.hpp"
#include "orchestrator/run_history.hpp"
#include "table/format.hpp"
#include "worker/spawner.hpp"

namespace parallel_run::orchestrator {

/// What a rank needs to run a step, beside the step.
struct JobSettings {
    std::string worker_program;
    std::string script;  ///< the compiled entry script
    bool under_launcher = true;
    bool under_run = false;  ///< that launcher is `run`'s, which hands every signal on as SIGUSR1
    std::vector<table::Format> formats;  ///< of each input, where they are tables
    std::optional<RunHistory> history;   ///< on rank 0
};

/// Runs the step on all ranks of `comm`, from where its history ends, and returns the exit status
/// (base::ExitStatus), the same on every rank. COLLECTIVE over `comm`;
/// requires MPI_THREAD_MULTIPLE. Rank 0 shows progress and the summary. Throws where this rank
/// cannot go on; the caller then ends the whole MPI job.
int run_job(MPI_Comm comm, const config::Step& step, JobSettings settings,
            worker::Spawner& spawner);

}  // namespace parallel_run::orchestrator
