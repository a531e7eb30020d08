// SPDX-License-Identifier: Apache-2.0
#include "entry_host/worker_loop.hpp"

#include <fcntl.h>

#include <chrono>
#include <cstdio>
#include <cstring>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "dataset/descriptor.hpp"
#include "entry_host/script.hpp"
#include "entry_host/worker_logs.hpp"
#include "ring/messages.hpp"
#include "ring/segment.hpp"
#include "ring/waiting.hpp"

namespace parallel_run::entry_host {

namespace {

using namespace std::chrono_literals;
using ring::Command;
using ring::Event;

/// Rows gathered before they are handed over; a mini-batch with fewer costs one event.
constexpr std::size_t kRowBlock = 64 << 10;

/// Of an error's text that travels to the orchestrator; the error log has all of it.
constexpr std::size_t kMaxErrorText = 4 << 10;

/// How long to sleep without being woken: only a safeguard.
constexpr auto kLongestSleep = 1000ms;

std::uint64_t monotonic_ns() {
    return static_cast<std::uint64_t>(std::chrono::steady_clock::now().time_since_epoch().count());
}

std::string text_of(const ScriptError& error) {
    auto text = error.type.empty() ? error.message : error.type + ": " + error.message;
    text.resize(std::min(text.size(), kMaxErrorText));
    return text;
}

class WorkerLoop : public Listener {
public:
    explicit WorkerLoop(ring::Segment segment)
        : segment_(std::move(segment)),
          commands_(segment_.command_consumer()),
          events_(segment_.event_producer()) {}

    int run() {
        ring::Record record;
        while (!exit_status_) {
            switch (commands_.peek(record)) {
                case ring::Consumer::Status::corrupt: return 2;
                case ring::Consumer::Status::empty: sleep(); continue;
                case ring::Consumer::Status::record: take(record);
            }
        }
        return *exit_status_;
    }

    void log(std::int32_t level, std::string_view text) override { logs_->log(level, text); }
    void metric(std::string_view name, double value) override { logs_->metric(name, value); }
    void row(std::string_view row) override {
        if (!setup_.keep_rows) return;
        rows_.append(row).push_back('\n');
        if (rows_.size() >= kRowBlock) send_rows();
    }
    void failed_item(std::uint64_t item, std::string_view reason) override {
        const bool known = item < descriptor_.files.size();
        logs_->failed_item(known ? descriptor_.files[item] : "item " + std::to_string(item),
                           reason);
    }

private:
    void sleep() {
        ring::wake_agent(segment_.header(), ring::kAgentWakeFd);
        ring::wait_in_process(segment_.header(), kLongestSleep,
                              [this] { return !commands_.empty(); });
    }

    /// A command may come in several records; only one that is a single record can be revoked.
    void take(const ring::Record& record) {
        if (record.more || !partial_.empty()) {
            partial_.append(record.payload);
            const bool last = !record.more;
            const auto kind = static_cast<Command>(record.kind);
            commands_.release();
            if (!last) return;
            obey(kind, partial_);
            partial_.clear();
            return;
        }
        if (commands_.claim(record)) {
            if (commands_.at_last()) ring::wake_agent(segment_.header(), ring::kAgentWakeFd);
            obey(static_cast<Command>(record.kind), record.payload);
        }
        commands_.release();
    }

    void obey(Command command, std::string_view payload) {
        switch (command) {
            case Command::setup: return set_up(payload);
            case Command::mini_batch: return run_mini_batch(payload);
            case Command::shutdown: return shut_down();
        }
        exit_status_ = 2;
    }

    void set_up(std::string_view payload) {
        if (!decode(payload, setup_)) {
            exit_status_ = 2;
            return;
        }
        const auto file = "/" + setup_.agent_name;
        logs_.emplace(setup_.entry_script_log_dir + file + ".log.txt",
                      setup_.error_dir + file + ".txt", setup_.lowest_log_level);
        auto loaded = Script::load(setup_.script);
        std::optional<ScriptError> error;
        if (loaded) {
            script_.emplace(std::move(loaded.value()));
            error = script_->init({setup_.output_dir, setup_.entry_script_log_dir,
                                   setup_.working_dir, setup_.agent_name, setup_.worker_index,
                                   setup_.gpu_index, setup_.arguments, setup_.side_inputs},
                                  *this);
        } else {
            error = ScriptError{{}, loaded.error()};
        }
        if (error) logs_->error("init", *error);
        send(Event::init_done, {}, error ? "init: " + text_of(*error) : "");
        ring::wake_agent(segment_.header(), ring::kAgentWakeFd);
        if (error) exit_status_ = 1;
    }

