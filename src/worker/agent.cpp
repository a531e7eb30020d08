// SPDX-License-Identifier: Apache-2.0
#include "worker/agent.hpp"

#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstring>
#include <stdexcept>
#include <utility>
#include <variant>

#include "base/error.hpp"
#include "base/overloaded.hpp"
#include "base/process_name.hpp"
#include "ring/waiting.hpp"
#include "worker/exit_text.hpp"
#include "worker/fault_text.hpp"

namespace parallel_run::worker {

using scheduling::Outcome;
using transport::Order;
using transport::Report;

namespace {

using namespace std::chrono_literals;

constexpr int kOrchestrator = 0;

constexpr auto kJobIsOver = "the job is over";
constexpr auto kDamagedRows =
    "its rows are not whole records: did the script write over the memory it shares with the "
    "engine?";

/// How long shutdown() and the end of the process may take.
constexpr auto kShutdownLimit = 10s;

/// How often the oldest mini-batch of a lost process is believed not to have begun.
constexpr int kBeliefs = 8;

/// Memory for rows of a mini-batch in progress, on top of finished ones; more are kept on disk.
constexpr std::uint64_t kMemoryInProgress = 64 << 20;

/// Events taken in one step, so that orders and limits are looked at in between.
constexpr int kEventsPerStep = 8192;

/// More events than this in one step: each mini-batch takes some microseconds at most.
constexpr int kManyEvents = 64;

[[noreturn]] void fail_damaged(Order order) {
    throw std::runtime_error("an order of the orchestrator is damaged: kind " +
                             std::to_string(static_cast<int>(order)));
}

}  // namespace

Agent::Agent(AgentSettings settings, Spawner& spawner, transport::Endpoint& endpoint,
             output::EpochWriter* writer)
    : settings_(std::move(settings)),
      spawner_(spawner),
      endpoint_(endpoint),
      writer_(writer),
      errors_(settings_.setup.error_dir, settings_.program),
      rows_(settings_.setup.output_dir, settings_.max_buffered + kMemoryInProgress),
      tasks_(settings_.setup.formats) {
    if (!settings_.append_row_header.empty()) {
        if (!rows_.add(settings_.append_row_header + "\n")) fail_without_room();
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
    errors_.begin_process(process_name());
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
    if (order == Order::task) {
        if (!tasks_.start(payload)) fail_damaged(order);
        return;
    }
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
    if (!decode(payload, message) || message.epoch != epoch_ || writer_ == nullptr) {
        fail_damaged(Order::write);
    }
    writer_->start(message.offset, std::move(sealed_));
}

void Agent::on_signal(int number) {
    report(Report::interrupted, transport::encode_number(static_cast<std::uint64_t>(number)));
}

void Agent::stop(bool at_once) {
    const bool first = !std::exchange(stopping_, true);
    if (!alive_) {
        if (first) report(Report::stopped);
    } else if (at_once || !ready_) {
        kill_process(kJobIsOver);
    } else {
        process_->give_shutdown();
    }
}

bool Agent::step(Time now) {
    bool moved = hear_process(settings_.max_buffered);
    moved |= hear_spawner();
    moved |= hear_writer();
    moved |= hear_tasks();
    if (alive_) process_->pump();
    watch_limits(now);
    send_outcomes();
    return moved;
}

bool Agent::hear_process(std::uint64_t max_buffered) {
    heard_ = 0;
    if (!process_) return false;
    for (; heard_ < kEventsPerStep; ++heard_) {
        // Rows that wait for an epoch are bounded; meanwhile the process waits for room in its
        // ring.
        if (rows_.finished_bytes() > max_buffered) break;
        auto said = process_->listen();
        if (std::holds_alternative<WorkerProcess::Nothing>(said)) break;
        std::visit(
            base::Overloaded{
                [](WorkerProcess::Nothing) {},
                [&](const WorkerProcess::InitDone& done) { on_init_done(done.error); },
                [&](const WorkerProcess::Rows& part) {
                    if (!rows_.add(part.rows)) fail_without_room();
                },
                [&](const WorkerProcess::Ended& ended) { on_outcome(ended); },
                [&](const WorkerProcess::Error& error) { errors_.tell(error.report); },
                [&](WorkerProcess::Declared& declared) {
                    if (!ready_) columns_ = std::move(declared.columns);
                },
                [&](const WorkerProcess::Modules& modules) { errors_.set_modules(modules.lines); },
                [&](WorkerProcess::Damaged) {
                    kill_process(
                        "the memory it shares with the engine is damaged; did "
                        "the script write out of bounds?");
                }},
            said);
        if (!kill_reason_.empty()) break;
    }
    if (heard_ > 0) process_->end_listening();
    return heard_ > 0;
}

void Agent::on_init_done(std::string_view error) {
    if (error.empty()) {
        ready_ = true;
        report(Report::ready, encode(transport::ReadyMessage{process_number(), columns_}));
        return;
    }
    init_error_ = error;  // reported when the process has exited, which it is about to
}

void Agent::on_outcome(const WorkerProcess::Ended& ended) {
    Outcome outcome{ended.head.index,
                    ended.head.attempt,
                    Outcome::Kind::succeeded,
                    ended.head.row_count,
                    std::chrono::nanoseconds(ended.head.run_ns),
                    ended.head.items};
    std::string_view error = ended.error;
    if (ended.head.succeeded != 0 && !has_whole_rows(ended)) {
        outcome.kind = Outcome::Kind::failed;
        error = kDamagedRows;
        rows_.discard();
    } else if (ended.head.succeeded != 0) {
        if (!rows_.add(ended.rows)) fail_without_room();
        rows_.commit();
    } else {
        outcome.kind = Outcome::Kind::failed;
        rows_.discard();
    }
    outcomes_.add(outcome, {process_number(), error});
}

/// One that is cut would shift all that come after it in the file.
bool Agent::has_whole_rows(const WorkerProcess::Ended& ended) const {
    if (columns_.empty()) return true;
    const auto bytes = rows_.bytes() - rows_.finished_bytes() + ended.rows.size();
    const auto row = schema::row_bytes(columns_);
    return bytes % row == 0 && bytes / row == ended.head.row_count;
}

bool Agent::hear_spawner() {
    const auto event = spawner_.poll();
    if (!event) return false;
    if (event->kind == SpawnerEvent::Kind::exited) on_exit(*event);
    if (event->kind == SpawnerEvent::Kind::start_failed) on_start_failed(*event);
    return true;
}

void Agent::on_start_failed(const SpawnerEvent& event) {
    lose_process(start_failure_text(event, settings_.program));
}

void Agent::on_exit(const SpawnerEvent& event) {
    auto why = process_name() + " " +
               (kill_reason_.empty() ? exit_text(event) : "was killed: " + kill_reason_);
    const auto uncaught = uncaught_text(process_->last_words());
    if (!uncaught.empty()) why += ": nobody caught " + uncaught;
    // What it said before it went still counts, however many rows wait already; not what it said
    // after we lost patience, nor what comes after a damage.
    while (kill_reason_.empty() && hear_process(UINT64_MAX)) {
    }
    // What init() failed of is told already, and that we stop a process is no error of its own.
    const bool ended_as_told = stopping_ && (kill_reason_ == kJobIsOver || event.status == 0);
    lose_process(init_error_.empty() ? why : init_error_, init_error_.empty() && !ended_as_told);
}

void Agent::lose_process(const std::string& why, bool is_error) {
    alive_ = false;
    rows_.discard();
    auto remains = process_->remains();
    doubt(remains);
    if (is_error) log_loss(remains.started, why);
    const bool was_ready = std::exchange(ready_, false);
    // First, so that what comes back is not given to us again.
    if (was_ready && !stopping_) report(Report::unavailable);
    if (remains.started) {
        // A process that we stop because the job is over did nothing wrong.
        const auto kind = stopping_ ? Outcome::Kind::returned : Outcome::Kind::failed;
        outcomes_.add({remains.started->index, remains.started->attempt, kind, 0, 0ns,
                       process_->items_in_progress()},
                      {process_number(), why});
    }
    return_unstarted(remains.not_started);
    if (stopping_) {
        report(Report::stopped);
    } else if (was_ready) {
        start_process();
    } else {
        report(Report::init_failed, encode(transport::ErrorNote{process_number(), why}));
    }
}

/// A script that writes over its memory can make the mini-batch it runs look as if it had not
/// begun, and one before it as if it had not ended. We believe that so many times of each, which
/// lets an innocent one get away from its neighbour, and none end processes for ever.
void Agent::doubt(WorkerProcess::Remains& remains) {
    if (stopping_ || remains.started || remains.not_started.empty()) return;
    const auto& oldest = remains.not_started.back();
    if (++believed_[oldest.index] <= kBeliefs) return;
    remains.started = oldest;
    remains.not_started.pop_back();
}

/// In the file of the process's own errors, of which this is the last.
void Agent::log_loss(const std::optional<WorkerProcess::Assigned>& started,
                     const std::string& why) {
    auto place = std::string(stopping_ ? "shutdown" : ready_ ? "idle" : "init");
    if (started) {
        place = "mini-batch " + std::to_string(started->index) + " attempt " +
                std::to_string(started->attempt);
    }
    errors_.tell_loss(place, why, process_->last_words());
}

void Agent::kill_process(std::string why) {
    if (!alive_ || !kill_reason_.empty()) return;
    kill_reason_ = std::move(why);
    spawner_.kill_process();
}

/// Not an attempt's failure: the next one would fare no better, and the mini-batch would be given
/// up although the script did its work.
void Agent::fail_without_room() const {
    throw base::EnvironmentError("there is no room for the rows of a mini-batch: " + rows_.error() +
                                 "; make room there, or return less from one run(). The same "
                                 "command, without overwrite, goes on");
}

void Agent::end_process(std::string why) {
    if (!alive_ || !kill_reason_.empty()) return;
    kill_reason_ = std::move(why);
    spawner_.end_process();
}

void Agent::watch_limits(Time now) {
    if (!alive_) return;
    if (stopping_ && !stop_deadline_) stop_deadline_ = now + kShutdownLimit;
    if (stop_deadline_ && now > *stop_deadline_) end_process("it did not end after shutdown()");
    if (stopping_) return;
    watch_mini_batch(now);
}

void Agent::watch_mini_batch(Time now) {
    const bool has_work = ready_ && process_->held() > 0;
    // While finished rows wait for an epoch the process waits for us.
    const bool in_its_hands = has_work && rows_.finished_bytes() <= settings_.max_buffered;
    if (!in_its_hands || heard_ > 0 || !oldest_since_) oldest_since_ = now;
    const auto& header = process_->header();
    const CallLimits::Said said{header.phase.load(std::memory_order_relaxed),
                                Time(header.phase_began_ns.load(std::memory_order_acquire))};
    const auto why =
        settings_.limits.exceeded(said, in_its_hands ? oldest_since_ : std::nullopt, now);
    if (why) end_process(*why);
}

bool Agent::hear_writer() {
    if (writer_ == nullptr) return false;
    auto written = writer_->poll();
    if (!written) return false;
    spare_ = std::move(written->block);
    report(Report::written,
           encode(transport::WrittenMessage{epoch_, written->checksum, written->error}));
    return true;
}

bool Agent::hear_tasks() {
    const auto answer = tasks_.poll();
    if (answer) report(Report::task_done, encode(*answer));
    return answer.has_value();
}

Agent::Pace Agent::pace() const {
    if (!ready_ || process_->held() == 0 || process_->holds_back()) return Pace::waiting;
    return heard_ > kManyEvents ? Pace::rushing : Pace::working;
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
    return !ring::announce_agent_sleep(
        process_->header(), [this] { return pace() == Pace::waiting && !process_->silent(); });
}

void Agent::end_sleep() {
    if (!process_) return;
    ring::end_agent_sleep(process_->header());
    std::uint64_t count = 0;
    [[maybe_unused]] const auto got = ::read(process_->wake_fd(), &count, sizeof count);
}

}  // namespace parallel_run::worker
