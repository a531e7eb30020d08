// SPDX-License-Identifier: Apache-2.0
#include "orchestrator/job.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <memory>
#include <optional>
#include <vector>

#include "base/error.hpp"
#include "base/unique_fd.hpp"
#include "logging/log_tree.hpp"
#include "logging/terminal.hpp"
#include "orchestrator/cluster.hpp"
#include "orchestrator/orchestrator.hpp"
#include "orchestrator/pause.hpp"
#include "output/epoch_writer.hpp"
#include "output/row_file.hpp"
#include "transport/endpoint.hpp"
#include "worker/agent.hpp"

namespace parallel_run::orchestrator {

namespace {

using Time = std::chrono::nanoseconds;

Time monotonic_now() { return std::chrono::steady_clock::now().time_since_epoch(); }

worker::AgentSettings agent_settings(const config::Step& step, const JobSettings& settings,
                                     const Place& place) {
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
    if (place.rank == 0) agent.append_row_header = step.append_row_header.value_or("");
    agent.max_buffered = 4 * step.flush_bytes;

    auto& setup = agent.setup;
    setup.script = settings.script;
    setup.output_dir = step.output;
    setup.entry_script_log_dir = logs.entry_script_log(place.node);
    setup.error_dir = logs.user_error(place.node);
    setup.working_dir = step.source_directory.empty() ? std::filesystem::current_path().string()
                                                      : step.source_directory;
    setup.worker_index = place.rank - (step.dedicated_orchestrator ? 1 : 0);
    setup.keep_rows = step.output_action == config::OutputAction::append_row;
    setup.lowest_log_level = step.logging_level == config::LoggingLevel::debug     ? 0
                             : step.logging_level == config::LoggingLevel::warning ? 2
                                                                                   : 1;
    setup.arguments = step.arguments;
    for (const auto& side : step.side_input) setup.side_inputs.emplace_back(side.name, side.path);
    for (const auto& input : step.input) setup.input_names.push_back(input.name);
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

void sleep_until_needed(worker::Agent& agent, const Orchestrator* orchestrator, Time pause,
                        std::vector<pollfd>& fds) {
    fds.clear();
    agent.add_poll_fds(fds);
    if (orchestrator != nullptr) fds.push_back({orchestrator->wake_fd(), POLLIN, 0});
    if (agent.announce_sleep()) {
        const timespec time{0, pause.count()};
        ::ppoll(fds.data(), fds.size(), &time, nullptr);
    }
    agent.end_sleep();
}

/// Returns the result on rank 0 once the job is over, nothing on the others.
std::optional<JobResult> event_loop(transport::Endpoint& endpoint, worker::Agent& agent,
                                    Orchestrator* orchestrator) {
    std::optional<JobResult> result;
    std::vector<pollfd> fds;
    Pause pause;
    while (!agent.left() || !endpoint.flushed()) {
        bool moved = false;
        carry_messages(endpoint, agent, orchestrator, moved);
        const auto now = monotonic_now();
        moved |= agent.step(now);
        if (orchestrator != nullptr) {
            moved |= orchestrator->step(now);
            if (orchestrator->finished() && !result) {
                result = orchestrator->result(now);
                orchestrator->dismiss(result->completed ? 0 : 1);
                moved = true;
            }
        }
        carry_messages(endpoint, agent, orchestrator, moved);
        sleep_until_needed(agent, orchestrator, pause.next(moved, agent.pace()), fds);
    }
    return result;
}

/// Gives the output its final name, durably. Empty: success.
std::string publish(const config::Step& step, std::uint64_t expected_bytes) {
    const auto partial = config::partial_output_path(step);
    const auto final = config::final_output_path(step);
    std::error_code error;
    const auto size = std::filesystem::file_size(partial, error);
    if (error) return "cannot look at " + partial + ": " + error.message();
    if (size != expected_bytes) {
        return partial + " has " + std::to_string(size) + " bytes where " +
               std::to_string(expected_bytes) + " were written; is another program writing to it?";
    }
    std::filesystem::rename(partial, final, error);
    if (error) return "cannot rename " + partial + " to " + final + ": " + error.message();
    const base::UniqueFd directory(::open(step.output.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!directory || ::fsync(directory.get()) != 0) {
        return base::system_error_text("cannot sync the directory " + step.output, errno);
    }
    return {};
}

void tell(const JobResult& result, const config::Step& step, const logging::Terminal& terminal) {
    std::fputs(summary(result, step, terminal.colour).c_str(), stderr);
    std::fflush(stderr);
    std::ofstream(logging::LogTree(step.logs).job_result()) << summary(result, step, false);
}

}  // namespace

int run_job(MPI_Comm comm, const config::Step& step, const JobSettings& settings,
            worker::Spawner& spawner) {
    ::prctl(PR_SET_TIMERSLACK, 1UL);
    const auto place = find_place(comm, step.dedicated_orchestrator);
    const bool first = place.rank == 0;
    const bool append_row = step.output_action == config::OutputAction::append_row;
    const auto terminal = logging::find_terminal(settings.under_launcher);
    logging::LogTree(step.logs).make_node_directories(place.node);

    std::optional<output::EpochWriter> writer;
    if (append_row) {
        auto file = output::RowFile::create(comm, config::partial_output_path(step));
        if (!file) throw base::EnvironmentError(file.error());
        writer.emplace(std::move(file.value()));
    }
    transport::Endpoint endpoint(comm);
    worker::Agent agent(agent_settings(step, settings, place), spawner, endpoint,
                        writer ? &*writer : nullptr);
    ProgressDisplay display(terminal);
    std::unique_ptr<Orchestrator> orchestrator;
    if (first) {
        orchestrator = std::make_unique<Orchestrator>(
            step, place.cluster, endpoint, dataset::Plan(step), display,
            logging::open_logger(logging::LogTree(step.logs).master_role(), step.logging_level),
            monotonic_now());
    }
    auto result = event_loop(endpoint, agent, orchestrator.get());

    int failed = agent.left().value_or(1);
    const auto close_error = writer ? writer->close_file() : std::string();
    const int closed_badly = close_error.empty() ? 0 : 1;
    int any_closed_badly = 0;
    MPI_Allreduce(&closed_badly, &any_closed_badly, 1, MPI_INT, MPI_MAX, comm);
    if (first) {
        auto error = any_closed_badly != 0
                         ? "closing the output failed: " +
                               (close_error.empty() ? "on another rank" : close_error)
                         : "";
        if (append_row && result->completed && error.empty()) {
            error = publish(step, result->output_bytes);
        }
        if (result->completed && !error.empty()) {
            result->completed = false;
            result->reason = error;
        }
        tell(*result, step, terminal);
        failed = result->completed ? 0 : 1;
    }
    MPI_Bcast(&failed, 1, MPI_INT, 0, comm);
    return failed;
}

}  // namespace parallel_run::orchestrator
