// SPDX-License-Identifier: Apache-2.0
#include "scheduling/scheduler.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "scheduling/thresholds.hpp"

namespace parallel_run::scheduling {

namespace {

using namespace std::chrono_literals;

/// A recall costs a round trip; less work than this is not worth one.
constexpr std::chrono::nanoseconds kWorthRecalling = 5ms;

/// Failures of init() end the job only after this long, or when every node is given up: the first
/// seconds of a job see troubles that pass.
constexpr Time kInitGrace = 2min;

/// Retries looked at to find one that failed on another worker; more would cost much when one
/// worker fails everything.
constexpr std::ptrdiff_t kRetriesLookedAt = 8;

}  // namespace

Scheduler::Scheduler(const Policy& policy, const std::vector<NodeId>& node_of, Time now,
                     const Counts& before)
    : policy_(policy), counts_(before), began_(now), last_progress_(now) {
    NodeId node_count = 0;
    for (const auto node : node_of) {
        auto& worker = workers_.emplace_back();
        worker.node = node;
        worker.in_init_since = now;
        worker.place =
            table_[sated].insert(table_[sated].end(), static_cast<WorkerId>(workers_.size() - 1));
        node_count = std::max(node_count, node + 1);
    }
    nodes_.resize(node_count);
}

void Scheduler::on_planned(const WorkRange& range, Time now, Actions& actions) {
    counts_.planned += range.count;
    counts_.items_planned += range.count * range.items_each;
    waiting_.push_back(range);
    check_thresholds(actions);  // earlier runs may have used them up
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
    take_stock(worker);
    feed_the_hungry(now, actions);
}

void Scheduler::on_worker_unavailable(WorkerId worker, Time now) {
    auto& state = workers_[worker];
    if (state.ready) --ready_;
    state.ready = false;
    state.in_init_since = now;
    take_stock(worker);
}

void Scheduler::on_no_worker(WorkerId worker) {
    workers_[worker].given_up = true;
    ++given_up_;
}

void Scheduler::on_init_failed(WorkerId worker, Time now, Actions& actions) {
    ++counts_.init_failures;
    auto& state = workers_[worker];
    auto& node = nodes_[state.node];
    if (!node.init_succeeded) ++node.init_failures_before_success;
    if (halted_ || finished()) return;
    const auto per_node = std::uint64_t{policy_.process_count_per_node};
    if (now - began_ > kInitGrace && counts_.init_failures >= 2 * nodes_.size() * per_node) {
        abort(AbortReason::init_failed, actions);
        return;
    }
    if (node.init_succeeded || node.init_failures_before_success < 3 * per_node) {
        state.in_init_since = now;
        actions.emplace_back(Restart{worker});
        return;
    }
    state.given_up = true;
    ++given_up_;
    actions.emplace_back(GiveUp{worker});
    if (given_up_ == workers_.size()) abort(AbortReason::init_failed, actions);
}

std::uint64_t Scheduler::on_outcomes(WorkerId worker, std::span<const Outcome> outcomes, Time now,
                                     Actions& actions) {
    auto& state = workers_[worker];
    std::uint64_t unknown = 0;
    std::uint64_t ended = 0;
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
        if (outcome.kind != Outcome::Kind::returned) ++ended;
        if (outcome.run_time == 0ns) continue;  // returned, or its process died
        ++observed;
        total += outcome.run_time;
    }
    last_progress_ = now;
    state.credit.observe(observed, total);
    if (ended > 0 && state.recalling == Recalling::fruitless) state.recalling = Recalling::no;
    take_stock(worker);
    feed_the_hungry(now, actions);
    return unknown;
}

void Scheduler::on_recalled(WorkerId worker, std::uint64_t returned, Time now, Actions& actions) {
    auto& state = workers_[worker];
    if (state.recalling == Recalling::asked) --recalls_pending_;
    state.recalling = returned == 0 ? Recalling::fruitless : Recalling::no;
    take_stock(worker);
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
        const auto items = items_of(work.items_each, outcome);
        if (work.items_each == 0) counts_.items_planned += items;
        outcome.kind == Outcome::Kind::succeeded ? succeed(items, outcome) : fail(items);
        check_thresholds(actions);
    } else {
        ++counts_.retries;
        retries_.push_back({work, worker});
        ++retries_.back().work.attempt;
    }
}

