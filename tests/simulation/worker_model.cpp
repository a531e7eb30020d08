// SPDX-License-Identifier: Apache-2.0
#include "simulation/worker_model.hpp"

#include <algorithm>
#include <utility>

#include "base/overloaded.hpp"

namespace parallel_run::simulation {

using Kind = Outcome::Kind;

WorkerModel::WorkerModel(WorkerId id, const Scenario& scenario, Stage& stage, Books& books)
    : id_(id),
      scenario_(scenario),
      stage_(stage),
      books_(books),
      on_dead_node_(
          Random(scenario.seed + scenario.node_of[id]).chance(scenario.faults.node_is_dead)),
      slow_(stage.random().chance(scenario.faults.worker_is_slow)) {
    start_process();
}

void WorkerModel::start_process() {
    ++process_;
    phase_ = Phase::in_init;
    if (stage_.random().chance(scenario_.faults.init_hangs)) return;
    const Time time(stage_.random().between<std::int64_t>(1, scenario_.init_time.count()));
    stage_.after(time, EventKind::init_ends, id_, process_);
}

void WorkerModel::on_init_ends(std::uint32_t process) {
    if (process != process_ || phase_ != Phase::in_init) return;
    if (on_dead_node_ || stage_.random().chance(scenario_.faults.init_fails)) {
        phase_ = Phase::absent;
        report(InitFailed{});
    } else {
        phase_ = Phase::ready;
        report(Ready{});
    }
}

void WorkerModel::on_order(const Order& order) {
    if (silent_) return;
    std::visit(base::Overloaded{[&](const WorkRange& range) { take_work(range); },
                                [&](const RecallOrder& o) { recall(o.count); },
                                [&](RestartOrder) {
                                    if (phase_ != Phase::absent) {
                                        throw Violation("a restart of a process that is there");
                                    }
                                    start_process();
                                },
                                [&](StopOrder) { stop(); }},
               order);
}

void WorkerModel::take_work(const WorkRange& range) {
    for (auto index = range.first; index < range.end(); ++index) {
        const Piece piece{index, range.attempt, range.items_each};
        if (phase_ == Phase::ready) {
            queue_.push_back(piece);
        } else {  // the process went away while the order was on its way
            give_back(piece);
        }
    }
    if (phase_ == Phase::ready) {
        run_next();
    } else {
        send_outcomes();
    }
}

void WorkerModel::recall(std::uint64_t count) {
    const auto kept =
        phase_ == Phase::ready ? std::min(scenario_.prefetch, queue_.size()) : queue_.size();
    const auto returned = std::min(count, queue_.size() - kept);
    for (std::uint64_t i = 0; i < returned; ++i) {
        give_back(queue_.back());
        queue_.pop_back();
    }
    report(Recalled{returned});
}

void WorkerModel::stop() {
    if (run_) {
        const Outcome outcome{run_->piece.index, run_->piece.attempt, Kind::returned, 0, Time(0)};
        books_.ended(id_, outcome);
        add(outcome);
        run_.reset();
    }
    for (; !queue_.empty(); queue_.pop_back()) give_back(queue_.back());
    phase_ = Phase::stopped;
    report(Stopped{});
}

void WorkerModel::run_next() {
    if (run_ || queue_.empty()) return;
    run_ = draw_run(queue_.front());
    queue_.pop_front();
    books_.began(id_, run_->piece.index, run_->piece.attempt);
    stage_.after(run_->outcome.run_time, EventKind::run_ends, id_, process_);
    if (stage_.logs()) {
        stage_.log() << "worker " << id_ << " begins mini-batch " << run_->piece.index
                     << ", attempt " << run_->piece.attempt << '\n';
    }
}

WorkerModel::Run WorkerModel::draw_run(const Piece& piece) {
    auto& random = stage_.random();
    const auto& faults = scenario_.faults;
    auto time = draw_run_time(scenario_.law, scenario_.mean_run_time, random);
    if (slow_)
        time =
            Time(static_cast<std::int64_t>(static_cast<double>(time.count()) * scenario_.slowness));
    auto end = End::succeeds;
    if (random.chance(faults.run_fails)) end = End::fails;
    if (random.chance(faults.run_crashes)) end = End::takes_the_process_along;
    if (poisoned(piece.index)) {
        end = piece.index % 2 == 0 ? End::fails : End::takes_the_process_along;
    }
    if (time > scenario_.run_limit || random.chance(faults.run_hangs)) {
        time = scenario_.run_limit;
        end = End::takes_the_process_along;
    }
    const auto kind = end == End::succeeds ? Kind::succeeded : Kind::failed;
    const auto rows = end == End::succeeds ? draw_rows(piece.items) : 0;
    return {piece, end, {piece.index, piece.attempt, kind, rows, time}};
}

bool WorkerModel::poisoned(std::uint64_t index) const {
    return Random(scenario_.seed ^ (index * 977)).chance(scenario_.faults.poisoned);
}

std::uint64_t WorkerModel::draw_rows(std::uint64_t items) {
    if (!stage_.random().chance(scenario_.faults.rows_are_off)) return items;
    return stage_.random().below(2 * items + 1);
}

void WorkerModel::on_run_ends(std::uint32_t process) {
    if (silent_ || process != process_ || !run_) return;
    if (stage_.random().chance(scenario_.faults.worker_goes_silent)) {
        silent_ = true;
        if (stage_.logs()) stage_.log() << "worker " << id_ << " goes silent\n";
        return;
    }
    const auto run = *std::exchange(run_, std::nullopt);
    books_.ended(id_, run.outcome);
    if (run.end == End::takes_the_process_along) return lose_process(run.outcome);
    add(run.outcome);
    if (stage_.random().chance(scenario_.faults.dies_between_runs)) return lose_process();
    run_next();
    if (!run_) return send_outcomes();
    if (std::exchange(report_is_due_, true)) return;
    stage_.after(scenario_.report_interval, EventKind::report_is_due, id_);
}

void WorkerModel::lose_process(const std::optional<Outcome>& failed) {
    report(Unavailable{});
    if (failed) add(*failed);
    for (; !queue_.empty(); queue_.pop_back()) give_back(queue_.back());
    send_outcomes();
    start_process();
}

void WorkerModel::on_report_is_due() {
    report_is_due_ = false;
    if (!silent_) send_outcomes();
}

void WorkerModel::give_back(const Piece& piece) {
    add({piece.index, piece.attempt, Kind::returned, 0, Time(0)});
}

void WorkerModel::add(const Outcome& outcome) { outcomes_.push_back(outcome); }

void WorkerModel::send_outcomes() {
    if (outcomes_.empty()) return;
    stage_.send_report(id_, std::exchange(outcomes_, {}));
}

void WorkerModel::report(Report report) {
    send_outcomes();  // what happened before is told before
    stage_.send_report(id_, std::move(report));
}

}  // namespace parallel_run::simulation
