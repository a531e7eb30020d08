// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <spdlog/logger.h>

#include "config/step.hpp"
#include "journal/progress_file.hpp"
#include "orchestrator/cluster.hpp"
#include "orchestrator/commits.hpp"
#include "orchestrator/ending.hpp"
#include "orchestrator/failures.hpp"
#include "orchestrator/job_result.hpp"
#include "orchestrator/plan_intake.hpp"
#include "orchestrator/progress.hpp"
#include "orchestrator/rank_tasks.hpp"
#include "orchestrator/recorder.hpp"
#include "orchestrator/run_history.hpp"
#include "scheduling/scheduler.hpp"
#include "transport/endpoint.hpp"
#include "transport/messages.hpp"

namespace parallel_run::orchestrator {

/// Rank 0's second role: carries events to the scheduler and its actions to the agents, calls
/// epochs, and knows when the job is over. Driven by an event loop; nothing here waits, but for a
/// small file now and then. One thread.
class Orchestrator {
public:
    using Time = std::chrono::nanoseconds;  ///< CLOCK_MONOTONIC

    /// `earlier`: and the recorder goes on from there. The references must outlive it.
    Orchestrator(const config::Step& step, const Cluster& cluster, transport::Endpoint& endpoint,
                 Earlier earlier, Recorder& recorder, ProgressDisplay& display,
                 std::shared_ptr<spdlog::logger> logger, Time now);

    /// A report of the agent of rank `source`. Throws std::runtime_error for one that is damaged.
    void on_report(int source, transport::Report report, std::string_view payload, Time now);

    /// Takes what was planned, calls epochs, shows progress; returns whether anything moved.
    bool step(Time now);

    /// Every agent has ended its process and everything that can be written is durable.
    [[nodiscard]] bool finished() const { return ending_.phase() == Ending::Phase::done; }
    /// Precondition: finished(). Whether it is Completed as far as the orchestrator can know.
    [[nodiscard]] JobResult result(Time now) const;
    /// The same for `status`, at any time; running as far as this goes.
    [[nodiscard]] journal::Progress record(Time now) const;
    /// Ends the agents' loops.
    void dismiss(int exit_status);

    /// poll() readable when step() has something to do: the plan and the journal.
    [[nodiscard]] int plan_fd() const { return intake_.wake_fd(); }
    [[nodiscard]] int journal_fd() const { return recorder_.wake_fd(); }

private:
    void order(int rank, transport::Order kind, std::string_view payload);
    void order_all(transport::Order kind, std::uint64_t number);
    void carry_out(const scheduling::Actions& actions);
    void assign(const scheduling::Assign& assign);
    void on_outcomes(int source, std::string_view payload, Time now);
    void on_init_failed(int source, std::string_view payload, Time now);
    void on_ready(int source, std::string_view payload, Time now);
    void on_interrupted(int source, std::string_view payload, Time now);
    void note_failures(int source);
    void on_recalled(int source, std::string_view payload, Time now);
    void on_sealed(int source, std::string_view payload);
    void on_written(int source, std::string_view payload);
    bool carry_tasks(Time now);
    bool take_plan(Time now);
    bool keep_journal();
    void order_to_write(const std::string& trouble);
    void on_recorded(const std::string& error);
    void advance(Time now);
    void write_progress(Time now);
    void fail(std::string reason);
    [[nodiscard]] bool resolved() const;
    [[nodiscard]] std::string describe(std::uint64_t index);
    [[nodiscard]] std::string who_holds_what();
    [[nodiscard]] ProgressState progress(Time now) const;

    const config::Step& step_;
    const Cluster& cluster_;
    transport::Endpoint& endpoint_;
    Recorder& recorder_;
    ProgressDisplay& display_;
    std::shared_ptr<spdlog::logger> logger_;
    const Earlier earlier_;
    const scheduling::Counts before_;
    scheduling::Scheduler scheduler_;
    Commits commits_;
    std::shared_ptr<RankTasks> tasks_;  ///< what intake_ has the ranks do
    PlanIntake intake_;
    Ending ending_;
    Time began_;
    std::chrono::system_clock::time_point started_;  ///< the same instant
    Failures failures_;
    std::string failure_;                                ///< why the job failed; empty: it did not
    std::vector<std::uint32_t> process_;                 ///< the latest ready one, by rank
    std::vector<transport::WriteMessage> write_orders_;  ///< wait for a look at the lock
    Time next_progress_{0};
    std::chrono::nanoseconds run_time_{0};
    int stopped_ = 0;
    // Kept for their capacity.
    std::string work_;
    transport::OutcomesMessage::Content content_;
};

}  // namespace parallel_run::orchestrator
