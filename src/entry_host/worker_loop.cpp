// SPDX-License-Identifier: Apache-2.0
#include "entry_host/worker_loop.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/codec.hpp"
#include "entry_host/forked_child.hpp"
#include "entry_host/last_words_writer.hpp"
#include "entry_host/mini_batch_input.hpp"
#include "entry_host/module_list.hpp"
#include "entry_host/script.hpp"
#include "entry_host/throw_stacks.hpp"
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

/// Of an error's text that travels to the orchestrator, and of that in the error log.
constexpr std::size_t kMaxErrorText = 4 << 10;
constexpr std::size_t kMaxLoggedText = 64 << 10;

/// How long to sleep without being woken: only a safeguard.
constexpr auto kLongestSleep = 1000ms;

std::uint64_t monotonic_ns() {
    return static_cast<std::uint64_t>(std::chrono::steady_clock::now().time_since_epoch().count());
}

/// Both together, as much as travels.
std::string cut(std::string text, std::string_view more) {
    text.resize(std::min(text.size(), kMaxErrorText));
    return text.append(more.substr(0, kMaxErrorText - text.size()));
}

std::string text_of(const ScriptError& error) {
    return cut(error.type.empty() ? "" : error.type + ": ", error.message);
}

class WorkerLoop : public Listener {
public:
    explicit WorkerLoop(ring::Segment& segment)
        : segment_(segment),
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
        if (row.size() >= kRowBlock) {  // a huge row is not worth a copy
            send_rows(std::exchange(rows_, {}));
            send_rows(row);
            rows_ = '\n';
            return;
        }
        rows_.append(row).push_back('\n');
        if (rows_.size() >= kRowBlock) send_gathered_rows();
    }
    void record(std::uint64_t mini_batch, std::uint64_t item, std::string_view values) override {
        if (!setup_.keep_rows) return;
        for (const auto& number : {mini_batch, item}) {
            rows_.append(reinterpret_cast<const char*>(&number), sizeof number);
        }
        rows_.append(values);
        if (rows_.size() >= kRowBlock) send_gathered_rows();
    }
    void failed_item(std::uint64_t item, std::string_view reason) override {
        note_failed_item(input_->item_text(item), reason);
    }

    std::vector<std::uint64_t> stack_of_error() override {
        const auto exception = std::current_exception();
        return exception ? stack_of_throw(exception) : stack_of_caller();
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
        input_.emplace(setup_.input_names, setup_.formats);
        logs_.emplace(setup_.entry_script_log_dir + file + ".log.txt",
                      setup_.error_dir + file + ".txt", setup_.lowest_log_level);
        auto loaded = Script::load(setup_.script);
        stop_forked_child();
        std::optional<ScriptError> error;
        if (loaded) {
            script_.emplace(std::move(loaded.value()));
            error = script_->init(
                {setup_.output_dir, setup_.entry_script_log_dir, setup_.working_dir,
                 setup_.agent_name, setup_.worker_index, setup_.gpu_index, setup_.field_delimiter,
                 row_form(), setup_.arguments, setup_.side_inputs},
                *this);
            stop_forked_child();
            if (!error) tell_columns();
        } else {
            error = ScriptError{{}, loaded.error(), {}};
        }
        if (error) tell_error(ring::Call::init, {}, *error);
        send(Event::init_done, {}, error ? "init: " + text_of(*error) : "");
        ring::wake_agent(segment_.header(), ring::kAgentWakeFd);
        if (error) exit_status_ = 1;
    }

    [[nodiscard]] RowForm row_form() const {
        if (!setup_.keep_rows) return RowForm::none;
        return setup_.keep_records ? RowForm::record : RowForm::text;
    }

    void tell_columns() {
        if (row_form() != RowForm::record) return;
        std::string columns;
        base::Encoder out(columns);
        schema::encode(script_->columns(), out);
        send(Event::columns, {}, columns);
    }

    void run_mini_batch(std::string_view payload) {
        ring::MiniBatchHead head{};
        if (payload.size() < sizeof head || !script_) {
            exit_status_ = 2;
            return;
        }
        std::memcpy(&head, payload.data(), sizeof head);
        if (!input_->begin(payload.substr(sizeof head))) {
            exit_status_ = 2;
            return;
        }
        segment_.header().items.store(0, std::memory_order_relaxed);
        enter(ring::Phase::reading);
        logs_->set_mini_batch(head.index, head.attempt);
        failed_item_.clear();
        note_items(segment_.last_words(), input_->descriptor().files);
        auto outcome = read_input();
        const auto began = enter(ring::Phase::running);
        if (!outcome) outcome = run_script(head);
        segment_.header().phase_began_ns.store(0, std::memory_order_release);
        send_outcome(head, *outcome, monotonic_ns() - began);
    }

    /// Returns an outcome when there is nothing to call run() with.
    std::optional<RunOutcome> read_input() {
        try {
            input_->read();
        } catch (const std::exception& error) {
            return RunOutcome{false, 0, {{}, error.what(), {}}};
        }
        const auto* const table = input_->table();
        if (table == nullptr) return std::nullopt;
        expect_next();
        segment_.header().items.store(table->record_count(), std::memory_order_release);
        if (table->row_count == 0) return RunOutcome{true, 0, {}};
        return std::nullopt;
    }

    /// Reads ahead of run(), which works on another table meanwhile.
    void expect_next() {
        ring::MiniBatchHead head{};
        const auto next = commands_.peek_next();
        if (!next || next->more || next->payload.size() < sizeof head ||
            static_cast<Command>(next->kind) != Command::mini_batch) {
            return;
        }
        input_->expect(next->payload.substr(sizeof head));
    }

    void note_failed_item(const std::string& item, std::string_view reason) {
        logs_->failed_item(item, reason);
        if (failed_item_.empty()) failed_item_ = cut("failed item " + item + ": ", reason);
    }

    RunOutcome run_script(const ring::MiniBatchHead& head) {
        const auto mini_batch = input_->view(head.index, head.attempt);
        auto outcome = script_->run(mini_batch);
        stop_forked_child();
        return outcome;
    }

    /// Once for each mini-batch: by the attempt that counts.
    void log_bad_records() {
        const auto* const table = input_->table();
        if (table == nullptr || table->bad_count == 0) return;
        for (const auto& record : table->bad_records) {
            note_failed_item(input_->record_text(record), record.reason);
        }
        if (const auto untold = table->bad_count - table->bad_records.size(); untold > 0) {
            logs_->failed_item(table->file,
                               std::to_string(untold) + " more records of this part are malformed");
        }
    }

    /// Of items none of which was failed by name.
    void log_missing_rows(std::uint64_t rows) {
        const auto items = input_->run_item_count();
        if (rows >= items) return;
        const auto text = std::to_string(items - rows) + " of " + std::to_string(items) +
                          " items have no row and were not failed by name";
        logs_->failed_items(text);
        if (failed_item_.empty()) failed_item_ = text;
    }

    std::uint64_t enter(ring::Phase phase) {
        const auto now = monotonic_ns();
        segment_.header().phase.store(phase, std::memory_order_relaxed);
        segment_.header().phase_began_ns.store(now, std::memory_order_release);
        return now;
    }

    void send_outcome(const ring::MiniBatchHead& head, const RunOutcome& outcome,
                      std::uint64_t run_ns) {
        std::string error;
        if (outcome.succeeded) {
            const bool named = !failed_item_.empty();
            log_bad_records();
            if (!named) log_missing_rows(outcome.rows);
            error.swap(failed_item_);
        } else {
            tell_error(ring::Call::run, head, outcome.error);
            error = text_of(outcome.error);
            rows_.clear();
        }
        if (rows_.size() > kRowBlock) send_gathered_rows();
        const ring::OutcomeHead ended{head.index,
                                      outcome.rows,
                                      input_->record_count(),
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

    /// Before the event that ends the call: the agent hears first what was wrong.
    void tell_error(ring::Call call, const ring::MiniBatchHead& head, const ScriptError& error) {
        tell_modules();
        const auto logged = [](std::string_view text) { return text.substr(0, kMaxLoggedText); };
        const auto& words = segment_.last_words();
        const auto items = std::string_view(words.items.data(), words.items_size.load());
        send(Event::error, {},
             encode(ring::ErrorReport{call, head.index, head.attempt, logged(error.type),
                                      logged(error.message), items, error.stack}));
    }

    /// By which the agent understands the addresses of stacks.
    void tell_modules() {
        const auto changes = module_changes();
        if (std::exchange(told_module_changes_, changes) == changes) return;
        std::string modules(sizeof(ring::LastWords::modules), '\0');
        modules.resize(list_modules(modules.data(), modules.size()));
        send(Event::modules, {}, modules);
    }

    void send_gathered_rows() {
        send_rows(rows_);
        rows_.clear();
    }

    void send_rows(std::string_view rows) {
        while (!rows.empty()) {
            const auto piece = rows.substr(0, kRowBlock);
            send(Event::rows, {}, piece);
            rows.remove_prefix(piece.size());
        }
    }

    /// Waits for room if need be: the agent decides how much may be on its way.
    void send(Event event, std::string_view head, std::string_view body) {
        stop_forked_child();
        const auto kind = static_cast<std::uint16_t>(event);
        if (events_.try_push(kind, false, head, body)) return;
        auto& phase_began = segment_.header().phase_began_ns;
        const auto began = phase_began.exchange(0);
        const auto waited_since = monotonic_ns();
        do {
            ring::wake_agent(segment_.header(), ring::kAgentWakeFd);
            const auto room = head.size() + body.size() + sizeof(ring::RecordHeader);
            ring::wait_in_process(segment_.header(), 10ms, [&] {
                return events_.capacity() - events_.bytes_waiting() > 2 * room;
            });
        } while (!events_.try_push(kind, false, head, body));
        if (began != 0) phase_began.store(began + (monotonic_ns() - waited_since));
    }

    void shut_down() {
        if (logs_) logs_->set_shutdown();
        if (script_) {
            const auto error = script_->shutdown();
            stop_forked_child();
            if (error) tell_error(ring::Call::shutdown, {}, *error);
        }
        exit_status_ = 0;
    }

    /// A copy of this process that the script forked and that came back from the script's function
    /// must not go on as a worker.
    static void stop_forked_child() {
        if (is_forked_child()) ::_exit(EXIT_FAILURE);
    }

    ring::Segment& segment_;
    ring::Consumer commands_;
    ring::Producer events_;
    ring::Setup setup_;
    std::optional<WorkerLogs> logs_;
    std::optional<Script> script_;
    std::optional<MiniBatchInput> input_;
    std::optional<int> exit_status_;
    std::uint64_t told_module_changes_ = 0;
    std::string partial_;      ///< of a command in several records
    std::string rows_;         ///< of the mini-batch in progress, not handed over yet
    std::string failed_item_;  ///< its first, with the reason; empty: none yet
};

}  // namespace

int run_worker_loop() {
    ::fcntl(ring::kSegmentFd, F_SETFD, FD_CLOEXEC);
    ::fcntl(ring::kAgentWakeFd, F_SETFD, FD_CLOEXEC);
    // Static: a crash of a static object of the script, at the very end, has its last words too.
    static auto segment = ring::Segment::open(base::UniqueFd(ring::kSegmentFd));
    if (!segment) {
        std::fprintf(stderr,
                     "parallel-run-worker: %s; this program is started by parallel-run run\n",
                     segment.error().c_str());
        return 2;
    }
    watch_for_forks();
    leave_last_words_in(segment.value().last_words());
    return WorkerLoop(segment.value()).run();
}

}  // namespace parallel_run::entry_host
