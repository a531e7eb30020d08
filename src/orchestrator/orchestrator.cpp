// SPDX-License-Identifier: Apache-2.0
#include "orchestrator/orchestrator.hpp"

#include <stdexcept>
#include <utility>
#include <variant>

#include <fmt/format.h>

#include "base/overloaded.hpp"
#include "base/process_name.hpp"
#include "dataset/descriptor.hpp"
#include "logging/log_tree.hpp"

namespace parallel_run::orchestrator {

using scheduling::AbortReason;
using scheduling::Actions;
using transport::Order;
using transport::Report;

namespace {

using namespace std::chrono_literals;

/// Descriptors that may be planned ahead of the work; more make the total known earlier.
constexpr std::uint64_t kMaxPlannedAhead = 256ULL << 20;

/// Between two writes of user/error.txt.
constexpr auto kErrorFilePause = 5s;

constexpr std::size_t kMaxWorkMessage = 1 << 20;

scheduling::Policy policy_of(const config::Step& step, const Cluster& cluster) {
    scheduling::Policy policy;
    policy.run_max_try = step.run_max_try;
    policy.error_threshold = step.error_threshold;
    policy.allowed_failed_count = step.allowed_failed_count;
    policy.allowed_failed_percent = step.allowed_failed_percent;
    policy.init_limit = config::init_limit(step);
    policy.progress_limit = config::progress_limit(step);
    policy.needs_a_succeeded_item = step.output_action == config::OutputAction::append_row;
    const auto nodes = static_cast<std::uint32_t>(cluster.node_names.size());
    policy.process_count_per_node = (cluster.workers + nodes - 1) / nodes;
    return policy;
}

[[noreturn]] void fail_damaged(int source, Report report) {
    throw std::runtime_error(
        fmt::format("a report of rank {} is damaged: kind {}", source, static_cast<int>(report)));
}

}  // namespace

Orchestrator::Orchestrator(const config::Step& step, const Cluster& cluster,
                           transport::Endpoint& endpoint, dataset::Plan plan,
                           ProgressDisplay& display, std::shared_ptr<spdlog::logger> logger,
                           Time now)
    : step_(step),
      cluster_(cluster),
      endpoint_(endpoint),
      display_(display),
      logger_(std::move(logger)),
      planner_(std::move(plan), kMaxPlannedAhead),
      scheduler_(policy_of(step, cluster), cluster.node_of, now),
      epochs_(endpoint.size(), step.flush_bytes, step.flush_interval, now),
      began_(now),
      first_task_deadline_(now + step.first_task_creation_timeout) {
    logger_->info("{} ranks on {} nodes, {} workers", endpoint.size(), cluster.node_names.size(),
                  cluster.workers);
    if (step.dedicated_orchestrator) scheduler_.on_no_worker(0);
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
    if (phase_ != Phase::running || !failure_.empty()) return;
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
                [&](const Abort& a) { fail(abort_text(a.reason)); }},
            action);
    }
}

void Orchestrator::assign(const scheduling::Assign& assign) {
    const auto& work = assign.work;
    const auto rank = static_cast<int>(assign.worker);
    transport::WorkMessage::begin(work_, work.first, work.attempt);
    for (auto index = work.first; index < work.end(); ++index) {
        transport::WorkMessage::add(work_, store_.find(index));
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
        case Report::ready:
            logger_->debug("rank {} on {} is ready", source, cluster_.node_name(source));
            scheduler_.on_worker_ready(worker, now, actions);
            break;
        case Report::unavailable: scheduler_.on_worker_unavailable(worker, now); break;
        case Report::init_failed: return on_init_failed(source, payload, now);
        case Report::stopped: ++stopped_; break;
        default: fail_damaged(source, report);
    }
    carry_out(actions);
}

