// SPDX-License-Identifier: Apache-2.0
#include "cli/supervise.hpp"

#include <sys/prctl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <optional>
#include <string>

#include "base/error.hpp"
#include "base/exit_status.hpp"
#include "base/read_file.hpp"
#include "base/signal_name.hpp"
#include "cli/host_list.hpp"
#include "cli/host_survey.hpp"
#include "cli/launch_policy.hpp"
#include "cli/launched.hpp"
#include "logging/log_tree.hpp"
#include "logging/terminal.hpp"
#include "worker/descendants.hpp"

namespace parallel_run::cli {

namespace {

namespace fs = std::filesystem;
using Stage = Stopping::Stage;

/// One line for the user, in the place of a progress bar.
void say(const std::string& text) {
    const auto* const clear = logging::find_terminal(false).interactive ? "\r\033[K" : "";
    std::fprintf(stderr, "%sparallel-run: %s\n", clear, text.c_str());
}

/// Its content; nothing when it cannot be read. Afterwards there is no such file.
std::optional<std::string> take_file(const std::string& path) {
    const auto content = base::read_file(path);
    std::error_code ignored;
    fs::remove(path, ignored);
    return content ? content.value() : std::nullopt;
}

class Supervisor {
public:
    Supervisor(const config::Step& step, const Environment& environment,
               Desertion::Time desertion_limit)
        : step_(step),
          environment_(environment),
          all_hosts_(look_at_host(environment)),
          host_(all_hosts_),
          configuration_(logging::LogTree(step.logs).configuration()),
          goes_on_(config::same_command(step) + " goes on from what is saved"),
          desertion_limit_(desertion_limit),
          stopping_(step.grace_seconds) {
        // What a launcher leaves running becomes our child, so that it can be ended.
        ::prctl(PR_SET_CHILD_SUBREAPER, 1);
    }

    int run() {
        for (std::uint32_t restarts = 0;; ++restarts) {
            const auto command = command_for_ranks();
            const auto launcher_status = run_ranks(command);
            worker::end_children();
            const auto left = read_ranks_left(take_file(status_file()), launcher_status);
            // Refused, as by a rank of before that is not known to be gone: what was done stays.
            if (restarts > 0 && left.status == base::kWrongUsage) return base::kStopped;
            if (left.status) return *left.status;
            require_configuration();
            if (!stopping_.begun() && restarts < step_.max_restarts) look_for_hosts();
            const auto next =
                what_next(left, stopping_.begun(), {survey_.left.size(), survey_.lost.size()},
                          restarts, step_.max_restarts);
            tell(next,
                 command.words.front() + " ended with " + status_text(launcher_status) +
                     " before the job did; its messages are above",
                 restarts);
            if (next == Next::fail) return base::kFailed;
            if (next != Next::again) return base::kStopped;
        }
    }

private:
    [[nodiscard]] std::string beside_configuration(const char* name) const {
        return fs::path(configuration_).replace_filename(name).string();
    }
    [[nodiscard]] std::string status_file() const { return beside_configuration("exit_status"); }

    [[nodiscard]] LaunchCommand command_for_ranks() const {
        auto command =
            launch_command(step_, {fs::read_symlink("/proc/self/exe"), "run", configuration_},
                           environment_, host_);
        command.additions[kStatusFile] = status_file();
        return command;
    }

    /// Returns how the launcher ended, as read_ranks_left() understands it.
    int run_ranks(const LaunchCommand& command) {
        (void)take_file(status_file());
        Launched launcher(command, signals_);
        Desertion desertion(desertion_limit_);
        for (;;) {
            const auto next_look = SignalsInHand::now() + desertion.between_looks();
            const auto stage = wait(std::min(stopping_.deadline(), next_look));
            if (const auto status = launcher.ended()) return desertion.judged(*status);
            if (stage) launcher.signal(signal_of(*stage));
            end_if_useless(launcher, command.words.front(), desertion);
        }
    }

    [[nodiscard]] Desertion::Look look_at(const Launched& launcher) const {
        using Look = Desertion::Look;
        // srun's processes are not its children.
        const bool has_children = !uses_srun(environment_, host_);
        if (has_children && launcher.is_deserted()) return Look::lost;
        if (!status_in(base::content_of(status_file()))) return Look::needed;
        // Elsewhere there may be no rank any more: one was lost, and the others were told to stop.
        const bool ranks_are_children =
            has_children && plan_placement(step_, environment_, host_).nodes == 1;
        return ranks_are_children ? Look::over : Look::lost;
    }

    void end_if_useless(const Launched& launcher, const std::string& name,
                        Desertion& desertion) const {
        const auto signal = desertion.on_look(look_at(launcher), SignalsInHand::now());
        if (signal == SIGTERM)
            say(name + " does not end although nothing is left for it to do: ending it");
        if (signal) launcher.signal(*signal);
    }

    /// Ranks that could not leave a status have not left none.
    void require_configuration() const {
        if (::access(configuration_.c_str(), R_OK) == 0) return;
        throw base::EnvironmentError(
            base::system_error_text("how the job ended is not known, because " + configuration_ +
                                        " was removed, or its file system is gone",
                                    errno) +
            "; once that is there again, " + goes_on_);
    }

    /// Returns at a signal or when it is `until`, with the stage of stopping that this begins.
    std::optional<Stage> wait(Stopping::Time until) {
        const auto signal = signals_.wait(until);
        const auto now = SignalsInHand::now();
        const auto asks = signal && *signal != SIGCHLD;
        const auto stage = asks ? stopping_.on_signal(*signal, now) : stopping_.on_time(now);
        if (stage) tell(*stage, asks ? *signal : 0);
        return stage;
    }

    /// `signal`: the one that begins the stage; 0: time does.
    void tell(Stage stage, int signal) const {
        if (stage == Stage::asked) {
            say("stopping by " + base::signal_name(signal) +
                ": no new mini-batches, finished rows are being saved; Ctrl-C ends that at once. "
                "Either way " +
                goes_on_);
        } else if (stage == Stage::ended) {
            say("ending the ranks");
        }
    }

    void look_for_hosts() {
        survey_ = survey_hosts(environment_, all_hosts_, signals_, [this](Stopping::Time until) {
            (void)wait(until);
            return !stopping_.begun();
        });
        worker::end_children();  // of probes without an answer
        host_ = without_lost(all_hosts_, survey_, environment_, beside_configuration("hostfile"));
    }

    void tell(Next next, const std::string& how, std::uint32_t restarts) const {
        if (next == Next::stop) return;
        const auto lost = short_list(survey_.lost);
        const auto of_most = std::to_string(step_.max_restarts);
        std::string what;
        if (next == Next::no_host) what = "no host answers: " + lost + "; " + goes_on_;
        if (next == Next::give_up) what = "max_restarts = " + of_most + " is used up; " + goes_on_;
        if (next == Next::again) {
            what = "starting the ranks again (" + std::to_string(restarts + 1) + " of " + of_most +
                   ")" + (lost.empty() ? "" : " without " + lost);
        }
        say(what.empty() ? how : how + "; " + what);
    }

    const config::Step& step_;
    const Environment& environment_;
    const Host all_hosts_;
    Host host_;  ///< for the next start
    HostSurvey survey_;
    std::string configuration_;
    std::string goes_on_;  ///< what a user may do after a stop
    SignalsInHand signals_;
    Desertion::Time desertion_limit_;
    Stopping stopping_;
};

}  // namespace

int supervise(const config::Step& step, const Environment& environment,
              Desertion::Time desertion_limit) {
    return Supervisor(step, environment, desertion_limit).run();
}

}  // namespace parallel_run::cli
