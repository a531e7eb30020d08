// SPDX-License-Identifier: Apache-2.0
#include "worker/agent.hpp"

#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstring>
#include <stdexcept>
#include <utility>
#include <variant>

#include "base/overloaded.hpp"
#include "base/process_name.hpp"
#include "ring/waiting.hpp"
#include "worker/exit_text.hpp"

namespace parallel_run::worker {

using scheduling::Outcome;
using transport::Order;
using transport::Report;

namespace {

using namespace std::chrono_literals;

constexpr int kOrchestrator = 0;

/// How long shutdown() and the end of the process may take.
constexpr auto kShutdownLimit = 10s;

/// Events taken in one step, so that orders and limits are looked at in between.
constexpr int kEventsPerStep = 8192;

std::string seconds_text(std::chrono::nanoseconds duration) {
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), "%g s",
                  std::chrono::duration<double>(duration).count());
    return text.data();
}

[[noreturn]] void fail_damaged(Order order) {
    throw std::runtime_error("an order of the orchestrator is damaged: kind " +
                             std::to_string(static_cast<int>(order)));
}

}  // namespace

Agent::Agent(AgentSettings settings, Spawner& spawner, transport::Endpoint& endpoint,
             output::EpochWriter* writer)
    : settings_(std::move(settings)), spawner_(spawner), endpoint_(endpoint), writer_(writer) {
    if (!settings_.append_row_header.empty()) {
        rows_.add(settings_.append_row_header + "\n");
        rows_.commit();
    }
    if (settings_.has_worker) start_process();
}

std::uint32_t Agent::process_number() const {
    // Every process of a node has a number of its own, without asking the other agents there.
    return static_cast<std::uint32_t>(settings_.local_rank) +
           (processes_started_ - 1) * static_cast<std::uint32_t>(settings_.local_size);
}

std::string Agent::process_name() const { return base::process_name(process_number()); }

void Agent::start_process() {
    ++processes_started_;
    process_ = std::make_unique<WorkerProcess>();
    ready_ = false;
    kill_reason_.clear();
    init_error_.clear();

    SpawnRequest request;
    request.program = settings_.program;
    request.environment = settings_.environment;
    request.working_dir = settings_.setup.working_dir;
    request.stdout_path = settings_.stdout_dir + "/" + process_name() + ".stdout.txt";
    request.stderr_path = settings_.stderr_dir + "/" + process_name() + ".stderr.txt";
    spawner_.spawn(request, process_->segment_fd(), process_->wake_fd());
    alive_ = true;

    auto setup = settings_.setup;
    setup.agent_name = process_name();
    process_->give_setup(setup);
}

void Agent::report(Report report, std::string_view payload) {
    send_outcomes();  // what happened before is told before
    endpoint_.send(kOrchestrator, transport::Party::orchestrator,
                   static_cast<std::uint16_t>(report), payload);
}

void Agent::send_outcomes() {
    if (outcomes_.empty()) return;
    const auto message = outcomes_.take(rows_.finished_bytes());
    endpoint_.send(kOrchestrator, transport::Party::orchestrator,
                   static_cast<std::uint16_t>(Report::outcomes), message);
}

void Agent::on_order(Order order, std::string_view payload) {
    std::uint64_t number = 0;
    if (order == Order::work) return take_work(payload);
    if (order == Order::write) return write(payload);
    if (order == Order::restart) return start_process();
    if (!transport::decode_number(payload, number)) fail_damaged(order);
    switch (order) {
        case Order::recall: return recall(number);
        case Order::epoch: return seal(number);
        case Order::stop: return stop(number != 0);
        case Order::leave: left_ = static_cast<int>(number); return;
        default: fail_damaged(order);
    }
}

void Agent::take_work(std::string_view payload) {
    const bool whole = transport::WorkMessage::read(
        payload, [this](std::uint64_t index, std::uint32_t attempt, std::string_view descriptor) {
            if (ready_) {
                process_->give(index, attempt, descriptor);
            } else {  // the process went away while the order was on its way
                outcomes_.add({index, attempt, Outcome::Kind::returned, 0, 0ns});
            }
        });
    if (!whole) fail_damaged(Order::work);
    if (ready_) process_->pump();
}

void Agent::recall(std::uint64_t count) {
    std::vector<WorkerProcess::Assigned> taken;
    if (ready_) taken = process_->take_back(count);
    return_unstarted(taken);
    report(Report::recalled, transport::encode_number(taken.size()));
}

void Agent::return_unstarted(const std::vector<WorkerProcess::Assigned>& assigned) {
    for (const auto& one : assigned) {
        outcomes_.add({one.index, one.attempt, Outcome::Kind::returned, 0, 0ns});
    }
}

void Agent::seal(std::uint64_t epoch) {
    epoch_ = epoch;
    sealed_ = std::move(spare_);
    rows_.seal(sealed_);
    report(Report::sealed, encode(transport::SealedMessage{epoch, sealed_.size()}));
}

void Agent::write(std::string_view payload) {
    transport::WriteMessage message;
    if (!decode(payload, message) || message.epoch != epoch_ || writer_ == nullptr ||
        message.max_bytes < sealed_.size()) {
        fail_damaged(Order::write);
    }
    writer_->start(message.offset, std::move(sealed_), message.max_bytes);
}

void Agent::stop(bool at_once) {
    stopping_ = true;
    if (!alive_) {
        report(Report::stopped);
    } else if (at_once || !ready_) {
        kill_process("the job is over");
    } else {
        process_->give_shutdown();
    }
}

