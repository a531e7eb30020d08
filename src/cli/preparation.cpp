// SPDX-License-Identifier: Apache-2.0
#include "cli/preparation.hpp"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "base/error.hpp"
#include "base/unique_fd.hpp"
#include "cli/script_builder.hpp"
#include "cli/step_reader.hpp"
#include "dataset/plan.hpp"
#include "logging/log_tree.hpp"

namespace parallel_run::cli {

namespace {

namespace fs = std::filesystem;

/// Loads the script in a process of its own, because loading it runs its static initialisers.
void check_script(const std::string& script) {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) {
        throw base::EnvironmentError(base::system_error_text("cannot make a pipe", errno));
    }
    base::UniqueFd reading(ends[0]);
    base::UniqueFd writing(ends[1]);
    auto program = worker_program();
    auto word = std::string("--check");
    auto path = script;
    std::array<char*, 4> words{program.data(), word.data(), path.data(), nullptr};
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, writing.get(), STDOUT_FILENO);
    pid_t pid = 0;
    const int error =
        ::posix_spawn(&pid, program.c_str(), &actions, nullptr, words.data(), environ);
    posix_spawn_file_actions_destroy(&actions);
    if (error != 0) {
        throw base::EnvironmentError(base::system_error_text("cannot start " + program, error));
    }
    writing.reset();
    std::string reason;
    std::array<char, 4096> part{};
    for (ssize_t size = 0; (size = ::read(reading.get(), part.data(), part.size())) > 0;) {
        reason.append(part.data(), static_cast<std::size_t>(size));
    }
    int status = 0;
    while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
    }
    while (!reason.empty() && reason.back() == '\n') reason.pop_back();
    if (WIFSIGNALED(status)) {
        throw base::UsageError("entry script " + script + ": loading it ended by signal " +
                               std::to_string(WTERMSIG(status)) + " (" +
                               ::strsignal(WTERMSIG(status)) +
                               "); look at the constructors of its global objects");
    }
    if (status != 0) throw base::UsageError(reason);
}

void check_output(const config::Step& step) {
    if (step.overwrite || step.output_action != config::OutputAction::append_row) return;
    const auto result = config::final_output_path(step);
    if (!fs::exists(result)) return;
    throw base::UsageError("output " + step.output + " holds the result of an earlier run, " +
                           step.append_row_file_name +
                           ": discard it with --overwrite, or choose another --output");
}

void make_directories(const config::Step& step) {
    std::error_code error;
    fs::create_directories(step.output, error);
    if (error) {
        throw base::EnvironmentError("cannot make the output directory " + step.output + ": " +
                                     error.message());
    }
    fs::remove(config::final_output_path(step), error);
    const logging::LogTree logs(step.logs);
    logs.clear();
    logs.make_job_directories();
    std::ofstream(logs.configuration()) << to_configuration_text(step);
}

}  // namespace

std::string worker_program() {
    return fs::read_symlink("/proc/self/exe").parent_path() / "parallel-run-worker";
}

void prepare(config::Step& step) {
    check_output(step);
    const dataset::Plan plan(step);
    step.entry_script = ensure_built(step);
    check_script(step.entry_script);
    make_directories(step);
}

}  // namespace parallel_run::cli
