// SPDX-License-Identifier: Apache-2.0
#include "orchestrator/job.hpp"

#include <poll.h>
#include <sys/prctl.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <optional>
#include <vector>

#include "base/codec.hpp"
#include "base/error.hpp"
#include "base/exit_status.hpp"
#include "base/size.hpp"
#include "logging/log_tree.hpp"
#include "logging/terminal.hpp"
#include "orchestrator/cluster.hpp"
#include "orchestrator/orchestrator.hpp"
#include "orchestrator/pause.hpp"
#include "orchestrator/publish.hpp"
#include "orchestrator/signal_watch.hpp"
#include "output/epoch_writer.hpp"
#include "output/row_file.hpp"
#include "output/table_writer.hpp"
#include "transport/endpoint.hpp"
#include "worker/agent.hpp"

namespace parallel_run::orchestrator {

namespace {

using Time = std::chrono::nanoseconds;

Time monotonic_now() { return std::chrono::steady_clock::now().time_since_epoch(); }

worker::AgentSettings agent_settings(const config::Step& step, const JobSettings& settings,
                                     const Place& place, std::uint64_t durable_bytes) {
    const logging::LogTree logs(step.logs);
    worker::AgentSettings agent;
    agent.has_worker = !(step.dedicated_orchestrator && place.rank == 0);
    agent.program = settings.worker_program;
    agent.environment = step.environment_variables;
    agent.stdout_dir = logs.user_stdout(place.node);
    agent.stderr_dir = logs.user_stderr(place.node);
    agent.local_rank = place.local_rank;
    agent.local_size = place.local_size;
    agent.limits = {step.run_invocation_timeout, step.task_overhead_timeout};
    const bool append_row = step.output_action == config::OutputAction::append_row;
    if (append_row && place.rank == 0 && durable_bytes == 0)
        agent.append_row_header = step.append_row_header.value_or("");
    agent.max_buffered = 4 * step.flush_bytes;

    auto& setup = agent.setup;
    setup.script = settings.script;
    setup.output_dir = step.output;
    setup.entry_script_log_dir = logs.entry_script_log(place.node);
    setup.error_dir = logs.user_error(place.node);
    setup.working_dir = step.source_directory.empty() ? std::filesystem::current_path().string()
                                                      : step.source_directory;
    setup.worker_index = place.rank - (step.dedicated_orchestrator ? 1 : 0);
    setup.field_delimiter = config::output_delimiter(step);
    setup.keep_rows = step.output_action == config::OutputAction::append_row;
    setup.keep_records = config::is_table(step);
    setup.lowest_log_level = step.logging_level == config::LoggingLevel::debug     ? 0
                             : step.logging_level == config::LoggingLevel::warning ? 2
                                                                                   : 1;
    setup.arguments = step.arguments;
    for (const auto& side : step.side_input) setup.side_inputs.emplace_back(side.name, side.path);
    for (const auto& input : step.input) setup.input_names.push_back(input.name);
    setup.formats = settings.formats;
    return agent;
}

void carry_messages(transport::Endpoint& endpoint, worker::Agent& agent, Orchestrator* orchestrator,
                    bool& moved) {
    moved |= endpoint.progress(
        [&](int source, transport::Party party, std::uint16_t kind, std::string_view payload) {
            if (party == transport::Party::agent) {
                agent.on_order(static_cast<transport::Order>(kind), payload);
            } else if (orchestrator != nullptr) {
                orchestrator->on_report(source, static_cast<transport::Report>(kind), payload,
                                        monotonic_now());
            }
        });
}

void sleep_until_needed(worker::Agent& agent, const Orchestrator* orchestrator,
                        const SignalWatch& signals, Time pause, std::vector<pollfd>& fds) {
    fds.clear();
    agent.add_poll_fds(fds);
    fds.push_back({signals.fd(), POLLIN, 0});
    if (orchestrator != nullptr) {
        fds.push_back({orchestrator->plan_fd(), POLLIN, 0});
        fds.push_back({orchestrator->journal_fd(), POLLIN, 0});
    }
    if (agent.announce_sleep()) {
        const timespec time{0, pause.count()};
        ::ppoll(fds.data(), fds.size(), &time, nullptr);
    }
    agent.end_sleep();
}

/// Returns the result on rank 0 once the job is over, nothing on the others.
std::optional<JobResult> event_loop(transport::Endpoint& endpoint, worker::Agent& agent,
                                    Orchestrator* orchestrator, SignalWatch& signals,
                                    bool under_run) {
    std::optional<JobResult> result;
    std::vector<pollfd> fds;
    Pause pause;
    while (!agent.left() || !endpoint.flushed()) {
        bool moved = false;
        carry_messages(endpoint, agent, orchestrator, moved);
        const auto now = monotonic_now();
        if (const auto signal = signals.take()) {
            agent.on_signal(under_run && *signal == SIGUSR1 ? 0 : *signal);
        }
        moved |= agent.step(now);
        if (orchestrator != nullptr) {
            moved |= orchestrator->step(now);
            if (orchestrator->finished() && !result) {
                result = orchestrator->result(now);
                orchestrator->dismiss(exit_status(result->status));
                moved = true;
            }
        }
        carry_messages(endpoint, agent, orchestrator, moved);
        sleep_until_needed(agent, orchestrator, signals, pause.next(moved, agent.pace()), fds);
    }
    return result;
}

std::string check_length(const config::Step& step, std::uint64_t expected_bytes) {
    const auto partial = config::partial_output_path(step);
    std::error_code error;
    const auto size = std::filesystem::file_size(partial, error);
    if (error) return "cannot look at " + partial + ": " + error.message();
    if (size == expected_bytes) return {};
    return partial + " has " + std::to_string(size) + " bytes where " +
           std::to_string(expected_bytes) + " were written; is another program writing to it?";
}

/// Whether the output can be completed: all rows are there, and the lock is still ours.
std::string check_output(const config::Step& step, const JobResult& result, Recorder& recorder) {
    if (step.output_action == config::OutputAction::summary_only) return {};
    if (auto error = check_length(step, result.output_bytes); !error.empty()) return error;
    recorder.check_lock();
    return recorder.wait();
}

/// The last steps of a job that went well: the record of its end, then the output's final name.
/// Returns why they failed; empty: the job is Completed.
std::string complete(const config::Step& step, const JobResult& result, Recorder& recorder) {
    recorder.append(journal::Completed{counters_of(result.counts)});
    const auto error = recorder.wait();
    const bool append_row = step.output_action == config::OutputAction::append_row;
    return error.empty() && append_row ? publish(step) : error;
}

void tell(const JobResult& result, const config::Step& step, const logging::Terminal& terminal,
          journal::Progress record) {
    using journal::RunState;
    record.state = result.status == JobResult::Status::completed ? RunState::completed
                   : result.status == JobResult::Status::failed  ? RunState::failed
                                                                 : RunState::stopped;
    record.reason = result.reason;
    logging::replace_file(journal::progress_path(step.output), to_text(record));
    std::fputs(summary(result, step, terminal.colour).c_str(), stderr);
    std::fflush(stderr);
    std::ofstream(logging::LogTree(step.logs).job_result()) << summary(result, step, false);
}

/// Rows that were gathered by their keys. What cannot be removed is in nobody's way.
void remove_gathered(const config::Step& step) {
    std::error_code ignored;
    std::filesystem::remove_all(config::partition_directory(step), ignored);
}

/// COLLECTIVE: rank 0's number reaches everyone.
std::uint64_t share(MPI_Comm comm, std::uint64_t number) {
    MPI_Bcast(&number, 1, MPI_UINT64_T, 0, comm);
    return number;
}

/// COLLECTIVE: why closing the file failed, here or elsewhere; empty: it did not.
std::string close_everywhere(MPI_Comm comm, output::EpochWriter* writer) {
    const auto error = writer != nullptr ? writer->close_file() : std::string();
    const int mine = error.empty() ? 0 : 1;
    int any = 0;
    MPI_Allreduce(&mine, &any, 1, MPI_INT, MPI_MAX, comm);
    if (any == 0) return {};
    return "closing the output failed: " + (error.empty() ? "on another rank" : error);
}

/// COLLECTIVE: rank 0's text reaches everyone.
std::string share(MPI_Comm comm, std::string text) {
    text.resize(share(comm, text.size()));
    MPI_Bcast(text.data(), static_cast<int>(text.size()), MPI_BYTE, 0, comm);
    return text;
}

/// Small, since columns are.
std::string encoded(const JobResult& result) {
    std::string bytes;
    base::Encoder out(bytes);
    out.varint(result.output_bytes);
    schema::encode(result.columns, out);
    return bytes;
}

/// COLLECTIVE: makes the table that the output is of the rows that are there, if rank 0 has a
/// `result` that wants it. Returns why it could not, the same on every rank; empty: success.
std::string write_table(MPI_Comm comm, const config::Step& step, const JobResult* result) {
    const auto wanted = share(comm, result == nullptr ? std::string() : encoded(*result));
    if (wanted.empty()) return {};
    base::Decoder in(wanted);
    output::TableJob job{config::partial_output_path(step),
                         config::new_table_path(step),
                         {},
                         0,
                         step.hdf5_compression};
    job.bytes = in.varint();
    job.columns = schema::decode_columns(in);
    if (result != nullptr) {
        std::fprintf(stderr, "parallel-run: writing the table %s: %s\n",
                     step.append_row_file_name.c_str(), base::format_bytes(job.bytes).c_str());
        std::fflush(stderr);
    }
    const auto error = output::write_table(comm, job);
    return error.empty() ? "" : "the table cannot be written: " + error;
}

/// COLLECTIVE: brings a job to its end whose rows are all written; `error` is what went wrong
/// before that. On rank 0 `result` becomes what came of it.
void finish(MPI_Comm comm, const config::Step& step, std::string error, JobResult* result,
            Recorder* recorder) {
    const bool well = result != nullptr && result->status == JobResult::Status::completed;
    if (well && error.empty()) error = check_output(step, *result, *recorder);
    if (config::is_table(step)) {
        auto failure = write_table(comm, step, well && error.empty() ? result : nullptr);
        if (error.empty()) error = std::move(failure);
    }
    if (!well) return;
    if (error.empty()) error = complete(step, *result, *recorder);
    if (error.empty()) return;
    result->status = JobResult::Status::failed;
    result->reason = error;
}

}  // namespace

int run_job(MPI_Comm comm, const config::Step& step, JobSettings settings,
            worker::Spawner& spawner) {
    ::prctl(PR_SET_TIMERSLACK, 1UL);
    SignalWatch signals;
    const auto place = find_place(comm, step.dedicated_orchestrator);
    const bool first = place.rank == 0;
    const auto terminal = logging::find_terminal(settings.under_launcher);
    logging::LogTree(step.logs).make_node_directories(place.node);

    auto& history = settings.history;
    const auto durable_bytes = share(comm, first ? history->journal.state().file_bytes : 0);
    std::optional<output::EpochWriter> writer;
    if (step.output_action == config::OutputAction::append_row) {
        auto file = output::RowFile::open(comm, config::partial_output_path(step), durable_bytes);
        if (!file) throw base::EnvironmentError(file.error());
        writer.emplace(std::move(file.value()));
    }
    transport::Endpoint endpoint(comm);
    std::optional<worker::Agent> agent;
    agent.emplace(agent_settings(step, settings, place, durable_bytes), spawner, endpoint,
                  writer ? &*writer : nullptr);
    ProgressDisplay display(terminal);
    std::optional<Recorder> recorder;
    std::optional<Orchestrator> orchestrator;
    if (first) {
        remove_gathered(step);  // by a run that was killed
        Earlier earlier{history->journal.state(), history->began};
        recorder.emplace(std::move(history->journal), *history->lock);
        orchestrator.emplace(
            step, place.cluster, endpoint, std::move(earlier), *recorder, display,
            logging::open_logger(logging::LogTree(step.logs).master_role(), step.logging_level),
            monotonic_now());
    }
    auto result = event_loop(endpoint, *agent, orchestrator ? &*orchestrator : nullptr, signals,
                             settings.under_run);
    agent.reset();  // writes nothing any more to what is removed below

    int status = base::kFailed;
    auto error = close_everywhere(comm, writer ? &*writer : nullptr);
    finish(comm, step, std::move(error), result ? &*result : nullptr,
           recorder ? &*recorder : nullptr);
    if (first) {
        tell(*result, step, terminal, orchestrator->record(monotonic_now()));
        status = exit_status(result->status);
    }
    if (first) remove_gathered(step);
    MPI_Bcast(&status, 1, MPI_INT, 0, comm);
    return status;
}

}  // namespace parallel_run::orchestrator
