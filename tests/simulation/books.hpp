// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "scheduling/scheduler.hpp"
#include "simulation/scenario.hpp"
#include "simulation/stage.hpp"
#include "simulation/violation.hpp"

namespace parallel_run::simulation {

/// An account of the job that shares no code with the scheduler: what it was told, what it decided,
/// and what the workers really did. Throws Violation as soon as these do not fit.
class Books {
public:
    explicit Books(const Scenario& scenario);

    // What really happens on the workers.
    void began(WorkerId worker, std::uint64_t index, std::uint32_t attempt);
    void ended(WorkerId worker, const Outcome& outcome);

    // What the scheduler is told, written down before it is.
    void planned(const WorkRange& range);
    void planning_done() { planning_done_ = true; }
    void ready(WorkerId worker);
    void unavailable(WorkerId worker, Time now);
    void init_failed(WorkerId worker, Time now);
    void reported(WorkerId worker, std::span<const Outcome> outcomes, Time now);
    void recalled(WorkerId worker) { workers_[worker].recalled = false; }

    // What the scheduler decides.
    void decided(const scheduling::Action& action, Time now);

    /// After each event, when every action is written down. `touched` is the worker it concerned.
    void compare(const scheduling::Scheduler& scheduler, WorkerId touched, Time now) const;
    /// When every worker has stopped and every message has arrived.
    void compare_at_the_end() const;

    [[nodiscard]] bool over() const { return aborted_ || finished(); }
    [[nodiscard]] std::uint64_t recalls() const { return recalls_; }

private:
    enum class State : std::uint8_t { unplanned, waiting, held, processed, failed };
    struct MiniBatch {
        State state = State::unplanned;
        bool runs = false;
        bool failed_here = false;  ///< `worker` failed the last attempt, and it was not given since
        std::uint32_t attempt = 1;
        std::uint32_t runs_begun = 0;
        std::uint32_t runs_succeeded = 0;
        WorkerId worker = 0;  ///< that holds it, or held it last
        std::uint64_t items = 0;
        Outcome last;  ///< what really came of the last run
    };
    struct Worker {
        bool ready = false;
        bool given_up = false;
        bool recalled = false;         ///< asked, and the answer has not arrived
        bool awaits_decision = false;  ///< its init() failed
        std::uint64_t held = 0;
        Time in_init_since{0};
    };
    struct Node {
        std::uint64_t failures_before_success = 0;
        bool succeeded = false;
    };

    void assigned(const scheduling::Assign& action);
    void assigned_one(WorkerId worker, std::uint64_t index, std::uint32_t attempt);
    void asked_back(const scheduling::Recall& action);
    void gave_up(WorkerId worker);
    void aborted(scheduling::AbortReason reason, Time now);
    [[nodiscard]] bool confirms(scheduling::AbortReason reason, Time now) const;
    [[nodiscard]] bool init_is_stuck(Time now) const;
    void take_in(WorkerId worker, const Outcome& outcome);
    void succeeded(MiniBatch& mini_batch, const Outcome& outcome);
    void failed(MiniBatch& mini_batch);
    void compare_counts(const scheduling::Counts& counts) const;

    [[nodiscard]] bool finished() const {
        return planning_done_ && counts_.resolved() == counts_.planned;
    }
    [[nodiscard]] bool idle(const Worker& worker) const { return worker.ready && worker.held == 0; }
    /// Every change of a worker that may make it idle or busy goes through here.
    template <typename Change>
    void change(Worker& worker, Change change);

    const Scenario& scenario_;
    const scheduling::Policy& policy_;
    std::vector<MiniBatch> mini_batches_;
    std::vector<Worker> workers_;
    std::vector<Node> nodes_;
    scheduling::Counts counts_;
    std::uint64_t waiting_ = 0;
    std::uint64_t held_ = 0;
    std::uint64_t idle_ = 0;
    std::uint64_t ready_ = 0;
    std::uint64_t given_up_ = 0;
    std::uint64_t undecided_ = 0;  ///< init failures to which the scheduler has not answered
    std::uint64_t recalls_ = 0;
    Time last_progress_{0};
    bool planning_done_ = false;
    bool aborted_ = false;
};

}  // namespace parallel_run::simulation
