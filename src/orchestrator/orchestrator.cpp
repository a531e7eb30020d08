// SPDX-License-Identifier: Apache-2.0
#include "orchestrator/orchestrator.hpp"

#include <stdexcept>
#include <utility>
#include <variant>

#include <fmt/format.h>

#include "base/overloaded.hpp"
#include "base/process_name.hpp"
#include "base/signal_name.hpp"
#include "base/size.hpp"
#include "dataset/descriptor.hpp"
#include "logging/log_tree.hpp"
#include "orchestrator/abort_text.hpp"
#include "orchestrator/progress_record.hpp"

namespace parallel_run::orchestrator {

using scheduling::AbortReason;
using scheduling::Actions;
using transport::Order;
using transport::Report;

namespace {

using namespace std::chrono_literals;

/// Between two writes of what `status` shows.
constexpr auto kProgressFilePause = 2s;

/// Ranks that the reason of a job without progress names; the log names all.
constexpr std::size_t kHoldersNamed = 3;

constexpr std::size_t kMaxWorkMessage = 1 << 20;

scheduling::Policy policy_of(const config::Step& step, const Cluster& cluster) {
    auto policy = thresholds_of(step);
    policy.run_max_try = step.run_max_try;
    policy.init_limit = config::init_limit(step);
    policy.progress_limit = config::progress_limit(step);
    const auto nodes = static_cast<std::uint32_t>(cluster.node_names.size());
    policy.process_count_per_node = (cluster.workers + nodes - 1) / nodes;
    return policy;
}

/// `signal` is 0 where it is not known.
std::string interruption_text(int signal) {
    return signal == 0 ? "interrupted" : "interrupted by " + base::signal_name(signal);
}

[[noreturn]] void fail_damaged(int source, Report report) {
    throw std::runtime_error(
        fmt::format("a report of rank {} is damaged: kind {}", source, static_cast<int>(report)));
}

}  // namespace

Orchestrator::Orchestrator(const config::Step& step, const Cluster& cluster,
                           transport::Endpoint& endpoint, Earlier earlier, Recorder& recorder,
                           ProgressDisplay& display, std::shared_ptr<spdlog::logger> logger,
                           Time now)
    : step_(step),
      cluster_(cluster),
      endpoint_(endpoint),
      recorder_(recorder),
      display_(display),
      logger_(std::move(logger)),
      earlier_(std::move(earlier)),
      before_(counts_of(earlier_.state)),
      scheduler_(policy_of(step, cluster), cluster.node_of, now, before_),
      commits_(endpoint.size(), step.flush_bytes, step.flush_interval, earlier_.state, now),
      tasks_(std::make_shared<RankTasks>(endpoint.size(), config::partition_directory(step))),
      intake_(step, earlier_, tasks_, scheduler_, commits_.plan(), now),
      began_(now),
      started_(std::chrono::system_clock::now()),
      failures_(step.logs, cluster, logger_),
      process_(static_cast<std::size_t>(endpoint.size())) {
    logger_->info("{} on {}, {}",
                  base::format_count(static_cast<std::uint64_t>(endpoint.size()), "rank"),
                  base::format_count(cluster.node_names.size(), "node"),
                  base::format_count(cluster.workers, "worker"));
    if (step.dedicated_orchestrator) scheduler_.on_no_worker(0);
    if (earlier_.state.epochs == 0) return;
    logger_->info("going on after epoch {}: {} mini-batches are done, {} bytes durable",
                  earlier_.state.epochs, before_.resolved(), earlier_.state.file_bytes);
}

void Orchestrator::order(int rank, Order kind, std::string_view payload) {
    endpoint_.send(rank, transport::Party::agent, static_cast<std::uint16_t>(kind), payload);
}

void Orchestrator::order_all(Order kind, std::uint64_t number) {
    const auto payload = transport::encode_number(number);
    for (int rank = 0; rank < endpoint_.size(); ++rank) order(rank, kind, payload);
}

void Orchestrator::carry_out(const Actions& actions) {
    using namespace scheduling;
    if (ending_.phase() > Ending::Phase::draining || !failure_.empty()) return;
    for (const auto& action : actions) {
        std::visit(
            base::Overloaded{
                [&](const Assign& a) { assign(a); },
                [&](const Recall& a) {
                    order(static_cast<int>(a.worker), Order::recall,
                          transport::encode_number(a.count));
                },
                [&](const Restart& a) { order(static_cast<int>(a.worker), Order::restart, {}); },
                [&](const GiveUp& a) {
                    logger_->warn("rank {} on {} is given up: init() keeps failing", a.worker,
                                  cluster_.node_name(static_cast<int>(a.worker)));
                },
                [&](const Abort& a) {
                    const bool stuck = a.reason == AbortReason::no_progress;
                    fail(abort_text(a.reason, scheduler_.counts(), before_, step_,
                                    stuck ? who_holds_what() : ""));
                }},
            action);
    }
}

void Orchestrator::assign(const scheduling::Assign& assign) {
    const auto& work = assign.work;
    const auto rank = static_cast<int>(assign.worker);
    transport::WorkMessage::begin(work_, work.first, work.attempt);
    for (auto index = work.first; index < work.end(); ++index) {
        transport::WorkMessage::add(work_, intake_.descriptors().find(index));
        if (work_.size() < kMaxWorkMessage || index + 1 == work.end()) continue;
        order(rank, Order::work, work_);
        transport::WorkMessage::begin(work_, index + 1, work.attempt);
    }
    order(rank, Order::work, work_);
}

void Orchestrator::on_report(int source, Report report, std::string_view payload, Time now) {
    const auto worker = static_cast<scheduling::WorkerId>(source);
    Actions actions;
    switch (report) {
        case Report::outcomes: return on_outcomes(source, payload, now);
        case Report::recalled: return on_recalled(source, payload, now);
        case Report::sealed: return on_sealed(source, payload);
        case Report::written: return on_written(source, payload);
        case Report::task_done:
            if (!tasks_->on_done(source, payload, now)) fail_damaged(source, report);
            return;
        case Report::ready: return on_ready(source, payload, now);
        case Report::unavailable: scheduler_.on_worker_unavailable(worker, now); break;
        case Report::init_failed: return on_init_failed(source, payload, now);
        case Report::stopped: ++stopped_; break;
        case Report::interrupted: return on_interrupted(source, payload, now);
        default: fail_damaged(source, report);
    }
    carry_out(actions);
}

void Orchestrator::on_outcomes(int source, std::string_view payload, Time now) {
    if (!transport::OutcomesMessage::read(payload, content_))
        fail_damaged(source, Report::outcomes);
    commits_.on_buffered(source, content_.buffered_bytes);
    note_failures(source);
    Actions actions;
    const auto unknown = scheduler_.on_outcomes(static_cast<scheduling::WorkerId>(source),
                                                content_.outcomes, now, actions);
    if (unknown > 0) fail_damaged(source, Report::outcomes);
    for (const auto& outcome : content_.outcomes) {
        run_time_ += outcome.run_time;
        if (!scheduler_.is_final(outcome)) continue;
        commits_.ledger().on_ended(source, outcome, intake_.descriptors().release(outcome.index));
    }
    carry_out(actions);
}

void Orchestrator::on_init_failed(int source, std::string_view payload, Time now) {
    transport::ErrorNote note;
    if (!decode(payload, note)) fail_damaged(source, Report::init_failed);
    failures_.on_init(source, note);
    Actions actions;
    scheduler_.on_init_failed(static_cast<scheduling::WorkerId>(source), now, actions);
    carry_out(actions);
}

void Orchestrator::note_failures(int source) {
    for (const auto& note : content_.notes) {
        const auto& outcome = content_.outcomes[note.outcome];
        const auto mini_batch = describe(outcome.index);
        if (outcome.kind == scheduling::Outcome::Kind::failed) {
            failures_.on_attempt(source, mini_batch, outcome.attempt, note.error);
        } else {
            failures_.on_failed_item(source, mini_batch, outcome.attempt, note.error);
        }
    }
}

std::string Orchestrator::describe(std::uint64_t index) {
    dataset::DescriptorView descriptor;
    auto text = fmt::format("mini-batch {}", index);
    if (dataset::decode(intake_.descriptors().find(index), descriptor)) {
        text += fmt::format(" ({})", dataset::describe(descriptor));
    }
    return text;
}

void Orchestrator::on_recalled(int source, std::string_view payload, Time now) {
    std::uint64_t returned = 0;
    if (!transport::decode_number(payload, returned)) fail_damaged(source, Report::recalled);
    Actions actions;
    scheduler_.on_recalled(static_cast<scheduling::WorkerId>(source), returned, now, actions);
    carry_out(actions);
}

void Orchestrator::on_ready(int source, std::string_view payload, Time now) {
    transport::ReadyMessage message;
    if (!decode(payload, message)) fail_damaged(source, Report::ready);
    if (message.columns.empty() == config::is_table(step_)) fail_damaged(source, Report::ready);
    process_[static_cast<std::size_t>(source)] = message.process;
    const auto rank = fmt::format("rank {} on {}", source, cluster_.node_name(source));
    logger_->debug("{} is ready", rank);
    if (!message.columns.empty()) {
        const auto trouble = commits_.agreement().on_declared(rank, message.columns);
        if (!trouble.empty()) return fail(trouble);
    }
    Actions actions;
    scheduler_.on_worker_ready(static_cast<scheduling::WorkerId>(source), now, actions);
    carry_out(actions);
}

/// A rank was sent the signal: nothing is assigned any more, what is finished is made durable
/// within `grace_seconds`, and the job stops so that the same command goes on.
void Orchestrator::on_interrupted(int source, std::string_view payload, Time now) {
    std::uint64_t number = 0;
    if (!transport::decode_number(payload, number)) fail_damaged(source, Report::interrupted);
    if (ending_.interrupted()) return;
    const auto signal = static_cast<int>(number);
    logger_->warn("{}: nothing is assigned any more", interruption_text(signal));
    ending_.interrupt(signal, now, step_.grace_seconds / 2);
}

void Orchestrator::on_sealed(int source, std::string_view payload) {
    transport::SealedMessage message;
    if (!decode(payload, message)) fail_damaged(source, Report::sealed);
    if (auto orders = commits_.on_sealed(source, message)) write_orders_ = std::move(*orders);
}

/// All have sealed, and the lock was looked at just now.
void Orchestrator::order_to_write(const std::string& trouble) {
    if (!trouble.empty()) return commits_.give_up(trouble);
    for (int rank = 0; rank < endpoint_.size(); ++rank) {
        order(rank, Order::write, encode(write_orders_[static_cast<std::size_t>(rank)]));
    }
}

void Orchestrator::on_written(int source, std::string_view payload) {
    transport::WrittenMessage message;
    if (!decode(payload, message)) fail_damaged(source, Report::written);
    commits_.on_written(source, message);
}

/// Returns whether anything moved.
bool Orchestrator::keep_journal() {
    if (recorder_.busy()) {
        const auto fate = recorder_.poll();
        if (!fate) return false;
        if (!write_orders_.empty()) {
            order_to_write(*fate);
            write_orders_.clear();
        } else {
            on_recorded(*fate);
        }
    }
    if (const auto& failure = commits_.epochs().failure(); failure && failure_.empty()) {
        fail(failure->rank < 0 ? failure->error
                               : fmt::format("the output cannot be written: {} (on {})",
                                             failure->error, cluster_.node_name(failure->rank)));
    }
    if (!write_orders_.empty()) {
        recorder_.check_lock();
        return true;
    }
    auto record = commits_.next_record();
    if (record) recorder_.append(std::move(*record));
    return record.has_value();
}

void Orchestrator::on_recorded(const std::string& error) {
    const auto& epochs = commits_.epochs();
    const auto before = epochs.recorded();
    commits_.on_recorded(error);
    if (epochs.recorded() == before) return;
    logger_->info("epoch {}: {} bytes are durable", epochs.recorded(), epochs.durable_bytes());
}

bool Orchestrator::take_plan(Time now) {
    const bool had_ended = intake_.ended();
    Actions actions;
    const bool took = intake_.take(now, actions);
    const auto& counts = scheduler_.counts();
    if (const auto& failure = intake_.failure()) {
        fail(*failure);
    } else if (intake_.ended() && !had_ended) {
        logger_->info("{} mini-batches with {} items are planned", counts.planned,
                      counts.items_planned);
    }
    carry_out(actions);
    return took;
}

bool Orchestrator::carry_tasks(Time now) {
    bool moved = false;
    while (const auto task = tasks_->next_order(now)) {
        order(task->rank, Order::task, task->payload);
        moved = true;
    }
    if (auto overdue = tasks_->overdue(now, config::progress_limit(step_))) {
        fail(*overdue + " within progress_update_timeout");
    }
    return moved;
}

bool Orchestrator::step(Time now) {
    bool moved = take_plan(now);
    moved |= carry_tasks(now);
    Actions actions;
    scheduler_.on_time(now, actions);
    carry_out(actions);
    moved |= keep_journal();
    advance(now);
    failures_.write(now, finished());
    write_progress(now);
    display_.update(progress(now), now);
    return moved;
}

bool Orchestrator::resolved() const { return scheduler_.finished() && intake_.compared(); }

void Orchestrator::advance(Time now) {
    if (finished()) return;
    while (true) {
        const auto& epochs = commits_.epochs();
        Ending::Facts facts;
        facts.failed = !failure_.empty();
        facts.resolved = resolved();
        facts.held = scheduler_.held_by_all();
        facts.all_stopped = stopped_ == endpoint_.size();
        facts.epoch_due = commits_.due(now);
        facts.anything_open = !commits_.settled();
        facts.busy = !epochs.idle() || recorder_.busy();
        facts.writable = !epochs.failure() && commits_.plan().agrees();
        facts.may_become_writable = !epochs.failure() && !intake_.ended() && failure_.empty();
        switch (ending_.next(facts, now)) {
            case Ending::Step::none:
                if (finished()) display_.finish(progress(now));
                return;
            case Ending::Step::drain:
                scheduler_.halt();
                order_all(Order::recall, UINT64_MAX);
                break;
            case Ending::Step::stop: order_all(Order::stop, 0); break;
            case Ending::Step::kill: order_all(Order::stop, 1); break;
            case Ending::Step::epoch: order_all(Order::epoch, commits_.begin(now)); break;
        }
    }
}

/// The first reason counts.
void Orchestrator::fail(std::string reason) {
    if (!failure_.empty()) return;
    logger_->error("the job fails: {}", reason);
    failure_ = std::move(reason);
}

/// Names those that the job waits for, all of them in the log.
std::string Orchestrator::who_holds_what() {
    std::string named;
    std::size_t holders = 0;
    for (scheduling::WorkerId worker = 0; worker < process_.size(); ++worker) {
        const auto held = scheduler_.held(worker);
        if (held == 0) continue;
        auto holder = fmt::format(
            "rank {} ({} on {}) holds {}", worker, base::process_name(process_[worker]),
            cluster_.node_name(static_cast<int>(worker)), describe(scheduler_.oldest_held(worker)));
        if (held > 1) holder += fmt::format(" and {} more mini-batches", held - 1);
        logger_->error("no progress: {}", holder);
        if (++holders <= kHoldersNamed) named += (holders > 1 ? ", " : "") + holder;
    }
    if (holders > kHoldersNamed)
        named += fmt::format(", and {} other ranks", holders - kHoldersNamed);
    return named;
}

ProgressState Orchestrator::progress(Time now) const {
    return {scheduler_.counts(), scheduler_.planning_done(), now - began_, before_};
}

void Orchestrator::write_progress(Time now) {
    if (now < next_progress_) return;
    logging::replace_file(journal::progress_path(step_.output), to_text(record(now)));
    next_progress_ = now + kProgressFilePause;
}

journal::Progress Orchestrator::record(Time now) const {
    auto record = progress_record(progress(now), step_, started_);
    record.workers = cluster_.workers;
    if (const auto* const first = failures_.first()) {
        record.first_error = {first->text, first->place, first->file};
    }
    return record;
}

JobResult Orchestrator::result(Time now) const {
    JobResult result;
    if (!failure_.empty()) {
        result.status = JobResult::Status::failed;
        result.reason = failure_;
    } else if (!resolved()) {
        result.status = JobResult::Status::stopped;
        result.reason = interruption_text(ending_.interrupted().value_or(0));
    }
    result.counts = scheduler_.counts();
    result.before = before_;
    if (const auto* const first = failures_.first()) result.first_error = *first;
    result.elapsed = now - began_;
    result.run_time = run_time_;
    result.workers = cluster_.workers;
    result.output_bytes = commits_.epochs().durable_bytes();
    result.columns = commits_.agreement().columns();
    return result;
}

void Orchestrator::dismiss(int exit_status) {
    order_all(Order::leave, static_cast<std::uint64_t>(exit_status));
}

}  // namespace parallel_run::orchestrator