bool Agent::step(Time now) {
    bool moved = hear_process();
    moved |= hear_spawner();
    moved |= hear_writer();
    if (alive_) process_->pump();
    watch_limits(now);
    send_outcomes();
    return moved;
}

bool Agent::hear_process() {
    if (!process_) return false;
    bool heard = false;
    for (int events = 0; events < kEventsPerStep; ++events) {
        // Rows that wait for an epoch are bounded; meanwhile the process waits for room in its
        // ring.
        if (rows_.finished_bytes() > settings_.max_buffered) break;
        const auto said = process_->listen();
        if (std::holds_alternative<WorkerProcess::Nothing>(said)) break;
        heard = true;
        std::visit(
            base::Overloaded{[](WorkerProcess::Nothing) {},
                             [&](const WorkerProcess::InitDone& done) { on_init_done(done.error); },
                             [&](const WorkerProcess::Rows& part) { rows_.add(part.rows); },
                             [&](const WorkerProcess::Ended& ended) { on_outcome(ended); },
                             [&](WorkerProcess::Damaged) {
                                 kill_process(
                                     "the memory it shares with the engine is damaged; did "
                                     "the script write out of bounds?");
                             }},
            said);
        if (!kill_reason_.empty()) break;
    }
    if (heard) process_->end_listening();
    return heard;
}

void Agent::on_init_done(std::string_view error) {
    if (error.empty()) {
        ready_ = true;
        report(Report::ready);
        return;
    }
    init_error_ = error;  // reported when the process has exited, which it is about to
}

void Agent::on_outcome(const WorkerProcess::Ended& ended) {
    Outcome outcome{ended.head.index, ended.head.attempt, Outcome::Kind::succeeded,
                    ended.head.row_count, std::chrono::nanoseconds(ended.head.run_ns)};
    if (ended.head.succeeded != 0) {
        rows_.add(ended.rows);
        rows_.commit();
    } else {
        outcome.kind = Outcome::Kind::failed;
        rows_.discard();
    }
    outcomes_.add(outcome, {process_number(), ended.error});
}

bool Agent::hear_spawner() {
    const auto event = spawner_.poll();
    if (!event) return false;
    if (event->kind == SpawnerEvent::Kind::exited) on_exit(*event);
    if (event->kind == SpawnerEvent::Kind::start_failed) on_start_failed(event->error);
    return true;
}

void Agent::on_start_failed(int error) {
    lose_process("cannot start " + settings_.program + ": " + std::strerror(error));
}

void Agent::on_exit(const SpawnerEvent& event) {
    if (kill_reason_.empty()) {
        while (hear_process()) {
        }  // what it said before it went still counts
    }
    auto why = process_name() + " " + exit_text(event.status);
    if (!kill_reason_.empty()) why = process_name() + " was killed: " + kill_reason_;
    lose_process(init_error_.empty() ? why : init_error_);
}

void Agent::lose_process(const std::string& why) {
    alive_ = false;
    rows_.discard();
    const auto remains = process_->remains();
    if (remains.started) {
        // A process that we stop because the job is over did nothing wrong.
        const auto kind = stopping_ ? Outcome::Kind::returned : Outcome::Kind::failed;
        outcomes_.add({remains.started->index, remains.started->attempt, kind, 0, 0ns},
                      {process_number(), why});
    }
    return_unstarted(remains.not_started);
    const bool was_ready = std::exchange(ready_, false);
    if (stopping_) {
        report(Report::stopped);
    } else if (was_ready) {
        report(Report::unavailable);
        start_process();
    } else {
        report(Report::init_failed, encode(transport::ErrorNote{process_number(), why}));
    }
}

void Agent::kill_process(std::string why) {
    if (!alive_ || !kill_reason_.empty()) return;
    kill_reason_ = std::move(why);
    spawner_.kill_process();
}

void Agent::watch_limits(Time now) {
    if (!alive_) return;
    if (stopping_ && !stop_deadline_) stop_deadline_ = now + kShutdownLimit;
    if (stop_deadline_ && now > *stop_deadline_) kill_process("it did not end after shutdown()");
    const Time began(process_->header().call_began_ns.load(std::memory_order_acquire));
    if (began == 0ns || now - began <= settings_.run_invocation_timeout) return;
    kill_process("run() took longer than run_invocation_timeout = " +
                 seconds_text(settings_.run_invocation_timeout) +
                 "; raise that option if it needs more");
}

bool Agent::hear_writer() {
    if (writer_ == nullptr) return false;
    auto written = writer_->poll();
    if (!written) return false;
    spare_ = std::move(written->block);
    report(Report::written, encode(transport::WrittenMessage{epoch_, written->error}));
    return true;
}

void Agent::add_poll_fds(std::vector<pollfd>& fds) const {
    fds.push_back({spawner_.fd(), POLLIN, 0});
    if (process_) fds.push_back({process_->wake_fd(), POLLIN, 0});
    if (writer_ != nullptr) fds.push_back({writer_->wake_fd(), POLLIN, 0});
}

bool Agent::announce_sleep() {
    if (!process_) return true;
    // Only a process without work, or one about to be, wakes us for an event; others are looked at
    // when the loop comes round.
    return !ring::announce_agent_sleep(process_->header(),
                                       [this] { return !busy() && !process_->silent(); });
}

void Agent::end_sleep() {
    if (!process_) return;
    ring::end_agent_sleep(process_->header());
    std::uint64_t count = 0;
    [[maybe_unused]] const auto got = ::read(process_->wake_fd(), &count, sizeof count);
}

}  // namespace parallel_run::worker
