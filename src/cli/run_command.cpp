// SPDX-License-Identifier: Apache-2.0
#include <mpi.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>

#include "base/codec.hpp"
#include "base/error.hpp"
#include "cli/commands.hpp"
#include "cli/launcher.hpp"
#include "cli/preparation.hpp"
#include "cli/step_reader.hpp"
#include "logging/log_tree.hpp"
#include "orchestrator/job.hpp"
#include "worker/spawner.hpp"

namespace parallel_run::cli {

namespace {

/// Set by a `run` that starts its own launcher: a file for rank 0 to leave the exit status in. The
/// step is prepared then, and what the launcher makes of the ranks' exits does not matter.
constexpr const char* kStatusFile = "PARALLEL_RUN_STATUS_FILE";

std::string read_file(const std::string& path) {
    std::ifstream file(path);
    return {std::istreambuf_iterator<char>(file), {}};
}

void require_a_worker(const config::Step& step, std::uint64_t ranks) {
    if (!step.dedicated_orchestrator || ranks != 1) return;
    throw base::UsageError(
        "dedicated_orchestrator on a single rank leaves nobody to work: start two or more, or "
        "leave the option out");
}

int launch(const std::vector<std::string>& words, const Environment& environment) {
    auto step = read_step(words);
    require_a_worker(step, plan_placement(step, environment, look_at_host(environment)).ranks());
    prepare(step);
    const auto configuration = logging::LogTree(step.logs).configuration();
    const auto status_file =
        std::filesystem::path(configuration).replace_filename("exit_status").string();
    auto command = launch_command(
        step, {std::filesystem::read_symlink("/proc/self/exe"), "run", configuration}, environment,
        look_at_host(environment));
    command.additions[kStatusFile] = status_file;
    const int launcher_status = run_under_launcher(command);

    const auto text = read_file(status_file);
    std::error_code ignored;
    std::filesystem::remove(status_file, ignored);
    if (!text.empty()) return std::atoi(text.c_str());
    std::fprintf(
        stderr,
        "parallel-run: %s ended with status %d before the job did; its messages are above\n",
        command.words.front().c_str(), launcher_status);
    return 1;
}

/// The step as all ranks will see it, or why there is none.
struct Verdict {
    int exit_status = 0;
    std::string text;  ///< the configuration, or the message
};

/// `ranks` is 0 where the launcher does not tell.
Verdict decide(const std::vector<std::string>& words, bool prepared, int ranks) {
    try {
        if (prepared) return {0, read_file(words.front())};
        auto step = read_step(words);
        require_a_worker(step, static_cast<std::uint64_t>(ranks));
        prepare(step);
        return {0, to_configuration_text(step)};
    } catch (const base::UsageError& error) {
        return {2, error.what()};
    } catch (const std::exception& error) {
        return {1, error.what()};
    }
}

/// COLLECTIVE, two calls: rank 0's verdict reaches everyone.
Verdict share(const Verdict& mine) {
    std::string bytes;
    base::Encoder out(bytes);
    out.varint(static_cast<std::uint64_t>(mine.exit_status));
    out.string(mine.text);
    auto size = static_cast<std::uint64_t>(bytes.size());
    MPI_Bcast(&size, 1, MPI_UINT64_T, 0, MPI_COMM_WORLD);
    bytes.resize(size);
    MPI_Bcast(bytes.data(), static_cast<int>(size), MPI_BYTE, 0, MPI_COMM_WORLD);
    base::Decoder in(bytes);
    Verdict verdict;
    verdict.exit_status = static_cast<int>(in.varint());
    verdict.text = in.string();
    return verdict;
}

int take_part(const Verdict& verdict, int rank, worker::Spawner& spawner) {
    if (verdict.exit_status != 0) {
        if (rank == 0) std::fprintf(stderr, "parallel-run: %s\n", verdict.text.c_str());
        return verdict.exit_status;
    }
    const auto step = parse_configuration_text(verdict.text);
    return orchestrator::run_job(MPI_COMM_WORLD, step, {worker_program(), step.entry_script, true},
                                 spawner);
}

int run_rank(const std::vector<std::string>& words, const Launcher& launcher) {
    const char* const status_file = std::getenv(kStatusFile);
    Verdict verdict;
    if (launcher.rank == 0) verdict = decide(words, status_file != nullptr, launcher.size);
    auto spawner = worker::Spawner::start();  // before MPI and before any thread
    // A limit on file sizes is then an error of the write, with a message.
    ::signal(SIGXFSZ, SIG_IGN);

    int provided = 0;
    MPI_Init_thread(nullptr, nullptr, MPI_THREAD_MULTIPLE, &provided);
    int rank = 0;
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    int status = 1;
    try {
        if (provided < MPI_THREAD_MULTIPLE) {
            throw base::EnvironmentError("this MPI library does not offer MPI_THREAD_MULTIPLE");
        }
        status = take_part(share(verdict), rank, spawner);
    } catch (const std::exception& error) {
        std::fprintf(stderr, "parallel-run: rank %d: %s\n", rank, error.what());
        std::fflush(stderr);
        MPI_Abort(MPI_COMM_WORLD, 1);
    }
    if (status_file != nullptr && rank == 0) std::ofstream(status_file) << status << '\n';
    MPI_Finalize();
    return status_file != nullptr ? 0 : status;
}

}  // namespace

int run_command(const std::vector<std::string>& words) {
    const auto environment = current_environment();
    const auto launcher = detect_launcher(environment);
    if (launcher.kind == Launcher::Kind::none) return launch(words, environment);
    return run_rank(words, launcher);
}

}  // namespace parallel_run::cli
