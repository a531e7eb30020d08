// SPDX-License-Identifier: Apache-2.0
#include "cli/preparation.hpp"

#include <cstdio>
#include <filesystem>
#include <fstream>

#include "base/size.hpp"
#include "cli/script_builder.hpp"
#include "cli/script_check.hpp"
#include "cli/step_reader.hpp"
#include "dataset/plan.hpp"
#include "dataset/survey.hpp"
#include "logging/log_tree.hpp"

namespace parallel_run::cli {

namespace {

namespace fs = std::filesystem;

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
                     "and input (%s); --allow_reuse=false runs it again\n",
                     step.output.c_str(), base::format_count(state.counters.rows, "row").c_str());
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
    dataset::require_files(step);
    step.entry_script = ensure_built(step);
    check_script(worker_program(), step.entry_script);
    auto claim = claim_output(step);
    tell_what_is_done(step, claim);
    if (!claim.completed) make_log_directories(step, claim.goes_on());
    return claim;
}

}  // namespace parallel_run::cli
