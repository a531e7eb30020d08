// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <fstream>

#include "ring/segment.hpp"
#include "worker/spawner.hpp"
#include "worker/spawner_protocol.hpp"

extern char** environ;

namespace parallel_run::worker {

namespace {

/// Variables by which an MPI library would take a worker process for the rank itself.
constexpr std::array kLauncherVariables = {"OMPI_", "PMIX_", "PMI_", "PRTE_", "ORTE_"};

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

bool redirect(const std::string& path, int number) {
    const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
    return fd >= 0 && ::dup2(fd, number) == number;
}

void reset_signals() {
    for (int number = 1; number < NSIG; ++number) ::signal(number, SIG_DFL);
    sigset_t none;
    sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
}

/// In the new process: becomes the program, or returns with errno set.
void become(SpawnRequest& request, const std::array<int, 2>& fds, pid_t spawner) {
    ::setsid();
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::getppid() != spawner) ::_exit(1);  // it died before the line above
    reset_signals();
    if (!hand_down(fds[0], ring::kSegmentFd) || !hand_down(fds[1], ring::kAgentWakeFd)) return;
    if (!redirect("/dev/null", STDIN_FILENO) || !redirect(request.stdout_path, STDOUT_FILENO) ||
        !redirect(request.stderr_path, STDERR_FILENO)) {
        return;
    }
    if (!request.working_dir.empty() && ::chdir(request.working_dir.c_str()) != 0) return;
    auto variables = environment_for(request.environment);
    auto words = request.arguments;
    words.insert(words.begin(), request.program);
    ::execve(request.program.c_str(), pointers_to(words).data(), pointers_to(variables).data());
}

std::vector<pid_t> children() {
    std::vector<pid_t> pids;
    std::ifstream file("/proc/thread-self/children");
    for (pid_t pid = 0; file >> pid;) pids.push_back(pid);
    return pids;
}

/// Ends every child there is, and what becomes a child by that.
void end_everything() {
    while (true) {
        for (const auto pid : children()) ::kill(pid, SIGKILL);
        if (::waitpid(-1, nullptr, 0) < 0 && errno == ECHILD) return;
    }
}

class SpawnerProcess {
public:
    explicit SpawnerProcess(base::UniqueFd socket) : socket_(std::move(socket)) {
        ::prctl(PR_SET_NAME, "pr-spawner");
        ::prctl(PR_SET_CHILD_SUBREAPER, 1);
        sigset_t all;
        sigfillset(&all);
        ::sigprocmask(SIG_SETMASK, &all, nullptr);  // it lives and dies with the socket alone
        sigset_t child;
        sigemptyset(&child);
        sigaddset(&child, SIGCHLD);
        child_exits_.reset(::signalfd(-1, &child, SFD_CLOEXEC | SFD_NONBLOCK));
    }

    void run() {
        std::array<pollfd, 2> fds{pollfd{socket_.get(), POLLIN, 0},
                                  pollfd{child_exits_.get(), POLLIN, 0}};
        while (true) {
            ::poll(fds.data(), fds.size(), -1);
            if ((fds[1].revents & POLLIN) != 0) reap();
            if ((fds[0].revents & (POLLIN | POLLHUP | POLLERR)) != 0 && !serve()) break;
        }
        if (worker_ > 0) ::kill(-worker_, SIGKILL);
        end_everything();
    }

private:
    void report(SpawnerEvent event) { ::send(socket_.get(), &event, sizeof event, MSG_NOSIGNAL); }

    /// One request; false when the rank is gone.
    bool serve() {
        packet_.resize(kMaxPacket);
        iovec part{packet_.data(), packet_.size()};
        std::array<int, 2> fds{-1, -1};
        alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof fds)> control{};
        msghdr message{};
        message.msg_iov = &part;
        message.msg_iovlen = 1;
        message.msg_control = control.data();
        message.msg_controllen = control.size();
        const auto size = ::recvmsg(socket_.get(), &message, MSG_CMSG_CLOEXEC);
        if (size < 0) return errno == EINTR;
        if (size == 0) return false;
        if (const auto* head = CMSG_FIRSTHDR(&message);
            head != nullptr && head->cmsg_len == CMSG_LEN(sizeof fds)) {
            std::memcpy(fds.data(), CMSG_DATA(head), sizeof fds);
        }
        const base::UniqueFd segment(fds[0]);
        const base::UniqueFd wake(fds[1]);
        if (packet_[0] == kKill && worker_ > 0) {
            ::kill(-worker_, SIGKILL);
            ::kill(worker_, SIGKILL);  // it may not lead its group yet
        } else if (packet_[0] == kSpawn) {
            SpawnRequest request;
            if (!decode(std::string_view(packet_).substr(1, static_cast<std::size_t>(size) - 1),
                        request)) {
                return false;
            }
            spawn(request, fds);
        }
        return true;
    }

    void spawn(SpawnRequest& request, const std::array<int, 2>& fds) {
        std::array<int, 2> pipe{};
        if (::pipe2(pipe.data(), O_CLOEXEC) != 0) {
            report({SpawnerEvent::Kind::start_failed, 0, errno, 0, 0});
            return;
        }
        base::UniqueFd verdict(pipe[0]);
        base::UniqueFd told(pipe[1]);
        const auto spawner = ::getpid();
        const pid_t pid = ::fork();
        if (pid == 0) {
            become(request, fds, spawner);
            const int error = errno;
            [[maybe_unused]] const auto sent = ::write(told.get(), &error, sizeof error);
            ::_exit(127);
        }
        int error = errno;
        told.reset();
        if (pid > 0 && ::read(verdict.get(), &error, sizeof error) == 0) {
            worker_ = pid;  // the pipe closed without a word: exec succeeded
            report({SpawnerEvent::Kind::started, pid, 0, 0, 0});
            return;
        }
        if (pid > 0) ::waitpid(pid, nullptr, 0);
        report({SpawnerEvent::Kind::start_failed, 0, error, 0, 0});
    }

    void reap() {
        signalfd_siginfo info{};
        while (::read(child_exits_.get(), &info, sizeof info) > 0) {
        }
        int status = 0;
        rusage usage{};
        pid_t pid = 0;
        while ((pid = ::wait4(-1, &status, WNOHANG, &usage)) > 0) {
            if (pid != worker_) continue;  // something that the worker process left behind
            ::kill(-worker_, SIGKILL);
            worker_ = 0;
            end_everything();
            report({SpawnerEvent::Kind::exited, pid, 0, status,
                    static_cast<std::uint64_t>(usage.ru_maxrss)});
            return;
        }
    }

    base::UniqueFd socket_;
    base::UniqueFd child_exits_;
    std::string packet_;
    pid_t worker_ = 0;
};

}  // namespace

void run_spawner_process(base::UniqueFd socket) {
    SpawnerProcess(std::move(socket)).run();
    ::_exit(0);
}

}  // namespace parallel_run::worker
