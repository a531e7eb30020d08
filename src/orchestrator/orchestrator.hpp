// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <spdlog/logger.h>

#include "config/step.hpp"
#include "dataset/planner.hpp"
#include "orchestrator/cluster.hpp"
#include "orchestrator/descriptor_store.hpp"
#include "orchestrator/epochs.hpp"
#include "orchestrator/error_book.hpp"
#include "orchestrator/job_result.hpp"
#include "orchestrator/progress.hpp"
#include "scheduling/scheduler.hpp"
#include "transport/endpoint.hpp"
#include "transport/messages.hpp"

namespace parallel_run::orchestrator {

/// Rank 0's second role: carries events to the scheduler and its actions to the agents, calls
/// epochs, and knows when the job is over. Driven by an event loop; nothing here blocks. One
/// thread.
class Orchestrator {
public:
    using Time = std::chrono::nanoseconds;  ///< CLOCK_MONOTONIC

    /// The references must outlive it.
    Orchestrator(const config::Step& step, const Cluster& cluster, transport::Endpoint& endpoint,
                 dataset::Plan plan, ProgressDisplay& display,
                 std::shared_ptr<spdlog::logger> logger, Time now);

    /// A report of the agent of rank `source`. Throws std::runtime_error for one that is damaged.
    void on_report(int source, transport::Report report, std::string_view payload, Time now);

    /// Takes what was planned, calls epochs, shows progress; returns whether anything moved.
    bool step(Time now);

    /// Every agent has ended its process and everything that can be written is durable.
    [[nodiscard]] bool finished() const { return phase_ == Phase::done; }
    /// Precondition: finished(). Whether it is Completed as far as the orchestrator can know.
    [[nodiscard]] JobResult result(Time now) const;
    /// Ends the agents' loops.
    void dismiss(int exit_status);

    /// poll() readable when step() has something to do.
    [[nodiscard]] int wake_fd() const { return planner_.wake_fd(); }

private:
    enum class Phase { running, stopping, flushing, done };

    void order(int rank, transport::Order kind, std::string_view payload);
    void order_all(transport::Order kind, std::uint64_t number);
    void carry_out(const scheduling::Actions& actions);
    void assign(const scheduling::Assign& assign);
    void on_outcomes(int source, std::string_view payload, Time now);
    void on_init_failed(int source, std::string_view payload, Time now);
    void note_errors(int source);
    void write_errors(Time now);
    void on_recalled(int source, std::string_view payload, Time now);
    void on_sealed(int source, std::string_view payload);
    void on_written(int source, std::string_view payload);
    bool take_plan(Time now);
    void advance(Time now);
    void fail(std::string reason);
    [[nodiscard]] bool over() const;
    [[nodiscard]] std::string describe(std::uint64_t index);
    [[nodiscard]] std::string abort_text(scheduling::AbortReason reason) const;
    [[nodiscard]] ProgressState progress(Time now) const;

    const config::Step& step_;
    const Cluster& cluster_;
    transport::Endpoint& endpoint_;
    ProgressDisplay& display_;
    std::shared_ptr<spdlog::logger> logger_;
    dataset::Planner planner_;
    scheduling::Scheduler scheduler_;
    DescriptorStore store_;
    Epochs epochs_;
    Phase phase_ = Phase::running;
    Time began_;
    Time first_task_deadline_;
    std::string failure_;  ///< why the job failed; empty: it did not
    ErrorBook errors_;
    std::uint64_t errors_written_ = 0;
    Time next_error_file_{0};
    std::chrono::nanoseconds run_time_{0};
    int stopped_ = 0;
    bool planning_reported_ = false;
    bool final_epoch_called_ = false;
    // Kept for their capacity.
    std::string work_;
    transport::OutcomesMessage::Content content_;
};

}  // namespace parallel_run::orchestrator