void Orchestrator::on_outcomes(int source, std::string_view payload, Time now) {
    if (!transport::OutcomesMessage::read(payload, content_))
        fail_damaged(source, Report::outcomes);
    epochs_.on_buffered(source, content_.buffered_bytes);
    note_errors(source);
    Actions actions;
    const auto unknown = scheduler_.on_outcomes(static_cast<scheduling::WorkerId>(source),
                                                content_.outcomes, now, actions);
    if (unknown > 0) fail_damaged(source, Report::outcomes);
    for (const auto& outcome : content_.outcomes) {
        run_time_ += outcome.run_time;
        if (scheduler_.is_final(outcome)) store_.release(outcome.index);
    }
    carry_out(actions);
}

void Orchestrator::on_init_failed(int source, std::string_view payload, Time now) {
    transport::ErrorNote note;
    if (!decode(payload, note)) fail_damaged(source, Report::init_failed);
    const auto& node = cluster_.node_name(source);
    const auto place = fmt::format("init() in {} on {}", base::process_name(note.process), node);
    logger_->warn("{} failed: {}", place, note.text);
    errors_.add(note.text, place, logging::LogTree(step_.logs).process_errors(node, note.process));
    Actions actions;
    scheduler_.on_init_failed(static_cast<scheduling::WorkerId>(source), now, actions);
    carry_out(actions);
}

void Orchestrator::note_errors(int source) {
    if (content_.errors.empty()) return;
    const logging::LogTree logs(step_.logs);
    const auto& node = cluster_.node_name(source);
    auto note = content_.errors.begin();
    for (const auto& outcome : content_.outcomes) {
        if (outcome.kind != scheduling::Outcome::Kind::failed) continue;
        const auto place = fmt::format("{}, attempt {} in {} on {}", describe(outcome.index),
                                       outcome.attempt, base::process_name(note->process), node);
        logger_->warn("{} failed: {}", place, note->text);
        errors_.add(note->text, place, logs.process_errors(node, note->process));
        ++note;
    }
}

void Orchestrator::write_errors(Time now) {
    if (errors_.total() == errors_written_ || (now < next_error_file_ && phase_ != Phase::done))
        return;
    logging::replace_file(logging::LogTree(step_.logs).errors(), errors_.lines());
    errors_written_ = errors_.total();
    next_error_file_ = now + kErrorFilePause;
}

