// SPDX-License-Identifier: Apache-2.0
#include "orchestrator/abort_text.hpp"

#include <chrono>

#include <fmt/format.h>

namespace parallel_run::orchestrator {

using scheduling::AbortReason;

std::string abort_text(AbortReason reason, const scheduling::Counts& counts,
                       const config::Step& step, const std::string& holders) {
    switch (reason) {
        case AbortReason::error_threshold:
            return fmt::format("{} failed items are more than error_threshold = {}",
                               counts.items_failed, step.error_threshold);
        case AbortReason::allowed_failed_count:
            return fmt::format("{} failed mini-batches are more than allowed_failed_count = {}",
                               counts.failed, step.allowed_failed_count);
        case AbortReason::allowed_failed_percent:
            return fmt::format(
                "{} of {} mini-batches failed, more than allowed_failed_percent = {:g}",
                counts.failed, counts.planned, step.allowed_failed_percent);
        case AbortReason::no_item_succeeded:
            return fmt::format("not one of {} items succeeded", counts.items_planned);
        case AbortReason::init_failed:
            return fmt::format("init() failed {} times", counts.init_failures);
        case AbortReason::init_stuck:
            return "every worker has been in init() for more than 3 * run_invocation_timeout + 30 "
                   "s; raise run_invocation_timeout if init() needs longer";
        case AbortReason::no_progress:
            return fmt::format(
                "no mini-batch started or ended within progress_update_timeout = {:g} s: {}; raise "
                "that option if a mini-batch may take longer, else look at these nodes",
                std::chrono::duration<double>(config::progress_limit(step)).count(), holders);
    }
    return "unknown";
}

}  // namespace parallel_run::orchestrator
