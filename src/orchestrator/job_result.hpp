// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "config/step.hpp"
#include "orchestrator/error_book.hpp"
#include "scheduling/types.hpp"
#include "schema/columns.hpp"

namespace parallel_run::orchestrator {

/// How a job ended.
struct JobResult {
    enum class Status { completed, failed, stopped };
    Status status = Status::completed;
    std::string reason;  ///< why it failed or stopped, for a user
    scheduling::Counts counts;
    scheduling::Counts before;  ///< part of `counts`: what earlier starts of the run did
    std::optional<ErrorBook::Kind> first_error;
    std::chrono::nanoseconds elapsed{0};
    std::chrono::nanoseconds run_time{0};  ///< in run(), over all workers
    std::uint32_t workers = 0;
    std::uint64_t output_bytes = 0;
    schema::Columns columns;  ///< of an output that is a table
};

/// The base::ExitStatus of a job that ended so.
int exit_status(JobResult::Status status);

/// The lines at the end of a job, on the terminal and in job_result.txt: status, counts, time,
/// throughput, utilisation, the first error, and the paths that matter next. `colour`: with ANSI
/// colours.
std::string summary(const JobResult& result, const config::Step& step, bool colour);

}  // namespace parallel_run::orchestrator
