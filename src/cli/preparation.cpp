// SPDX-License-Identifier: Apache-2.0
#include "cli/preparation.hpp"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "base/error.hpp"
#include "base/size.hpp"
#include "base/unique_fd.hpp"
#include "cli/script_builder.hpp"
#include "cli/step_reader.hpp"
#include "dataset/plan.hpp"
#include "dataset/survey.hpp"
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

void make_log_directories(const config::Step& step, bool keep_earlier) {
    const logging::LogTree logs(step.logs);
    if (!keep_earlier) logs.clear();
    logs.make_job_directories();
    std::ofstream(logs.configuration()) << to_configuration_text(step);
}

void tell_what_is_done(const config::Step& step, const OutputClaim& claim) {
    const auto& state = claim.recovery.state;
    if (claim.completed) {
        std::fprintf(stderr,
                     "parallel-run: %s holds the Completed result of the same settings, script "
                     "and input (%s rows); --allow_reuse=false runs it again\n",
                     step.output.c_str(), base::format_count(state.counters.rows).c_str());
    } else if (claim.goes_on()) {
        const auto of_all =
            state.planned ? " of " + base::format_count(state.planned->plan.mini_batches) : "";
        std::fprintf(stderr,
                     "parallel-run: going on with the run in %s: %s%s mini-batches were done "
                     "before (%s rows)\n",
                     step.output.c_str(), base::format_count(state.committed.count()).c_str(),
                     of_all.c_str(), base::format_count(state.counters.rows).c_str());
    }
    if (claim.recovery.tail.flaw == journal::Flaw::damaged) {
        std::fprintf(stderr,
                     "parallel-run: warning: the journal %s is damaged: it %s. What it recorded "
                     "before is right; the rest is run again\n",
                     journal::journal_path(step.output).c_str(),
                     claim.recovery.tail.reason.c_str());
    }
}

}  // namespace

std::string worker_program() {
    return fs::read_symlink("/proc/self/exe").parent_path() / "parallel-run-worker";
}

OutputClaim prepare(config::Step& step) {
    const dataset::Plan plan(step);
    dataset::survey(step);
    step.entry_script = ensure_built(step);
    check_script(step.entry_script);
    auto claim = claim_output(step);
    step.overwrite = false;
    tell_what_is_done(step, claim);
    if (!claim.completed) make_log_directories(step, claim.goes_on());
    return claim;
}

}  // namespace parallel_run::cli
