// SPDX-License-Identifier: Apache-2.0
#include "scheduling/scheduler.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace parallel_run::scheduling {

namespace {

using namespace std::chrono_literals;

/// A recall costs a round trip; less work than this is not worth one.
constexpr std::chrono::nanoseconds kWorthRecalling = 5ms;

/// Failures of init() end the job only after this long, or when every node is given up: the first
/// seconds of a job see troubles that pass.
constexpr Time kInitGrace = 2min;

}  // namespace

Scheduler::Scheduler(const Policy& policy, const std::vector<NodeId>& node_of, Time now)
    : policy_(policy), began_(now), last_progress_(now) {
    NodeId node_count = 0;
    for (const auto node : node_of) {
        auto& worker = workers_.emplace_back();
        worker.node = node;
        worker.in_init_since = now;
        node_count = std::max(node_count, node + 1);
    }
    nodes_.resize(node_count);
}

void Scheduler::on_planned(const WorkRange& range, Time now, Actions& actions) {
    counts_.planned += range.count;
    counts_.items_planned += range.count * range.items_each;
    waiting_.push_back(range);
    feed_the_hungry(now, actions);
}

void Scheduler::on_planning_done(Time now, Actions& actions) {
    planning_done_ = true;
    check_thresholds(actions);
    feed_the_hungry(now, actions);
}

void Scheduler::on_worker_ready(WorkerId worker, Time now, Actions& actions) {
    auto& state = workers_[worker];
    if (!state.ready) ++ready_;
    state.ready = true;
    nodes_[state.node].init_succeeded = true;
    note_hunger(worker);
    feed_the_hungry(now, actions);
}

void Scheduler::on_worker_unavailable(WorkerId worker, Time now) {
    auto& state = workers_[worker];
    if (state.ready) --ready_;
    state.ready = false;
    state.in_init_since = now;
}

void Scheduler::on_no_worker(WorkerId worker) { workers_[worker].given_up = true; }

void Scheduler::on_init_failed(WorkerId worker, Time now, Actions& actions) {
    ++counts_.init_failures;
    auto& state = workers_[worker];
    auto& node = nodes_[state.node];
    if (!node.init_succeeded) ++node.init_failures_before_success;
    const auto per_node = std::uint64_t{policy_.process_count_per_node};
    if (now - began_ > kInitGrace && counts_.init_failures >= 2 * nodes_.size() * per_node) {
        abort(AbortReason::init_failed, actions);
        return;
    }
    if (node.init_failures_before_success < 3 * per_node) {
        state.in_init_since = now;
        actions.emplace_back(Restart{worker});
        return;
    }
    state.given_up = true;
    actions.emplace_back(GiveUp{worker});
    const auto gave_up = [](const Worker& w) { return w.given_up; };
    if (std::all_of(workers_.begin(), workers_.end(), gave_up)) {
        abort(AbortReason::init_failed, actions);
    }
}

std::uint64_t Scheduler::on_outcomes(WorkerId worker, std::span<const Outcome> outcomes, Time now,
                                     Actions& actions) {
    auto& state = workers_[worker];
    std::uint64_t unknown = 0;
    std::uint64_t observed = 0;
    std::chrono::nanoseconds total{0};
    for (const auto& outcome : outcomes) {
        const auto work = state.held.remove(outcome.index, outcome.attempt);
        if (!work) {
            ++unknown;
            continue;
        }
        --held_;
        settle(worker, *work, outcome, actions);
        if (outcome.kind != Outcome::Kind::succeeded) continue;
        ++observed;
        total += outcome.run_time;
    }
    last_progress_ = now;
    state.credit.observe(observed, total);
    if (observed > 0) state.recall_pending = false;
    note_hunger(worker);
    feed_the_hungry(now, actions);
    return unknown;
}

void Scheduler::on_recalled(WorkerId worker, std::uint64_t returned, Time now, Actions& actions) {
    workers_[worker].recall_pending = returned == 0;
    feed_the_hungry(now, actions);
}

void Scheduler::on_time(Time now, Actions& actions) {
    if (held_ > 0 && now - last_progress_ > policy_.progress_limit) {
        abort(AbortReason::no_progress, actions);
    }
    if (ready_ > 0 || finished()) return;
    const auto stuck = [&](const Worker& worker) {
        return worker.given_up || now - worker.in_init_since > policy_.init_limit;
    };
    if (std::all_of(workers_.begin(), workers_.end(), stuck)) {
        abort(AbortReason::init_stuck, actions);
    }
}

void Scheduler::settle(WorkerId worker, const WorkRange& work, const Outcome& outcome,
                       Actions& actions) {
    if (outcome.kind == Outcome::Kind::returned) {
        waiting_.push_front(work);
    } else if (is_final(outcome)) {
        outcome.kind == Outcome::Kind::succeeded ? succeed(work, outcome) : fail(work);
        check_thresholds(actions);
    } else {
        ++counts_.retries;
        retries_.push_back({work, worker});
        ++retries_.back().work.attempt;
    }
}

