// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>
#include <future>
#include <optional>
#include <string_view>
#include <vector>

#include "dataset/plan_tasks.hpp"
#include "transport/messages.hpp"

namespace parallel_run::worker {

/// Does the work on tables that the plan asks this rank for, one task after another on a thread of
/// its own. Called by one thread; its end waits for the task in progress.
class TaskRunner {
public:
    /// Of each input; must outlive it.
    explicit TaskRunner(const std::vector<table::Format>& formats) : formats_(formats) {}

    /// The payload of Order::task. Returns whether it makes sense.
    bool start(std::string_view payload);
    /// The next answer in the order of start(), if it is there. Never blocks.
    std::optional<transport::TaskDoneMessage> poll();

private:
    void go_on();

    const std::vector<table::Format>& formats_;
    std::deque<dataset::PlanTask> waiting_;
    std::future<transport::TaskDoneMessage> running_;
};

}  // namespace parallel_run::worker