void Scheduler::succeed(std::uint64_t items, const Outcome& outcome) {
    const auto succeeded = std::min(outcome.rows, items);
    ++counts_.processed;
    counts_.rows += outcome.rows;
    counts_.surplus_rows += outcome.rows - succeeded;
    counts_.items_succeeded += succeeded;
    counts_.items_failed += items - succeeded;
}

void Scheduler::fail(std::uint64_t items) {
    ++counts_.failed;
    counts_.items_failed += items;
}

void Scheduler::check_thresholds(Actions& actions) {
    const auto reason = exceeded_threshold(policy_, counts_, planning_done_);
    if (reason) abort(*reason, actions);
}

void Scheduler::abort(AbortReason reason, Actions& actions) {
    if (aborted_) return;
    aborted_ = reason;
    halt();
    actions.emplace_back(Abort{reason});
}

/// To be called after each change of what the worker holds or can do.
void Scheduler::take_stock(WorkerId worker) {
    seat(worker);
    if (sharing_) offer(worker);
}

void Scheduler::seat(WorkerId worker) {
    auto& state = workers_[worker];
    auto& left = table_[state.appetite];
    state.appetite = sated;
    if (state.ready && state.held.empty()) {
        state.appetite = idle;
    } else if (state.ready && state.held.count() * 2 <= state.credit.depth()) {
        state.appetite = hungry;
    }
    auto& joined = table_[state.appetite];
    joined.splice(joined.end(), left, state.place);
}

void Scheduler::offer(WorkerId worker) {
    auto& state = workers_[worker];
    donors_.erase({state.can_spare, worker});
    const bool gives = state.ready && state.recalling == Recalling::no && state.held.count() > 1;
    state.can_spare = gives ? state.credit.expected(state.held.count() - 1) : 0ns;
    if (state.can_spare >= kWorthRecalling) donors_.insert({state.can_spare, worker});
}

void Scheduler::feed_the_hungry(Time now, Actions& actions) {
    while (!halted_ && unassigned() > 0) {
        const auto worker = next_to_feed();
        if (!worker) return;
        // The last work is split evenly; before that a worker gets what it can hold.
        const auto eaters = table_[idle].size() + table_[hungry].size();
        feed(*worker, std::max<std::uint64_t>(1, unassigned() / (2 * eaters)), actions);
        last_progress_ = now;
        take_stock(*worker);
    }
    if (!halted_) share_what_is_held(actions);
}

std::optional<WorkerId> Scheduler::next_to_feed() const {
    if (!table_[idle].empty()) return table_[idle].front();
    if (!table_[hungry].empty()) return table_[hungry].front();
    return std::nullopt;
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
    if (retries_.empty()) return std::nullopt;
    const auto end = retries_.begin() + std::min(std::ssize(retries_), kRetriesLookedAt);
    const auto elsewhere = [&](const Retry& retry) { return retry.failed_on != worker; };
    auto chosen = std::find_if(retries_.begin(), end, elsewhere);
    if (chosen == end) {
        // Its own failure only when nobody else is free to try, or will be while it has other work.
        const auto idle_others = table_[idle].size() - (workers_[worker].appetite == idle ? 1 : 0);
        if (idle_others > 0 || (!waiting_.empty() && !table_[hungry].empty())) return std::nullopt;
        chosen = retries_.begin();
    }
    const auto work = chosen->work;
    retries_.erase(chosen);
    return work;
}

void Scheduler::share_what_is_held(Actions& actions) {
    if (!planning_done_ || held_ == 0 || table_[idle].empty()) return;
    if (!sharing_) begin_sharing();
    while (recalls_pending_ < table_[idle].size() && !donors_.empty()) {
        recall_from(donors_.rbegin()->second, actions);
    }
}

void Scheduler::begin_sharing() {
    sharing_ = true;
    for (WorkerId worker = 0; worker < workers_.size(); ++worker) offer(worker);
}

void Scheduler::recall_from(WorkerId worker, Actions& actions) {
    auto& state = workers_[worker];
    // The idle workers that nobody was asked for yet are spread over the donors.
    const auto unserved = table_[idle].size() - recalls_pending_;
    const auto takers = (unserved + donors_.size() - 1) / donors_.size();
    const auto kept = std::max<std::uint64_t>(1, state.held.count() / (takers + 1));
    actions.emplace_back(Recall{worker, state.held.count() - kept});
    state.recalling = Recalling::asked;
    ++recalls_pending_;
    offer(worker);
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
