// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <list>
#include <optional>
#include <set>
#include <span>
#include <utility>
#include <vector>

#include "scheduling/credit.hpp"
#include "scheduling/types.hpp"
#include "scheduling/work_queue.hpp"

namespace parallel_run::scheduling {

/// Decides what every worker does. Pure: each on_...() takes what happened and when, appends what
/// is to be done to `actions`, and touches nothing else; the same calls give the same actions. Time
/// may not go backwards.
class Scheduler {
public:
    /// `node_of[w]` is the node of worker w. Every worker's process is being started. `before`:
    /// what earlier runs of the same job resolved, and nothing else is planned.
    Scheduler(const Policy& policy, const std::vector<NodeId>& node_of, Time now,
              const Counts& before = {});

    /// Further mini-batches exist that are to be run; `range.attempt` is 1.
    void on_planned(const WorkRange& range, Time now, Actions& actions);
    void on_planning_done(Time now, Actions& actions);

    /// A process of this worker finished init().
    void on_worker_ready(WorkerId worker, Time now, Actions& actions);
    /// The worker has no process that could take work; a new one is coming. What it held is
    /// reported by on_outcomes() before that one is ready.
    void on_worker_unavailable(WorkerId worker, Time now);
    /// This rank never has a process.
    void on_no_worker(WorkerId worker);
    /// init() failed; answered by Restart, GiveUp or Abort.
    void on_init_failed(WorkerId worker, Time now, Actions& actions);

    /// Attempts that ended on a worker, oldest first. One that the worker does not hold is ignored:
    /// returns how many were.
    std::uint64_t on_outcomes(WorkerId worker, std::span<const Outcome> outcomes, Time now,
                              Actions& actions);
    /// The worker has answered a Recall with `returned` outcomes, reported before.
    void on_recalled(WorkerId worker, std::uint64_t returned, Time now, Actions& actions);
    /// Nothing is assigned from now on.
    void halt() { halted_ = true; }
    /// Nothing but time went by; to be called now and then for the limits' sake.
    void on_time(Time now, Actions& actions);
    /// Whether this outcome is the last that its mini-batch will have.
    [[nodiscard]] bool is_final(const Outcome& outcome) const {
        return outcome.kind == Outcome::Kind::succeeded ||
               (outcome.kind == Outcome::Kind::failed && outcome.attempt >= policy_.run_max_try);
    }

    [[nodiscard]] const Counts& counts() const { return counts_; }
    [[nodiscard]] bool planning_done() const { return planning_done_; }
    /// Set once, by the event whose actions held Abort; the scheduler is halted then.
    [[nodiscard]] std::optional<AbortReason> aborted() const { return aborted_; }
    /// Every mini-batch is processed or failed.
    [[nodiscard]] bool finished() const {
        return planning_done_ && counts_.resolved() == counts_.planned;
    }
    /// Mini-batches that the worker holds.
    [[nodiscard]] std::uint64_t held(WorkerId worker) const {
        return workers_[worker].held.count();
    }
    [[nodiscard]] std::uint64_t held_by_all() const { return held_; }
    /// The one that it has held longest. Precondition: held(worker) > 0.
    [[nodiscard]] std::uint64_t oldest_held(WorkerId worker) const {
        return workers_[worker].held.first();
    }

    /// Throws std::logic_error when the books do not balance. For tests.
    void check_invariants() const;

private:
    /// Whether a worker may be asked to give something back: not while its answer is on the way,
    /// nor again before it has reported when it had nothing to give.
    enum class Recalling : std::uint8_t { no, asked, fruitless };

    enum Appetite : std::size_t {
        sated,   ///< or without a process
        hungry,  ///< holds less than half of what it should
        idle,    ///< holds nothing
    };
    struct Worker {
        NodeId node = 0;
        bool ready = false;
        bool given_up = false;
        Recalling recalling = Recalling::no;
        Time in_init_since{0};
        Appetite appetite = sated;
        std::list<WorkerId>::iterator place;    ///< in table_[appetite]
        std::chrono::nanoseconds can_spare{0};  ///< its key in donors_
        WorkQueue held;
        Credit credit;
    };
    struct Node {
        std::uint64_t init_failures_before_success = 0;
        bool init_succeeded = false;
    };
    /// A mini-batch that waits for another attempt.
    struct Retry {
        WorkRange work;
        WorkerId failed_on;
    };

    void settle(WorkerId worker, const WorkRange& work, const Outcome& outcome, Actions& actions);
    void succeed(std::uint64_t items, const Outcome& outcome);
    void fail(std::uint64_t items);
    void check_thresholds(Actions& actions);
    void abort(AbortReason reason, Actions& actions);

    void take_stock(WorkerId worker);
    void seat(WorkerId worker);
    void offer(WorkerId worker);
    void feed_the_hungry(Time now, Actions& actions);
    [[nodiscard]] std::optional<WorkerId> next_to_feed() const;
    void feed(WorkerId worker, std::uint64_t share, Actions& actions);
    std::optional<WorkRange> take_retry(WorkerId worker);
    void share_what_is_held(Actions& actions);
    void begin_sharing();
    void recall_from(WorkerId worker, Actions& actions);
    [[nodiscard]] std::uint64_t unassigned() const { return waiting_.count() + retries_.size(); }

    Policy policy_;
    std::vector<Worker> workers_;
    std::vector<Node> nodes_;
    WorkQueue waiting_;
    std::deque<Retry> retries_;
    /// Each worker is in one list, by its appetite, those served longest ago first.
    std::array<std::list<WorkerId>, 3> table_;
    /// By the time that their queues will take: who could give work back. Kept from when
    /// `sharing_` is set, at the end of the job.
    std::set<std::pair<std::chrono::nanoseconds, WorkerId>> donors_;
    bool sharing_ = false;
    Counts counts_;
    std::uint64_t held_ = 0;      ///< by all workers
    std::uint64_t ready_ = 0;     ///< workers
    std::uint64_t given_up_ = 0;  ///< workers
    std::uint64_t recalls_pending_ = 0;
    Time began_;
    Time last_progress_;
    bool planning_done_ = false;
    bool halted_ = false;
    std::optional<AbortReason> aborted_;
};

}  // namespace parallel_run::scheduling