void Scheduler::succeed(const WorkRange& work, const Outcome& outcome) {
    const auto succeeded = std::min(outcome.rows, work.items_each);
    ++counts_.processed;
    counts_.rows += outcome.rows;
    counts_.surplus_rows += outcome.rows - succeeded;
    counts_.items_succeeded += succeeded;
    counts_.items_failed += work.items_each - succeeded;
}

void Scheduler::fail(const WorkRange& work) {
    ++counts_.failed;
    counts_.items_failed += work.items_each;
}

void Scheduler::check_thresholds(Actions& actions) {
    const auto exceeds = [](std::uint64_t count, std::int64_t threshold) {
        return threshold >= 0 && count > static_cast<std::uint64_t>(threshold);
    };
    if (exceeds(counts_.items_failed, policy_.error_threshold)) {
        abort(AbortReason::error_threshold, actions);
    } else if (exceeds(counts_.failed, policy_.allowed_failed_count)) {
        abort(AbortReason::allowed_failed_count, actions);
    } else if (planning_done_ &&
               static_cast<double>(counts_.failed) * 100 >
                   policy_.allowed_failed_percent * static_cast<double>(counts_.planned)) {
        abort(AbortReason::allowed_failed_percent, actions);
    } else if (finished() && policy_.needs_a_succeeded_item && counts_.items_succeeded == 0) {
        abort(AbortReason::no_item_succeeded, actions);
    }
}

void Scheduler::abort(AbortReason reason, Actions& actions) {
    if (aborted_) return;
    aborted_ = reason;
    actions.emplace_back(Abort{reason});
}

void Scheduler::note_hunger(WorkerId worker) {
    auto& state = workers_[worker];
    if (!state.ready || state.in_hungry || state.held.count() * 2 > state.credit.depth()) return;
    state.in_hungry = true;
    hungry_.push_back(worker);
}

void Scheduler::feed_the_hungry(Time now, Actions& actions) {
    while (!aborted_ && !hungry_.empty() && unassigned() > 0) {
        // The last work is split evenly; before that a worker gets what it can hold.
        const auto share = std::max<std::uint64_t>(1, unassigned() / (2 * hungry_.size()));
        const auto worker = hungry_.front();
        hungry_.pop_front();
        workers_[worker].in_hungry = false;
        if (!workers_[worker].ready) continue;
        feed(worker, share, actions);
        last_progress_ = now;
        note_hunger(worker);
    }
    if (!aborted_ && unassigned() == 0 && !hungry_.empty()) share_what_is_held(actions);
}

void Scheduler::feed(WorkerId worker, std::uint64_t share, Actions& actions) {
    auto& state = workers_[worker];
    const auto depth = std::max(state.credit.depth(), state.held.count() + 1);
    for (auto room = std::min(share, depth - state.held.count()); room > 0;) {
        auto work = take_retry(worker);
        if (!work) {
            if (waiting_.empty()) return;
            work = waiting_.pop_front(room);
        }
        room -= work->count;
        held_ += work->count;
        state.held.push_back(*work);
        actions.emplace_back(Assign{worker, *work});
    }
}

std::optional<WorkRange> Scheduler::take_retry(WorkerId worker) {
    const auto elsewhere = [&](const Retry& retry) { return retry.failed_on != worker; };
    auto chosen = std::find_if(retries_.begin(), retries_.end(), elsewhere);
    // Its own failure only when nobody else is free to try.
    if (chosen == retries_.end() && hungry_.empty()) chosen = retries_.begin();
    if (chosen == retries_.end()) return std::nullopt;
    const auto work = chosen->work;
    retries_.erase(chosen);
    return work;
}

void Scheduler::share_what_is_held(Actions& actions) {
    if (held_ == 0 || !planning_done_) return;
    const auto idle = [this](WorkerId w) { return workers_[w].ready && workers_[w].held.empty(); };
    const auto idle_count =
        static_cast<std::uint64_t>(std::count_if(hungry_.begin(), hungry_.end(), idle));
    if (idle_count == 0) return;
    const auto longest =
        std::max_element(workers_.begin(), workers_.end(), [](const Worker& a, const Worker& b) {
            return std::pair(!a.recall_pending, a.held.count()) <
                   std::pair(!b.recall_pending, b.held.count());
        });
    const auto count = longest->held.count();
    if (count < 2 || longest->recall_pending ||
        longest->credit.expected(count - 1) < kWorthRecalling) {
        return;
    }
    longest->recall_pending = true;
    const auto worker = static_cast<WorkerId>(longest - workers_.begin());
    actions.emplace_back(
        Recall{worker, count - std::max<std::uint64_t>(1, count / (idle_count + 1))});
}

void Scheduler::check_invariants() const {
    std::uint64_t held = 0;
    for (const auto& worker : workers_) held += worker.held.count();
    if (held != held_) throw std::logic_error("the held mini-batches do not add up");
    if (counts_.resolved() + held + unassigned() != counts_.planned) {
        throw std::logic_error("a mini-batch is lost or counted twice");
    }
    if (counts_.items_succeeded + counts_.items_failed > counts_.items_planned) {
        throw std::logic_error("more items ended than were planned");
    }
}

}  // namespace parallel_run::scheduling
