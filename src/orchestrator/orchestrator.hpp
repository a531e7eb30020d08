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
#include <vector>

#include <spdlog/logger.h>

#include "config/step.hpp"
#include "dataset/planner.hpp"
#include "journal/progress_file.hpp"
#include "journal/state.hpp"
#include "orchestrator/cluster.hpp"
#include "orchestrator/commits.hpp"
#include "orchestrator/descriptor_store.hpp"
#include "orchestrator/ending.hpp"
#include "orchestrator/failures.hpp"
#include "orchestrator/job_result.hpp"
#include "orchestrator/progress.hpp"
#include "orchestrator/recorder.hpp"
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

    /// What earlier starts of the run left, and the journal to go on with.
    struct Earlier {
        journal::State state;
        std::chrono::system_clock::time_point began;  ///< the first start
    };

    /// The references must outlive it.
    Orchestrator(const config::Step& step, const Cluster& cluster, transport::Endpoint& endpoint,
                 Earlier earlier, Recorder& recorder, ProgressDisplay& display,
                 std::shared_ptr<spdlog::logger> logger, Time now);
    ~Orchestrator();  ///< waits for the system call that looks at the input

    /// A report of the agent of rank `source`. Throws std::runtime_error for one that is damaged.
    void on_report(int source, transport::Report report, std::string_view payload, Time now);

    /// This process was sent the signal: nothing is assigned any more, what is finished is made
    /// durable within `grace_seconds`, and the job stops so that the same command goes on.
    void on_interrupted(int signal, Time now);

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
    [[nodiscard]] int plan_fd() const { return planner_.wake_fd(); }
    [[nodiscard]] int journal_fd() const { return recorder_.wake_fd(); }

private:
    void order(int rank, transport::Order kind, std::string_view payload);
    void order_all(transport::Order kind, std::uint64_t number);
    void carry_out(const scheduling::Actions& actions);
    void assign(const scheduling::Assign& assign);
    void on_outcomes(int source, std::string_view payload, Time now);
    void on_init_failed(int source, std::string_view payload, Time now);
    void on_ready(int source, std::string_view payload, Time now);
    void on_interrupted_elsewhere(int source, std::string_view payload, Time now);
    void note_failures(int source);
    void on_recalled(int source, std::string_view payload, Time now);
    void on_sealed(int source, std::string_view payload);
    void on_written(int source, std::string_view payload);
    bool take_plan(Time now);
    void take_chunk(dataset::PlanChunk chunk, Time now, scheduling::Actions& actions);
    void end_plan(Time now, scheduling::Actions& actions);
    bool keep_journal();
    void order_to_write(const std::string& trouble);
    void on_recorded(const std::string& error);
    void check_input();
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
    dataset::Planner planner_;
    scheduling::Scheduler scheduler_;
    DescriptorStore store_;
    Commits commits_;
    Ending ending_;
    Time began_;
    std::chrono::system_clock::time_point started_;  ///< the same instant
    Time first_task_deadline_;
    Failures failures_;
    std::string failure_;  ///< why the job failed; empty: it did not
    std::stop_source input_check_stop_;
    std::future<std::optional<std::string>> input_check_;  ///< invalid: there is none
    std::vector<std::uint32_t> process_;                   ///< the latest ready one, by rank
    std::vector<transport::WriteMessage> write_orders_;    ///< wait for a look at the lock
    Time next_progress_{0};
    std::chrono::nanoseconds run_time_{0};
    int stopped_ = 0;
    bool planning_reported_ = false;
    // Kept for their capacity.
    std::string work_;
    transport::OutcomesMessage::Content content_;
};

}  // namespace parallel_run::orchestrator
