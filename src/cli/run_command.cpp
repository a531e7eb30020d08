// SPDX-License-Identifier: Apache-2.0
#include <mpi.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <optional>
#include <string>
#include <vector>

#include "base/codec.hpp"
#include "base/error.hpp"
#include "base/exit_status.hpp"
#include "base/read_file.hpp"
#include "base/size.hpp"
#include "cli/commands.hpp"
#include "cli/launcher.hpp"
#include "cli/preparation.hpp"
#include "cli/step_reader.hpp"
#include "cli/supervise.hpp"
#include "dataset/survey.hpp"
#include "orchestrator/job.hpp"
#include "worker/spawner.hpp"

namespace parallel_run::cli {

namespace {

void require_a_worker(const config::Step& step, std::uint64_t ranks) {
    if (!step.dedicated_orchestrator || ranks != 1) return;
    throw base::UsageError(
        "dedicated_orchestrator on a single rank leaves nobody to work: start two or more, or "
        "leave the option out");
}

int launch(const std::vector<std::string>& words, const Environment& environment) {
    auto step = read_step(words);
    const auto host = look_at_host(environment);
    require_a_worker(step, plan_placement(step, environment, host).ranks());
    require_launcher(environment, host);
    if (prepare(step).completed) return base::kCompleted;  // else the ranks take the output over
    return supervise(step, environment);
}

/// The step as all ranks will see it, or why there is none.
struct Verdict {
    int exit_status = base::kCompleted;
    std::string text;  ///< the configuration, or the message; empty: there is nothing to be done
    std::vector<table::Format> formats;  ///< of the inputs, where they are tables
};

config::Step read_prepared_step(const std::string& configuration) {
    const auto text = base::read_file(configuration);
    if (!text) throw base::EnvironmentError(text.error());
    if (!text.value()) {
        throw base::EnvironmentError(configuration + " was removed; repeat the command");
    }
    return parse_configuration_text(*text.value());
}

/// Earlier ranks were lost when all was done.
void tell_of_result(const config::Step& step, const OutputClaim& claim) {
    const auto rows = base::format_count(claim.recovery.state.counters.rows);
    std::fprintf(stderr,
                 "parallel-run: %s holds the Completed result (%s rows): nothing is left to do\n",
                 step.output.c_str(), rows.c_str());
}

/// Rank 0's part before MPI. `ranks` is 0 where the launcher does not tell.
OutputClaim claim(const std::vector<std::string>& words, bool prepared, int ranks,
                  config::Step& step) {
    if (prepared) {
        step = read_prepared_step(words.front());
        auto claimed = reclaim_output(step);
        if (claimed.completed) tell_of_result(step, claimed);
        return claimed;
    }
    step = read_step(words);
    require_a_worker(step, static_cast<std::uint64_t>(ranks));
    return prepare(step);
}

Verdict decide(const std::vector<std::string>& words, bool prepared, int ranks,
               std::optional<orchestrator::RunHistory>& history) {
    try {
        config::Step step;
        auto claimed = claim(words, prepared, ranks, step);
        if (claimed.completed) return {};
        history = history_of(std::move(claimed));
        return {base::kCompleted, to_configuration_text(step), dataset::survey(step)};
    } catch (const base::UsageError& error) {
        return {base::kWrongUsage, error.what(), {}};
    } catch (const std::exception& error) {
        return {base::kFailed, error.what(), {}};
    }
}

/// COLLECTIVE, two calls: rank 0's verdict reaches everyone.
Verdict share(const Verdict& mine) {
    std::string bytes;
    base::Encoder out(bytes);
    out.varint(static_cast<std::uint64_t>(mine.exit_status));
    out.string(mine.text);
    out.varint(mine.formats.size());
    for (const auto& format : mine.formats) table::encode(format, out);
    auto size = static_cast<std::uint64_t>(bytes.size());
    MPI_Bcast(&size, 1, MPI_UINT64_T, 0, MPI_COMM_WORLD);
    bytes.resize(size);
    MPI_Bcast(bytes.data(), static_cast<int>(size), MPI_BYTE, 0, MPI_COMM_WORLD);
    base::Decoder in(bytes);
    Verdict verdict;
    verdict.exit_status = static_cast<int>(in.varint());
    verdict.text = in.string();
    for (auto left = in.varint(); left > 0 && in.ok(); --left) {
        verdict.formats.push_back(table::decode_format(in));
    }
    return verdict;
}

int take_part(const Verdict& verdict, std::optional<orchestrator::RunHistory> history, int rank,
              bool under_run, worker::Spawner& spawner) {
    if (verdict.exit_status != base::kCompleted) {
        if (rank == 0) std::fprintf(stderr, "parallel-run: %s\n", verdict.text.c_str());
        return verdict.exit_status;
    }
    if (verdict.text.empty()) return base::kCompleted;
    const auto step = parse_configuration_text(verdict.text);
    return orchestrator::run_job(
        MPI_COMM_WORLD, step,
        {worker_program(), step.entry_script, true, under_run, verdict.formats, std::move(history)},
        spawner);
}

/// Room that a status takes, so that one can be left on a full disk too.
constexpr const char* kNoStatusYet = "-       \n";

/// All ranks have started.
void prepare_status(const char* status_file) {
    if (status_file != nullptr) std::ofstream(status_file) << kNoStatusYet;
}

/// For `run`, which started this rank's launcher; the first that is left counts. Returns whether
/// one is there.
bool leave_status(const char* status_file, int status) {
    if (status_file == nullptr) return false;
    std::fstream file(status_file);
    if (file.peek() != kNoStatusYet[0]) return file.good();
    file.seekp(0);
    file << status << ' ';
    return static_cast<bool>(file.flush());
}

int run_rank(const std::vector<std::string>& words, const Launcher& launcher) {
    const char* const status_file = std::getenv(kStatusFile);
    Verdict verdict;
    std::optional<orchestrator::RunHistory> history;
    if (launcher.rank == 0) {
        verdict = decide(words, status_file != nullptr, launcher.size, history);
    }
    auto spawner = worker::Spawner::start();  // before MPI and before any thread
    // A limit on file sizes is then an error of the write, with a message.
    ::signal(SIGXFSZ, SIG_IGN);

    int provided = 0;
    MPI_Init_thread(nullptr, nullptr, MPI_THREAD_MULTIPLE, &provided);
    int rank = 0;
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    int status = base::kFailed;
    try {
        if (provided < MPI_THREAD_MULTIPLE) {
            throw base::EnvironmentError("this MPI library does not offer MPI_THREAD_MULTIPLE");
        }
        if (rank == 0) prepare_status(status_file);
        status =
            take_part(share(verdict), std::move(history), rank, status_file != nullptr, spawner);
    } catch (const std::exception& error) {
        std::fprintf(stderr, "parallel-run: rank %d: %s\n", rank, error.what());
        std::fflush(stderr);
        const bool can_be_repeated = dynamic_cast<const worker::SpawnerLost*>(&error) != nullptr;
        if (!can_be_repeated) leave_status(status_file, base::kFailed);
        MPI_Abort(MPI_COMM_WORLD, base::kFailed);
    }
    // A launcher has something to say about ranks that end with another status than 0.
    const bool told = rank == 0 ? leave_status(status_file, status) : status_file != nullptr;
    MPI_Finalize();
    return told ? 0 : status;
}

}  // namespace

int run_command(const std::vector<std::string>& words) {
    const auto environment = current_environment();
    const auto launcher = detect_launcher(environment);
    if (launcher.kind == Launcher::Kind::none) return launch(words, environment);
    return run_rank(words, launcher);
}

}  // namespace parallel_run::cli
