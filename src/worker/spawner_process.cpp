// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>

#include "worker/descendants.hpp"
#include "worker/oom_kills.hpp"
#include "worker/output_pipe.hpp"
#include "worker/process_start.hpp"
#include "worker/spawner.hpp"
#include "worker/spawner_protocol.hpp"

namespace parallel_run::worker {

namespace {

using Clock = std::chrono::steady_clock;

/// The worker process that runs.
struct Running {
    pid_t pid;
    OutputPipe standard_output;
    OutputPipe standard_error;
    std::uint64_t oom_kills_before;
    bool ended_by_us = false;
    std::optional<Clock::time_point> kill_at = std::nullopt;  ///< after a SIGTERM
};

/// A packet from the rank.
struct Packet {
    std::string_view bytes;
    base::UniqueFd segment;
    base::UniqueFd agent_wake;
};

void be_independent() {
    ::setsid();  // who kills the rank's process group leaves us to clean up after it
    ::prctl(PR_SET_NAME, "pr-spawner");
    ::prctl(PR_SET_CHILD_SUBREAPER, 1);
    sigset_t all;
    sigfillset(&all);
    ::sigprocmask(SIG_SETMASK, &all, nullptr);  // we live and die with the socket alone
}

/// So that no descriptor we hand on has one of these numbers.
void occupy_standard_descriptors() {
    int fd = 0;
    do fd = ::open("/dev/null", O_RDWR);
    while (fd >= 0 && fd <= STDERR_FILENO);
    const base::UniqueFd last(fd);
}

base::UniqueFd child_exit_signals() {
    sigset_t child;
    sigemptyset(&child);
    sigaddset(&child, SIGCHLD);
    return base::UniqueFd(::signalfd(-1, &child, SFD_CLOEXEC | SFD_NONBLOCK));
}

class SpawnerProcess {
public:
    explicit SpawnerProcess(base::UniqueFd socket)
        : socket_(std::move(socket)), child_exits_(child_exit_signals()), packet_(kMaxPacket, 0) {}

    /// Until the rank is gone.
    void run() {
        while (true) {
            std::array<pollfd, 4> fds{
                {{socket_.get(), POLLIN, 0},
                 {child_exits_.get(), POLLIN, 0},
                 {running_ ? running_->standard_output.read_fd() : -1, POLLIN, 0},
                 {running_ ? running_->standard_error.read_fd() : -1, POLLIN, 0}}};
            ::poll(fds.data(), fds.size(), pause_ms());
            if (fds[2].revents != 0) running_->standard_output.copy_block();
            if (fds[3].revents != 0) running_->standard_error.copy_block();
            if (fds[1].revents != 0) reap();
            if (running_ && running_->kill_at && Clock::now() >= *running_->kill_at) kill();
            if (fds[0].revents != 0 && !serve()) break;
        }
        clean_up();
    }

private:
    void report(const SpawnerEvent& event) {
        ::send(socket_.get(), &event, sizeof event, MSG_NOSIGNAL);
    }

    [[nodiscard]] int pause_ms() const {
        if (!running_ || !running_->kill_at) return -1;
        const auto left =
            std::chrono::ceil<std::chrono::milliseconds>(*running_->kill_at - Clock::now());
        return static_cast<int>(std::max<std::int64_t>(left.count(), 0));
    }

    /// One request; false when the rank is gone.
    bool serve() {
        const auto packet = receive();
        if (!packet || packet->bytes.empty()) return false;
        switch (packet->bytes.front()) {
            case kSpawn: return spawn(*packet);
            case kEnd: terminate(); return true;
            case kKill: kill(); return true;
            default: return false;
        }
    }

    std::optional<Packet> receive() {
        iovec part{packet_.data(), packet_.size()};
        std::array<int, 2> fds{-1, -1};
        alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof fds)> control{};
        msghdr message{};
        message.msg_iov = &part;
        message.msg_iovlen = 1;
        message.msg_control = control.data();
        message.msg_controllen = control.size();
        const auto size = ::recvmsg(socket_.get(), &message, MSG_CMSG_CLOEXEC);
        if (size < 0) return std::nullopt;
        if (const auto* head = CMSG_FIRSTHDR(&message);
            head != nullptr && head->cmsg_len == CMSG_LEN(sizeof fds)) {
            std::memcpy(fds.data(), CMSG_DATA(head), sizeof fds);
        }
        return Packet{std::string_view(packet_).substr(0, static_cast<std::size_t>(size)),
                      base::UniqueFd(fds[0]), base::UniqueFd(fds[1])};
    }

    /// False if the packet makes no sense, which ends us.
    bool spawn(const Packet& packet) {
        SpawnRequest request;
        if (!decode(packet.bytes.substr(1), request)) return false;
        auto output = OutputPipe::open(request.stdout_path, request.output_limit);
        auto errors =
            output ? OutputPipe::open(request.stderr_path, request.output_limit) : std::nullopt;
        if (!errors) {
            report({.kind = SpawnerEvent::Kind::start_failed,
                    .error = errno,
                    .step = SpawnerEvent::Step::output_files});
            return true;
        }
        const auto oom_kills_before = oom_kills();
        const auto event = start_process(request, {packet.segment.get(), packet.agent_wake.get(),
                                                   output->write_fd(), errors->write_fd()});
        output->close_write_end();
        errors->close_write_end();
        if (event.kind == SpawnerEvent::Kind::started) {
            running_.emplace(
                Running{event.pid, std::move(*output), std::move(*errors), oom_kills_before});
        }
        report(event);
        return true;
    }

    void terminate() {
        if (!running_ || running_->ended_by_us) return;
        ::kill(running_->pid, SIGTERM);
        running_->ended_by_us = true;
        running_->kill_at = Clock::now() + kEndGrace;
    }

    void kill() {
        if (!running_) return;
        ::kill(-running_->pid, SIGKILL);
        running_->ended_by_us = true;
        running_->kill_at.reset();
    }

    /// Ends what is left of the worker process and keeps what all of that had printed.
    void clean_up() {
        if (!running_) return;
        ::kill(-running_->pid, SIGKILL);
        end_children();
        running_->standard_output.drain();
        running_->standard_error.drain();
    }

    void reap() {
        signalfd_siginfo info{};
        while (::read(child_exits_.get(), &info, sizeof info) > 0) {
        }
        int status = 0;
        rusage usage{};
        pid_t pid = 0;
        while ((pid = ::wait4(-1, &status, WNOHANG, &usage)) > 0) {
            if (!running_ || pid != running_->pid) continue;  // something that it had left behind
            clean_up();
            report({.kind = SpawnerEvent::Kind::exited,
                    .pid = pid,
                    .status = status,
                    .max_rss_kb = static_cast<std::uint64_t>(usage.ru_maxrss),
                    .ended_by_us = running_->ended_by_us,
                    .oom_killer_struck = oom_kills() > running_->oom_kills_before});
            running_.reset();
            return;
        }
    }

    base::UniqueFd socket_;
    base::UniqueFd child_exits_;
    std::string packet_;
    std::optional<Running> running_;
};

}  // namespace

void run_spawner_process(base::UniqueFd socket) {
    be_independent();
    occupy_standard_descriptors();
    make_room_for_descriptors();
    SpawnerProcess(std::move(socket)).run();
    ::_exit(0);
}

}  // namespace parallel_run::worker
