// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "config/step.hpp"
#include "scheduling/types.hpp"

namespace parallel_run::orchestrator {

/// The first failure of a job, as users are told about it.
struct FirstError {
    std::string text;         ///< empty: nothing failed
    std::string where;        ///< "mini-batch 17 (/data/a.png and 9 more), attempt 1, on node7"
    std::uint64_t alike = 0;  ///< failed attempts with the same text, this one included
};

/// How a job ended.
struct JobResult {
    bool completed = false;
    std::string reason;  ///< why it failed, for a user
    scheduling::Counts counts;
    FirstError first_error;
    std::chrono::nanoseconds elapsed{0};
    std::chrono::nanoseconds run_time{0};  ///< in run(), over all workers
    std::uint32_t workers = 0;
    std::uint64_t output_bytes = 0;
};

/// The lines at the end of a job, on the terminal and in job_result.txt: status, counts, time,
/// throughput, utilisation, the first error, and the paths that matter next. `colour`: with ANSI
/// colours.
std::string summary(const JobResult& result, const config::Step& step, bool colour);

}  // namespace parallel_run::orchestrator
