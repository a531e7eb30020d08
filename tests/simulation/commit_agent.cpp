// SPDX-License-Identifier: Apache-2.0
#include "simulation/commit_agent.hpp"

#include <xxhash.h>

#include <algorithm>
#include <utility>

#include "base/overloaded.hpp"
#include "simulation/violation.hpp"

namespace parallel_run::commit_simulation {

namespace {

using Kind = Outcome::Kind;

void add(output::RowBuffer& buffer, const std::string& row) {
    if (!buffer.add(row)) throw simulation::Violation("a buffer in memory has no room");
}

}  // namespace

Agent::Agent(int rank, World& world, const std::string& header) : rank_(rank), world_(world) {
    if (!header.empty()) {
        add(rows_, header);
        rows_.commit();
    }
    report(Ready{});
}

std::optional<Report> Agent::take_report() {
    if (reports_.empty()) return std::nullopt;
    auto report = std::move(reports_.front());
    reports_.pop_front();
    return report;
}

void Agent::step() {
    switch (world_.random.below(3)) {
        case 0: return hear_order();
        case 1: return go_on_writing();
        default: return go_on_running();
    }
}

void Agent::hear_order() {
    if (orders_.empty()) return;
    const auto order = std::move(orders_.front());
    orders_.pop_front();
    std::visit(
        base::Overloaded{
            [&](const scheduling::WorkRange& work) { take_work(work); },
            [&](const Recall& o) { recall(o.count); }, [&](const Seal& o) { seal(o.epoch); },
            [&](const transport::WriteMessage& message) {
                const auto view = sealed_.view();
                writing_ = {message, {message.epoch, 0, {}}, std::string(view.value()), false};
            },
            [&](Stop) { stop(); }},
        order);
}

void Agent::take_work(const scheduling::WorkRange& work) {
    for (auto index = work.first; index < work.end(); ++index) {
        if (stopped_) {
            give_back({index, work.attempt});
        } else {
            queue_.push_back({index, work.attempt});
        }
    }
    if (stopped_) send_outcomes();
}

void Agent::recall(std::uint64_t count) {
    const auto returned = std::min<std::uint64_t>(count, queue_.size());
    for (std::uint64_t i = 0; i < returned; ++i) {
        give_back(queue_.back());
        queue_.pop_back();
    }
    report(Recalled{returned});
}

void Agent::seal(std::uint64_t epoch) {
    sealed_.clear();
    rows_.seal(sealed_);
    if (auto* out = log()) *out << "seals " << sealed_.size() << " bytes, epoch " << epoch << '\n';
    report(transport::SealedMessage{epoch, sealed_.size()});
}

void Agent::stop() {
    if (std::exchange(stopped_, true)) return;
    if (run_) {
        rows_.discard();
        give_back({run_->outcome.index, run_->outcome.attempt});
        run_.reset();
    }
    for (; !queue_.empty(); queue_.pop_back()) give_back(queue_.back());
    report(Stopped{});
}

void Agent::go_on_running() {
    if (!run_ && !queue_.empty()) {
        begin_run();
    } else if (run_ && run_->given < run_->rows.size()) {
        add(rows_, run_->rows[run_->given++]);
    } else if (run_) {
        end_run();
    } else {
        send_outcomes();
    }
}

void Agent::begin_run() {
    const auto task = queue_.front();
    queue_.pop_front();
    if (!world_.other_plan) world_.books.begun(task.index);
    auto& random = world_.random;
    const auto kind = random.chance(world_.scenario.run_fails) ? Kind::failed : Kind::succeeded;
    Run run{{task.index, task.attempt, kind, 0, Time(1)}, {}};
    const auto begin = std::to_string(task.index) + " run " + std::to_string(++world_.runs) + ' ';
    for (auto rows = random.below(4); rows > 0; --rows) {
        run.rows.push_back(begin + std::string(random.below(20), 'x') + '\n');
    }
    if (kind == Kind::succeeded) run.outcome.rows = run.rows.size();
    run_ = std::move(run);
}

void Agent::end_run() {
    const auto run = *std::exchange(run_, std::nullopt);
    const bool succeeded = run.outcome.kind == Kind::succeeded;
    std::string rows;
    if (succeeded) {
        for (const auto& row : run.rows) rows += row;
        rows_.commit();
    } else {
        rows_.discard();
    }
    if (auto* out = log()) {
        *out << "ends mini-batch " << run.outcome.index << ", attempt " << run.outcome.attempt
             << (succeeded ? ", with " : ", failed, with ") << rows.size() << " bytes\n";
    }
    if (!world_.other_plan) world_.books.ended(run.outcome, rows);
    outcomes_.push_back(run.outcome);
    if (world_.random.chance(0.5)) send_outcomes();
}

void Agent::go_on_writing() {
    if (!writing_) return;
    auto& [order, answer, block, written] = *writing_;
    if (!std::exchange(written, true)) return write_block();
    const bool early = world_.sabotage == Sabotage::rows_are_not_synced;
    if (!early) {
        // Whatever became of the write, as the others wait for this rank's part in the sync.
        auto error = world_.file.sync(rank_);
        if (answer.error.empty()) answer.error = std::move(error);
    }
    if (auto* out = log()) *out << "has written: " << answer.error << '\n';
    if (world_.sabotage == Sabotage::an_error_is_kept_secret) answer.error.clear();
    report(std::move(answer));
    writing_.reset();
}

void Agent::write_block() {
    auto& [order, answer, block, written] = *writing_;
    answer.checksum = XXH3_64bits(block.data(), block.size());
    for (std::uint64_t done = 0; done < block.size() && answer.error.empty();) {
        const auto rest = std::string_view(block).substr(done);
        const auto taken = world_.file.write(rank_, order.offset + done, rest);
        if (taken) {
            done += taken.value();
        } else {
            answer.error = taken.error();
        }
    }
}

void Agent::give_back(const Task& task) {
    outcomes_.push_back({task.index, task.attempt, Kind::returned, 0, Time(0)});
}

void Agent::send_outcomes() {
    if (outcomes_.empty()) return;
    reports_.push_back(Outcomes{rows_.finished_bytes(), std::exchange(outcomes_, {})});
}

void Agent::report(Report report) {
    send_outcomes();  // what happened before is told before
    reports_.push_back(std::move(report));
}

std::ostream* Agent::log() {
    if (world_.log != nullptr) *world_.log << "rank " << rank_ << ' ';
    return world_.log;
}

}  // namespace parallel_run::commit_simulation
