// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <poll.h>

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "output/epoch_writer.hpp"
#include "output/row_buffer.hpp"
#include "ring/messages.hpp"
#include "transport/endpoint.hpp"
#include "transport/messages.hpp"
#include "worker/call_limits.hpp"
#include "worker/error_log.hpp"
#include "worker/spawner.hpp"
#include "worker/task_runner.hpp"
#include "worker/worker_process.hpp"

namespace parallel_run::worker {

struct AgentSettings {
    bool has_worker = true;  ///< false: a dedicated orchestrator, which only takes part in epochs
    std::string program;     ///< of the worker process
    std::vector<std::string> environment;
    ring::Setup setup;  ///< agent_name is set for each process
    std::string stdout_dir;
    std::string stderr_dir;
    int local_rank = 0;
    int local_size = 1;
    CallLimits limits;
    std::string append_row_header;   ///< the first line of this rank's first block; empty: none
    std::uint64_t max_buffered = 0;  ///< bytes of finished rows beyond which the process must wait
};

/// What a rank does besides orchestrating: starts, feeds, watches and replaces one worker process,
/// keeps its finished rows, and writes them when an epoch is called. Driven by an event loop;
/// nothing here blocks. One thread.
class Agent {
public:
    using Time = std::chrono::nanoseconds;  ///< CLOCK_MONOTONIC

    /// `writer` is null where there is no output file. All must outlive the agent. Starts the first
    /// process.
    Agent(AgentSettings settings, Spawner& spawner, transport::Endpoint& endpoint,
          output::EpochWriter* writer);

    /// An order of the orchestrator. Throws std::runtime_error for one that is damaged.
    void on_order(transport::Order order, std::string_view payload);

    /// This rank was sent a signal that asks the job to stop.
    void on_signal(int number);

    /// Looks at everything that may have changed; returns whether anything had. Throws
    /// base::EnvironmentError when there is no room for rows: this rank cannot go on.
    bool step(Time now);

    /// The orchestrator said that the job is over, with this exit status.
    [[nodiscard]] std::optional<int> left() const { return left_; }

    /// How soon the next step() is wanted, beside what poll() reports.
    enum class Pace {
        waiting,  ///< the process needs something from others: orders must be seen soon
        working,  ///< it has work for a while, and wakes us when that runs out
        rushing,  ///< it ends many mini-batches in every step
    };
    [[nodiscard]] Pace pace() const;

    /// Adds what step() waits for. Then announce_sleep() says whether to sleep at all, and
    /// end_sleep() must follow.
    void add_poll_fds(std::vector<pollfd>& fds) const;
    bool announce_sleep();
    void end_sleep();

private:
    void start_process();
    [[nodiscard]] std::uint32_t process_number() const;
    [[nodiscard]] std::string process_name() const;
    void report(transport::Report report, std::string_view payload = {});

    void take_work(std::string_view payload);
    void recall(std::uint64_t count);
    void seal(std::uint64_t epoch);
    void write(std::string_view payload);
    void stop(bool at_once);

    bool hear_process(std::uint64_t max_buffered);
    bool hear_spawner();
    bool hear_writer();
    bool hear_tasks();
    void on_init_done(std::string_view error);
    [[nodiscard]] bool has_whole_rows(const WorkerProcess::Ended& ended) const;
    void on_outcome(const WorkerProcess::Ended& ended);
    void on_exit(const SpawnerEvent& event);
    void on_start_failed(const SpawnerEvent& event);
    void return_unstarted(const std::vector<WorkerProcess::Assigned>& assigned);
    void lose_process(const std::string& why, bool is_error = true);
    void doubt(WorkerProcess::Remains& remains);
    void log_loss(const std::optional<WorkerProcess::Assigned>& started, const std::string& why);
    void kill_process(std::string why);
    void end_process(std::string why);  ///< that exceeded a limit: lets it say where it hangs
    [[noreturn]] void fail_without_room() const;
    void watch_limits(Time now);
    void watch_mini_batch(Time now);
    void send_outcomes();

    AgentSettings settings_;
    Spawner& spawner_;
    transport::Endpoint& endpoint_;
    output::EpochWriter* writer_;

    std::unique_ptr<WorkerProcess> process_;
    std::uint32_t processes_started_ = 0;
    bool alive_ = false;       ///< the process is started and its exit not reported
    bool ready_ = false;       ///< init() succeeded
    bool stopping_ = false;    ///< no further process
    std::string kill_reason_;  ///< why we killed the process; empty: we did not
    std::string init_error_;
    schema::Columns columns_;  ///< as the latest process declared them; none: rows are lines
    std::optional<Time> stop_deadline_;
    /// How often mini-batches were next when a process was lost; an entry costs a process.
    std::map<std::uint64_t, int> believed_;
    std::optional<Time> oldest_since_;  ///< the process ended its last mini-batch, or got its first

    ErrorLog errors_;
    output::RowBuffer rows_;
    output::Spool sealed_;
    output::Spool spare_;  ///< the capacity of the last block
    std::uint64_t epoch_ = 0;
    TaskRunner tasks_;
    transport::OutcomesMessage outcomes_;
    int heard_ = 0;  ///< events in the last step
    std::optional<int> left_;
};

}  // namespace parallel_run::worker
