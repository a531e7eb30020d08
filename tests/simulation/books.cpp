// SPDX-License-Identifier: Apache-2.0
#include "simulation/books.hpp"

#include <algorithm>

#include "base/overloaded.hpp"

namespace parallel_run::simulation {

using scheduling::AbortReason;

namespace {

using namespace std::chrono_literals;

void require(bool condition, const char* broken) {
    if (!condition) throw Violation(broken);
}

/// For one mini-batch.
void require(bool condition, const char* broken, std::uint64_t index) {
    if (!condition) throw Violation("mini-batch " + std::to_string(index) + ' ' + broken);
}

/// For one worker.
void require_of(WorkerId worker, bool condition, const char* broken) {
    if (!condition) throw Violation("worker " + std::to_string(worker) + ' ' + broken);
}

bool exceeds(std::uint64_t count, std::int64_t threshold) {
    return threshold >= 0 && static_cast<std::int64_t>(count) > threshold;
}

}  // namespace

Books::Books(const Scenario& scenario)
    : scenario_(scenario),
      policy_(scenario.policy),
      mini_batches_(scenario.mini_batches()),
      workers_(scenario.workers()),
      nodes_(scenario.nodes) {}

template <typename Change>
void Books::change(Worker& worker, Change change) {
    idle_ -= idle(worker);
    ready_ -= worker.ready;
    held_ -= worker.held;
    change(worker);
    idle_ += idle(worker);
    ready_ += worker.ready;
    held_ += worker.held;
}

// ---- what really happens -----------------------------------------------------------------------

void Books::began(WorkerId worker, std::uint64_t index, std::uint32_t attempt) {
    auto& mini_batch = mini_batches_[index];
    require(mini_batch.state == State::held && mini_batch.worker == worker,
            "runs on a worker that does not hold it", index);
    require(mini_batch.attempt == attempt, "runs under a wrong attempt", index);
    require(!mini_batch.runs, "runs twice at a time", index);
    mini_batch.runs = true;
    ++mini_batch.runs_begun;
    require(mini_batch.runs_begun <= policy_.run_max_try, "runs more often than run_max_try",
            index);
}

void Books::ended(WorkerId worker, const Outcome& outcome) {
    auto& mini_batch = mini_batches_[outcome.index];
    require(mini_batch.runs && mini_batch.worker == worker, "ends where it did not run",
            outcome.index);
    mini_batch.runs = false;
    mini_batch.last = outcome;
    if (outcome.kind == Outcome::Kind::succeeded) ++mini_batch.runs_succeeded;
    require(mini_batch.runs_succeeded <= 1, "succeeded twice", outcome.index);
}

// ---- what the scheduler is told ----------------------------------------------------------------

void Books::planned(const WorkRange& range) {
    for (auto index = range.first; index < range.end(); ++index) {
        mini_batches_[index].state = State::waiting;
        mini_batches_[index].items = range.items_each;
    }
    waiting_ += range.count;
    counts_.planned += range.count;
    counts_.items_planned += range.count * range.items_each;
}

void Books::ready(WorkerId worker) {
    nodes_[scenario_.node_of[worker]].succeeded = true;
    change(workers_[worker], [](Worker& w) { w.ready = true; });
}

void Books::unavailable(WorkerId worker, Time now) {
    change(workers_[worker], [now](Worker& w) {
        w.ready = false;
        w.in_init_since = now;
    });
}

void Books::init_failed(WorkerId worker, Time now) {
    ++counts_.init_failures;
    auto& node = nodes_[scenario_.node_of[worker]];
    if (!node.succeeded) ++node.failures_before_success;
    workers_[worker].in_init_since = now;
    workers_[worker].awaits_decision = true;
    ++undecided_;
}

void Books::reported(WorkerId worker, std::span<const Outcome> outcomes, Time now) {
    last_progress_ = now;
    for (const auto& outcome : outcomes) take_in(worker, outcome);
}

void Books::take_in(WorkerId worker, const Outcome& outcome) {
    auto& mini_batch = mini_batches_[outcome.index];
    require(mini_batch.state == State::held && mini_batch.worker == worker,
            "is reported by a worker that does not hold it", outcome.index);
    require(mini_batch.attempt == outcome.attempt, "is reported under a wrong attempt",
            outcome.index);
    change(workers_[worker], [](Worker& w) { --w.held; });
    mini_batch.state = State::waiting;
    ++waiting_;
    mini_batch.failed_here = false;
    if (outcome.kind == Outcome::Kind::returned) return;
    require(mini_batch.last.attempt == outcome.attempt && mini_batch.last.kind == outcome.kind,
            "is reported as what it was not", outcome.index);
    if (outcome.kind == Outcome::Kind::succeeded) {
        succeeded(mini_batch, mini_batch.last);
    } else {
        failed(mini_batch);
    }
}

void Books::succeeded(MiniBatch& mini_batch, const Outcome& outcome) {
    mini_batch.state = State::processed;
    --waiting_;
    ++counts_.processed;
    counts_.rows += outcome.rows;
    if (outcome.rows > mini_batch.items) {
        counts_.items_succeeded += mini_batch.items;
        counts_.surplus_rows += outcome.rows - mini_batch.items;
    } else {
        counts_.items_succeeded += outcome.rows;
        counts_.items_failed += mini_batch.items - outcome.rows;
    }
}

void Books::failed(MiniBatch& mini_batch) {
    if (mini_batch.attempt < policy_.run_max_try) {
        ++mini_batch.attempt;
        mini_batch.failed_here = true;
        ++counts_.retries;
        return;
    }
    mini_batch.state = State::failed;
    --waiting_;
    ++counts_.failed;
    counts_.items_failed += mini_batch.items;
}

// ---- what the scheduler decides ----------------------------------------------------------------

void Books::decided(const scheduling::Action& action, Time now) {
    using namespace scheduling;
    require(!aborted_, "something is decided after the abort");
    std::visit(base::Overloaded{[&](const Assign& a) {
                                    assigned(a);
                                    last_progress_ = now;
                                },
                                [&](const Recall& a) { asked_back(a); },
                                [&](const Restart& a) {
                                    auto& worker = workers_[a.worker];
                                    require_of(a.worker, worker.awaits_decision && !over(),
                                               "is restarted without need");
                                    worker.awaits_decision = false;
                                    --undecided_;
                                },
                                [&](const GiveUp& a) { gave_up(a.worker); },
                                [&](const Abort& a) { aborted(a.reason, now); }},
               action);
}

void Books::assigned(const scheduling::Assign& action) {
    const auto& work = action.work;
    require_of(action.worker, workers_[action.worker].ready, "is not ready and gets work");
    require(work.count > 0 && work.end() <= mini_batches_.size(),
            "work that does not exist is assigned");
    for (auto index = work.first; index < work.end(); ++index) {
        require(mini_batches_[index].items == work.items_each, "has another number of items",
                index);
        assigned_one(action.worker, index, work.attempt);
    }
}

void Books::assigned_one(WorkerId worker, std::uint64_t index, std::uint32_t attempt) {
    auto& mini_batch = mini_batches_[index];
    require(mini_batch.state == State::waiting, "is assigned and was not waiting", index);
    require(mini_batch.attempt == attempt, "is assigned under a wrong attempt", index);
    const auto others = idle_ - idle(workers_[worker]);
    require(!mini_batch.failed_here || mini_batch.worker != worker || others == 0,
            "is tried again on the worker that failed it while another is idle", index);
    mini_batch.state = State::held;
    mini_batch.worker = worker;
    --waiting_;
    change(workers_[worker], [](Worker& w) { ++w.held; });
}

void Books::asked_back(const scheduling::Recall& action) {
    auto& worker = workers_[action.worker];
    require_of(action.worker, worker.ready, "is not ready and is asked to give back");
    require_of(action.worker, !worker.recalled, "is asked to give back before it answered");
    require_of(action.worker, action.count > 0 && action.count < worker.held,
               "is asked to give back nothing or everything");
    require(idle_ > 0 && waiting_ == 0, "work is asked back though nobody needs it");
    worker.recalled = true;
    ++recalls_;
}

void Books::gave_up(WorkerId worker) {
    auto& state = workers_[worker];
    const auto& node = nodes_[scenario_.node_of[worker]];
    require_of(worker, state.awaits_decision && !state.given_up, "is given up without need");
    require_of(worker,
               !node.succeeded && node.failures_before_success >=
                                      3 * std::uint64_t{policy_.process_count_per_node},
               "is given up too early");
    state.awaits_decision = false;
    --undecided_;
    state.given_up = true;
    ++given_up_;
}

void Books::aborted(AbortReason reason, Time now) {
    if (!confirms(reason, now)) {
        throw Violation("the job is given up without reason: " +
                        std::to_string(static_cast<int>(reason)));
    }
    aborted_ = true;
}

bool Books::confirms(AbortReason reason, Time now) const {
    switch (reason) {
        case AbortReason::error_threshold:
            return exceeds(counts_.items_failed, policy_.error_threshold);
        case AbortReason::allowed_failed_count:
            return exceeds(counts_.failed, policy_.allowed_failed_count);
        case AbortReason::allowed_failed_percent:
            return planning_done_ &&
                   static_cast<double>(counts_.failed) >
                       policy_.allowed_failed_percent / 100 * static_cast<double>(counts_.planned);
        case AbortReason::no_item_succeeded:
            return finished() && policy_.needs_a_succeeded_item && counts_.items_succeeded == 0;
        case AbortReason::init_failed:
            return !finished() &&
                   (given_up_ == workers_.size() ||
                    (now > 2min && counts_.init_failures >= std::uint64_t{2} * scenario_.nodes *
                                                                policy_.process_count_per_node));
        case AbortReason::init_stuck: return !finished() && init_is_stuck(now);
        case AbortReason::no_progress:
            return held_ > 0 && now - last_progress_ > policy_.progress_limit;
    }
    return false;
}

bool Books::init_is_stuck(Time now) const {
    return ready_ == 0 && std::all_of(workers_.begin(), workers_.end(), [&](const Worker& worker) {
               return worker.given_up || now - worker.in_init_since > policy_.init_limit;
           });
}

// ---- comparisons -------------------------------------------------------------------------------

void Books::compare(const scheduling::Scheduler& scheduler, WorkerId touched, Time now) const {
    compare_counts(scheduler.counts());
    require(scheduler.finished() == finished(), "the end is not seen");
    require(scheduler.planning_done() == planning_done_, "the end of planning is not seen");
    require(scheduler.aborted().has_value() == aborted_, "an abort is not told");
    require_of(touched, scheduler.held(touched) == workers_[touched].held,
               "holds another number of mini-batches than the scheduler believes");
    if (aborted_) return;
    require(waiting_ == 0 || idle_ == 0, "a worker is idle though work waits");
    require(undecided_ == 0 || finished(), "a worker waits for an answer to its failed init()");
    for (const auto reason :
         {AbortReason::error_threshold, AbortReason::allowed_failed_count,
          AbortReason::allowed_failed_percent, AbortReason::no_item_succeeded}) {
        require(!confirms(reason, now), "a threshold is exceeded and the job goes on");
    }
    require(given_up_ < workers_.size() || finished(), "no worker is left and the job goes on");
}

void Books::compare_counts(const scheduling::Counts& counts) const {
    require(counts.planned == counts_.planned, "the count of planned mini-batches is wrong");
    require(counts.processed == counts_.processed, "the count of processed mini-batches is wrong");
    require(counts.failed == counts_.failed, "the count of failed mini-batches is wrong");
    require(counts.retries == counts_.retries, "the count of retries is wrong");
    require(counts.items_planned == counts_.items_planned, "the count of items is wrong");
    require(counts.items_succeeded == counts_.items_succeeded,
            "the count of succeeded items is wrong");
    require(counts.items_failed == counts_.items_failed, "the count of failed items is wrong");
    require(counts.rows == counts_.rows, "the count of rows is wrong");
    require(counts.surplus_rows == counts_.surplus_rows, "the count of surplus rows is wrong");
    require(counts.init_failures == counts_.init_failures, "the count of init failures is wrong");
}

void Books::compare_at_the_end() const {
    std::uint64_t processed = 0;
    for (std::uint64_t index = 0; index < mini_batches_.size(); ++index) {
        const auto& mini_batch = mini_batches_[index];
        require(!mini_batch.runs, "runs after the end", index);
        require(mini_batch.state != State::held, "is held after the end", index);
        require(mini_batch.runs_succeeded == (mini_batch.state == State::processed ? 1 : 0),
                "is processed otherwise than it ran", index);
        require(mini_batch.state != State::failed || mini_batch.runs_begun == policy_.run_max_try,
                "is failed before its attempts were used up", index);
        processed += mini_batch.runs_succeeded;
    }
    require(processed == counts_.processed, "what ran and what counts are not the same");
}

}  // namespace parallel_run::simulation
