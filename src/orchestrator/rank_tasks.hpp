// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dataset/plan_tasks.hpp"

namespace parallel_run::orchestrator {

/// Has all ranks do the work that a plan asks for: the plan's thread asks and takes, the event loop
/// carries orders and reports.
class RankTasks : public dataset::PlanTasks {
public:
    using Time = std::chrono::nanoseconds;

    /// `directory`: as PlanTasks says; all ranks see it.
    RankTasks(int ranks, std::string directory);

    // The plan's thread.
    [[nodiscard]] std::size_t ahead() const override;
    void ask(dataset::PlanTask task) override;
    std::optional<dataset::PlanAnswer> take(const std::stop_token& stop) override;
    const std::string& directory() override { return directory_; }

    // The event loop.
    struct TaskOrder {
        int rank = 0;
        std::string payload;  ///< of Order::task
    };
    /// A task for a rank that has little to do; nothing: none waits for one.
    std::optional<TaskOrder> next_order(Time now);
    /// The payload of Report::task_done. Returns whether it was expected and makes sense.
    bool on_done(int rank, std::string_view payload, Time now);
    /// What a rank has been doing for longer than `limit`, for people.
    [[nodiscard]] std::optional<std::string> overdue(Time now, Time limit) const;

private:
    struct Task {
        dataset::PlanTask asked;
        std::optional<dataset::PlanAnswer> answer;
        std::string error;
    };
    struct Rank {
        std::deque<std::uint64_t> ordered;  ///< tasks, oldest first
        Time since{0};                      ///< it began with the oldest
    };
    [[nodiscard]] std::optional<std::size_t> rank_with_room() const;
    Task& task(std::uint64_t number) { return tasks_[number - first_]; }

    const std::string directory_;
    mutable std::mutex mutex_;  ///< guards all that follows
    std::condition_variable_any arrived_;
    std::deque<Task> tasks_;   ///< asked for and not taken
    std::uint64_t first_ = 0;  ///< the number of the first of them
    std::uint64_t next_ = 0;   ///< the number of the next to be ordered
    std::vector<Rank> ranks_;
};

}  // namespace parallel_run::orchestrator
