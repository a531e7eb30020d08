// SPDX-License-Identifier: Apache-2.0
#include "orchestrator/job_result.hpp"

#include <fmt/format.h>

#include "base/exit_status.hpp"
#include "base/size.hpp"
#include "base/time_format.hpp"
#include "logging/log_tree.hpp"

namespace parallel_run::orchestrator {

namespace {

using base::format_bytes;
using base::format_count;
using base::format_duration;
using base::format_rate;

using Status = JobResult::Status;

std::string status_line(const JobResult& result, const config::Step& step, bool colour) {
    struct Look {
        const char* word;
        const char* paint;
    };
    const auto look = result.status == Status::completed ? Look{"Completed", "\033[1;32m"}
                      : result.status == Status::failed  ? Look{"Failed", "\033[1;31m"}
                                                         : Look{"Stopped", "\033[1;33m"};
    auto line = fmt::format("{}{}{}: {}", colour ? look.paint : "", look.word,
                            colour ? "\033[0m" : "", step.name);
    if (!result.reason.empty()) line += ": " + result.reason;
    if (result.status == Status::stopped) {
        line += "; " + config::same_command(step) + " goes on from here";
    }
    return line + "\n";
}

double seconds(std::chrono::nanoseconds duration) {
    return std::max(std::chrono::duration<double>(duration).count(), 1e-9);
}

std::string counts_lines(const JobResult& result) {
    const auto& counts = result.counts;
    auto text = fmt::format("  mini-batches  {} processed, {} failed",
                            format_count(counts.processed), format_count(counts.failed));
    if (counts.resolved() < counts.planned) {
        text += fmt::format(", {} not run", format_count(counts.planned - counts.resolved()));
    }
    if (result.before.resolved() > 0) {
        text +=
            fmt::format(" ({} of them before this start)", format_count(result.before.resolved()));
    }
    if (counts.retries > 0) text += ", " + format_count(counts.retries, "attempt") + " repeated";
    text += fmt::format("\n  items         {} succeeded, {} failed\n",
                        format_count(counts.items_succeeded), format_count(counts.items_failed));
    if (counts.surplus_rows > 0) {
        text += fmt::format(
            "  warning       {} more than items: run() should append one row for each item\n",
            format_count(counts.surplus_rows, "row"));
    }
    return text;
}

std::string speed_lines(const JobResult& result) {
    const auto elapsed = seconds(result.elapsed);
    const auto ended = [](const auto& counts) {
        return counts.items_succeeded + counts.items_failed;
    };
    const auto items = ended(result.counts) - ended(result.before);
    const auto mini_batches = result.counts.resolved() - result.before.resolved();
    const auto share = 100 * seconds(result.run_time) / (elapsed * std::max(result.workers, 1U));
    return fmt::format(
        "  time          {}, {} items/s, {} mini-batches/s\n"
        "  workers       {}, {:.1f} % of their time in run()\n",
        format_duration(result.elapsed), format_rate(static_cast<double>(items) / elapsed),
        format_rate(static_cast<double>(mini_batches) / elapsed), result.workers, share);
}

std::string output_line(const JobResult& result, const config::Step& step) {
    if (step.output_action == config::OutputAction::summary_only) {
        return fmt::format("  output        {} (what the script wrote)\n", step.output);
    }
    const auto path = result.status == Status::completed ? config::final_output_path(step)
                                                         : config::partial_output_path(step);
    return fmt::format("  output        {} ({}, {})\n", path,
                       format_count(result.counts.rows, "row"), format_bytes(result.output_bytes));
}

std::string error_lines(const ErrorBook::Kind& error, const config::Step& step) {
    auto text = fmt::format("  first error   {}\n                {}\n", error.text, error.place);
    if (error.count > 1) {
        text += fmt::format("                {} like it; all kinds: {}\n",
                            format_count(error.count), logging::LogTree(step.logs).errors());
    }
    return text + fmt::format("  open          {}\n", error.file);
}

}  // namespace

int exit_status(Status status) {
    switch (status) {
        case Status::completed: return base::kCompleted;
        case Status::failed: return base::kFailed;
        case Status::stopped: return base::kStopped;
    }
    return base::kFailed;
}

std::string summary(const JobResult& result, const config::Step& step, bool colour) {
    auto text = status_line(result, step, colour) + counts_lines(result) + speed_lines(result) +
                output_line(result, step);
    if (result.first_error) text += error_lines(*result.first_error, step);
    return text + fmt::format("  logs          {}\n", step.logs);
}

}  // namespace parallel_run::orchestrator
