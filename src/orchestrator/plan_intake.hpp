// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <future>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

#include "config/step.hpp"
#include "dataset/planner.hpp"
#include "orchestrator/descriptor_store.hpp"
#include "orchestrator/plan_check.hpp"
#include "orchestrator/run_history.hpp"
#include "scheduling/scheduler.hpp"

namespace parallel_run::orchestrator {

/// Brings the plan from its thread to where it is needed: all of it to the check against the
/// earlier run's, and to the scheduler what is not committed, whose descriptors stay here until it
/// has ended. Beside that it looks whether files of the input are younger than the run. Only its
/// end waits. One thread.
class PlanIntake {
public:
    using Time = std::chrono::nanoseconds;

    /// The references must outlive it. `tasks` does the plan's work on tables. Throws like
    /// dataset::Plan and dataset::Planner.
    PlanIntake(const config::Step& step, const Earlier& earlier,
               std::shared_ptr<dataset::PlanTasks> tasks, scheduling::Scheduler& scheduler,
               PlanCheck& check, Time now);
    ~PlanIntake();  ///< waits for the system calls that look at the input
    PlanIntake(const PlanIntake&) = delete;
    PlanIntake& operator=(const PlanIntake&) = delete;

    /// Takes what was planned since; returns whether there was anything.
    bool take(Time now, scheduling::Actions& actions);
    /// Why the job fails by its input, for a user; the first reason. Nothing: as far as is known it
    /// does not.
    [[nodiscard]] const std::optional<std::string>& failure() const { return failure_; }

    /// The whole plan was taken, or it broke off.
    [[nodiscard]] bool ended() const { return ended_; }
    /// No file's time is left to be looked at.
    [[nodiscard]] bool compared() const { return !comparison_.valid(); }

    /// The mini-batches that the scheduler was told of and that have not ended.
    DescriptorStore& descriptors() { return store_; }

    /// poll() readable when there is something to take.
    [[nodiscard]] int wake_fd() const { return planner_.wake_fd(); }

private:
    void take_chunk(dataset::PlanChunk chunk, Time now, scheduling::Actions& actions);
    void end(Time now, scheduling::Actions& actions);
    void look_at_comparison();
    void fail(std::string reason);

    const journal::CommittedSet& committed_;
    scheduling::Scheduler& scheduler_;
    PlanCheck& check_;
    dataset::Planner planner_;
    DescriptorStore store_;
    Time first_task_deadline_;
    bool ended_ = false;
    std::optional<std::string> failure_;
    std::stop_source comparison_stop_;
    std::future<std::optional<std::string>> comparison_;  ///< invalid: there is none
};

}  // namespace parallel_run::orchestrator