    void run_mini_batch(std::string_view payload) {
        ring::MiniBatchHead head;
        if (payload.size() < sizeof head || !script_) {
            exit_status_ = 2;
            return;
        }
        std::memcpy(&head, payload.data(), sizeof head);
        if (!dataset::decode(payload.substr(sizeof head), descriptor_) ||
            descriptor_.input >= setup_.input_names.size()) {
            exit_status_ = 2;
            return;
        }
        logs_->set_mini_batch(head.index, head.attempt);
        end_paths_with_zero();
        parallel_run_mini_batch mini_batch{};
        mini_batch.size = sizeof mini_batch;
        mini_batch.attempt = head.attempt;
        mini_batch.index = head.index;
        mini_batch.input_name = setup_.input_names[descriptor_.input].c_str();
        mini_batch.file_count = paths_.size();
        mini_batch.files = paths_.data();

        const auto began = monotonic_ns();
        auto& call_began = segment_.header().call_began_ns;
        call_began.store(began, std::memory_order_release);
        const auto outcome = script_->run(mini_batch);
        call_began.store(0, std::memory_order_release);
        send_outcome(head, outcome, monotonic_ns() - began);
    }

    void end_paths_with_zero() {
        path_bytes_.clear();
        for (const auto path : descriptor_.files) path_bytes_.append(path).push_back('\0');
        paths_.clear();
        const auto* next = path_bytes_.data();
        for (const auto path : descriptor_.files) {
            paths_.push_back(next);
            next += path.size() + 1;
        }
    }

    void send_outcome(const ring::MiniBatchHead& head, const RunOutcome& outcome,
                      std::uint64_t run_ns) {
        std::string error;
        if (!outcome.succeeded) {
            logs_->error("run", outcome.error);
            error = text_of(outcome.error);
            rows_.clear();
        }
        if (rows_.size() > kRowBlock) send_rows();
        const ring::OutcomeHead ended{head.index,
                                      outcome.rows,
                                      run_ns,
                                      head.attempt,
                                      outcome.succeeded ? 1U : 0U,
                                      static_cast<std::uint32_t>(rows_.size()),
                                      static_cast<std::uint32_t>(error.size())};
        rows_.append(error);
        send(Event::outcome, {reinterpret_cast<const char*>(&ended), sizeof ended}, rows_);
        rows_.clear();
        if (events_.bytes_waiting() > events_.capacity() / 2) {
            ring::wake_agent(segment_.header(), ring::kAgentWakeFd);
        }
    }

    void send_rows() {
        std::string_view rest = rows_;
        while (!rest.empty()) {
            const auto piece = rest.substr(0, kRowBlock);
            send(Event::rows, {}, piece);
            rest.remove_prefix(piece.size());
        }
        rows_.clear();
    }

    /// Waits for room if need be: the agent decides how much may be on its way.
    void send(Event event, std::string_view head, std::string_view body) {
        const auto kind = static_cast<std::uint16_t>(event);
        while (!events_.try_push(kind, false, head, body)) {
            ring::wake_agent(segment_.header(), ring::kAgentWakeFd);
            const auto room = head.size() + body.size() + sizeof(ring::RecordHeader);
            ring::wait_in_process(segment_.header(), 10ms, [&] {
                return events_.capacity() - events_.bytes_waiting() > 2 * room;
            });
        }
    }

    void shut_down() {
        if (script_) {
            if (const auto error = script_->shutdown()) logs_->error("shutdown", *error);
        }
        exit_status_ = 0;
    }

    ring::Segment segment_;
    ring::Consumer commands_;
    ring::Producer events_;
    ring::Setup setup_;
    std::optional<WorkerLogs> logs_;
    std::optional<Script> script_;
    std::optional<int> exit_status_;
    std::string partial_;  ///< of a command in several records
    std::string rows_;     ///< of the mini-batch in progress, not handed over yet
    // Of the mini-batch in progress; kept for their capacity.
    dataset::DescriptorView descriptor_;
    std::string path_bytes_;
    std::vector<const char*> paths_;
};

}  // namespace

int run_worker_loop() {
    ::fcntl(ring::kSegmentFd, F_SETFD, FD_CLOEXEC);
    ::fcntl(ring::kAgentWakeFd, F_SETFD, FD_CLOEXEC);
    auto segment = ring::Segment::open(base::UniqueFd(ring::kSegmentFd));
    if (!segment) {
        std::fprintf(stderr,
                     "parallel-run-worker: %s; this program is started by parallel-run run\n",
                     segment.error().c_str());
        return 2;
    }
    return WorkerLoop(std::move(segment.value())).run();
}

}  // namespace parallel_run::entry_host
