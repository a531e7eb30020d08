// SPDX-License-Identifier: Apache-2.0
#include "orchestrator/abort_text.hpp"

#include <chrono>

#include <fmt/format.h>

#include "scheduling/thresholds.hpp"

namespace parallel_run::orchestrator {

using scheduling::AbortReason;

namespace {

bool is_of_items(AbortReason reason) {
    return reason == AbortReason::error_threshold || reason == AbortReason::allowed_failed_count ||
           reason == AbortReason::allowed_failed_percent ||
           reason == AbortReason::no_item_succeeded;
}

std::string reason_text(AbortReason reason, const scheduling::Counts& counts,
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
            if (counts.items_planned == 0)
                return "the input has no record: every file is empty, or has a header only";
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

}  // namespace

std::string abort_text(AbortReason reason, const scheduling::Counts& counts,
                       const scheduling::Counts& before, const config::Step& step,
                       const std::string& holders) {
    auto text = reason_text(reason, counts, step, holders);
    if (before.items_failed == 0 || !is_of_items(reason)) return text;
    return text +
           fmt::format("; {} items failed in earlier starts: {}--overwrite tries them again",
                       before.items_failed,
                       reason == AbortReason::no_item_succeeded ? "" : "a higher limit goes on, ");
}

scheduling::Policy thresholds_of(const config::Step& step) {
    scheduling::Policy policy;
    policy.error_threshold = step.error_threshold;
    policy.allowed_failed_count = step.allowed_failed_count;
    policy.allowed_failed_percent = step.allowed_failed_percent;
    policy.needs_a_succeeded_item = step.output_action == config::OutputAction::append_row;
    return policy;
}

std::optional<std::string> beyond_thresholds(const scheduling::Counts& counts,
                                             const config::Step& step) {
    const auto reason = scheduling::exceeded_threshold(thresholds_of(step), counts, true);
    if (!reason) return std::nullopt;
    return abort_text(*reason, counts, {}, step);
}

}  // namespace parallel_run::orchestrator
