// SPDX-License-Identifier: Apache-2.0
#include "worker/process_start.hpp"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>

#include "ring/segment.hpp"

namespace parallel_run::worker {

namespace {

using Step = SpawnerEvent::Step;

/// With an ordinary limit we leave it alone; a low one becomes the ample one, if that is allowed.
constexpr rlim_t kOrdinaryLimit = 1024;
constexpr rlim_t kAmpleLimit = 4096;

/// Variables by which an MPI library would take a worker process for the rank itself.
constexpr std::array kLauncherVariables = {"OMPI_", "PMIX_", "PMI_", "PRTE_", "ORTE_"};

/// Why there is no process; as sent from the new process to this one.
struct Obstacle {
    Step step = Step::process;
    int error = 0;
};

SpawnerEvent failed(Obstacle obstacle) {
    return {
        .kind = SpawnerEvent::Kind::start_failed, .error = obstacle.error, .step = obstacle.step};
}

bool belongs_to_launcher(std::string_view variable) {
    return std::any_of(kLauncherVariables.begin(), kLauncherVariables.end(),
                       [&](const char* prefix) { return variable.starts_with(prefix); });
}

std::vector<std::string> environment_for(const std::vector<std::string>& additions) {
    std::vector<std::string> variables;
    for (char** entry = environ; *entry != nullptr; ++entry) {
        const std::string_view variable = *entry;
        const auto name = variable.substr(0, variable.find('=') + 1);
        const bool replaced =
            std::any_of(additions.begin(), additions.end(),
                        [&](const std::string& added) { return added.starts_with(name); });
        if (!replaced && !belongs_to_launcher(variable)) variables.emplace_back(variable);
    }
    variables.insert(variables.end(), additions.begin(), additions.end());
    return variables;
}

std::vector<char*> pointers_to(std::vector<std::string>& texts) {
    std::vector<char*> pointers;
    for (auto& text : texts) pointers.push_back(text.data());
    pointers.push_back(nullptr);
    return pointers;
}

/// Makes `fd` available as `number` across exec.
bool hand_down(int fd, int number) { return ::dup2(fd, number) == number; }

bool hand_down_all(const Handed& handed) {
    const int nothing = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
    return hand_down(nothing, STDIN_FILENO) && hand_down(handed.standard_output, STDOUT_FILENO) &&
           hand_down(handed.standard_error, STDERR_FILENO) &&
           hand_down(handed.segment, ring::kSegmentFd) &&
           hand_down(handed.agent_wake, ring::kAgentWakeFd);
}

void reset_signals() {
    for (int number = 1; number < NSIG; ++number) ::signal(number, SIG_DFL);
    sigset_t none;
    sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
}

/// When memory runs out the kernel shall take a worker process, which costs an attempt, and not a
/// rank, which costs the job.
void be_first_to_go_without_memory() {
    const int fd = ::open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
    if (fd < 0) return;
    [[maybe_unused]] const auto written = ::write(fd, "500", 3);
    ::close(fd);
}

/// In the new process: becomes the program, or returns at which step it could not.
Obstacle become(const SpawnRequest& request, const Handed& handed, pid_t spawner) {
    ::setsid();
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::getppid() != spawner) ::_exit(1);  // it died before the line above
    reset_signals();
    be_first_to_go_without_memory();
    if (!hand_down_all(handed)) return {Step::descriptors, errno};
    if (!request.working_dir.empty() && ::chdir(request.working_dir.c_str()) != 0) {
        return {Step::working_dir, errno};
    }
    auto variables = environment_for(request.environment);
    auto words = request.arguments;
    words.insert(words.begin(), request.program);
    ::execve(request.program.c_str(), pointers_to(words).data(), pointers_to(variables).data());
    return {Step::program, errno};
}

}  // namespace

void make_room_for_descriptors() {
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= kOrdinaryLimit) return;
    limit.rlim_cur = std::min(limit.rlim_max, kAmpleLimit);
    ::setrlimit(RLIMIT_NOFILE, &limit);  // where that is not enough, start_process() says so
}

SpawnerEvent start_process(const SpawnRequest& request, const Handed& handed) {
    std::array<int, 2> pipe{};
    if (::pipe2(pipe.data(), O_CLOEXEC) != 0) return failed({Step::process, errno});
    const base::UniqueFd verdict(pipe[0]);
    base::UniqueFd told(pipe[1]);
    const auto spawner = ::getpid();
    const pid_t pid = ::fork();
    if (pid < 0) return failed({Step::process, errno});
    if (pid == 0) {
        const auto obstacle = become(request, handed, spawner);
        [[maybe_unused]] const auto sent = ::write(told.get(), &obstacle, sizeof obstacle);
        ::_exit(127);
    }
    told.reset();
    Obstacle obstacle;
    if (::read(verdict.get(), &obstacle, sizeof obstacle) > 0) {
        ::waitpid(pid, nullptr, 0);
        return failed(obstacle);
    }
    return {.kind = SpawnerEvent::Kind::started, .pid = pid};  // exec closed the pipe
}

}  // namespace parallel_run::worker