std::string Orchestrator::describe(std::uint64_t index) {
    dataset::DescriptorView descriptor;
    auto text = fmt::format("mini-batch {}", index);
    if (dataset::decode(store_.find(index), descriptor) && !descriptor.files.empty()) {
        text += fmt::format(" ({}", descriptor.files.front());
        if (descriptor.files.size() > 1)
            text += fmt::format(" and {} more", descriptor.files.size() - 1);
        text += ")";
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

void Orchestrator::on_sealed(int source, std::string_view payload) {
    transport::SealedMessage message;
    if (!decode(payload, message)) fail_damaged(source, Report::sealed);
    const auto orders = epochs_.on_sealed(source, message);
    if (!orders) return;
    for (int rank = 0; rank < endpoint_.size(); ++rank) {
        order(rank, Order::write, encode((*orders)[static_cast<std::size_t>(rank)]));
    }
}

void Orchestrator::on_written(int source, std::string_view payload) {
    transport::WrittenMessage message;
    if (!decode(payload, message)) fail_damaged(source, Report::written);
    epochs_.on_written(source, message);
    if (!epochs_.idle()) return;
    if (const auto& failure = epochs_.failure()) {
        fail(fmt::format("the output cannot be written: {} (on {})", failure->error,
                         cluster_.node_name(failure->rank)));
    } else {
        logger_->info("epoch {}: {} bytes are durable", epochs_.completed(),
                      epochs_.durable_bytes());
    }
}

bool Orchestrator::take_plan(Time now) {
    if (planning_reported_) return false;
    Actions actions;
    bool took = false;
    while (auto chunk = planner_.take()) {
        took = true;
        auto index = chunk->first_index;
        const auto items = chunk->items;
        store_.add(std::move(*chunk));
        for (std::size_t begin = 0; begin < items.size();) {
            auto end = begin + 1;
            while (end < items.size() && items[end] == items[begin]) ++end;
            scheduler_.on_planned({index, end - begin, items[begin]}, now, actions);
            index += end - begin;
            begin = end;
        }
    }
    if (planner_.finished()) {
        planning_reported_ = true;
        if (const auto error = planner_.error()) {
            fail("the input cannot be listed: " + *error);
        } else {
            scheduler_.on_planning_done(now, actions);
            logger_->info("{} mini-batches with {} items are planned", scheduler_.counts().planned,
                          scheduler_.counts().items_planned);
        }
    } else if (scheduler_.counts().planned == 0 && now > first_task_deadline_) {
        fail(
            "listing the input gave no mini-batch within first_task_creation_timeout; raise it, or "
            "give the input as a list of files");
    }
    carry_out(actions);
    return took;
}

bool Orchestrator::step(Time now) {
    const bool moved = take_plan(now);
    Actions actions;
    scheduler_.on_time(now, actions);
    carry_out(actions);
    advance(now);
    write_errors(now);
    display_.update(progress(now), now);
    return moved;
}

bool Orchestrator::over() const { return !failure_.empty() || scheduler_.finished(); }

void Orchestrator::advance(Time now) {
    const auto before = phase_;
    if (phase_ == Phase::running && over()) {
        order_all(Order::stop, failure_.empty() ? 0 : 1);
        phase_ = Phase::stopping;
    }
    if (phase_ == Phase::stopping && stopped_ == endpoint_.size() && epochs_.idle()) {
        const bool write = step_.output_action == config::OutputAction::append_row;
        phase_ = write && !epochs_.failure() ? Phase::flushing : Phase::done;
    }
    if (phase_ == Phase::flushing && epochs_.idle()) {
        if (final_epoch_called_) {
            phase_ = Phase::done;
        } else {
            final_epoch_called_ = true;
            order_all(Order::epoch, epochs_.begin(now));
        }
    } else if (phase_ == Phase::running && epochs_.due(now)) {
        order_all(Order::epoch, epochs_.begin(now));
    }
    if (before != phase_ && phase_ == Phase::done) display_.finish(progress(now));
}

void Orchestrator::fail(std::string reason) {
    logger_->error("the job fails: {}", reason);
    if (failure_.empty()) failure_ = std::move(reason);
}

std::string Orchestrator::abort_text(AbortReason reason) const {
    const auto& counts = scheduler_.counts();
    switch (reason) {
        case AbortReason::error_threshold:
            return fmt::format("{} failed items are more than error_threshold = {}",
                               counts.items_failed, step_.error_threshold);
        case AbortReason::allowed_failed_count:
            return fmt::format("{} failed mini-batches are more than allowed_failed_count = {}",
                               counts.failed, step_.allowed_failed_count);
        case AbortReason::allowed_failed_percent:
            return fmt::format(
                "{} of {} mini-batches failed, more than allowed_failed_percent = {:g}",
                counts.failed, counts.planned, step_.allowed_failed_percent);
        case AbortReason::no_item_succeeded:
            return fmt::format("not one of {} items succeeded", counts.items_planned);
        case AbortReason::init_failed:
            return fmt::format("init() failed {} times", counts.init_failures);
        case AbortReason::init_stuck:
            return "every worker has been in init() for more than 3 * run_invocation_timeout + 30 "
                   "s; "
                   "raise run_invocation_timeout if init() needs longer";
        case AbortReason::no_progress:
            return "no mini-batch started or ended within progress_update_timeout";
    }
    return "unknown";
}

ProgressState Orchestrator::progress(Time now) const {
    return {scheduler_.counts(), scheduler_.planning_done(), now - began_};
}

JobResult Orchestrator::result(Time now) const {
    JobResult result;
    result.completed = failure_.empty();
    result.reason = failure_;
    result.counts = scheduler_.counts();
    if (const auto* const first = errors_.first()) result.first_error = *first;
    result.elapsed = now - began_;
    result.run_time = run_time_;
    result.workers = cluster_.workers;
    result.output_bytes = epochs_.durable_bytes();
    return result;
}

void Orchestrator::dismiss(int exit_status) {
    order_all(Order::leave, static_cast<std::uint64_t>(exit_status));
}

}  // namespace parallel_run::orchestrator
