// SPDX-License-Identifier: Apache-2.0
#include "worker/spawner.hpp"

#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "base/codec.hpp"
#include "base/error.hpp"
#include "worker/descendants.hpp"
#include "worker/spawner_protocol.hpp"

namespace parallel_run::worker {

std::string encode(const SpawnRequest& request) {
    std::string bytes;
    base::Encoder out(bytes);
    out.string(request.program);
    out.strings(request.arguments);
    out.strings(request.environment);
    out.string(request.working_dir);
    out.string(request.stdout_path);
    out.string(request.stderr_path);
    out.varint(request.output_limit);
    return bytes;
}

bool decode(std::string_view bytes, SpawnRequest& request) {
    base::Decoder in(bytes);
    request.program = in.string();
    request.arguments = in.strings();
    request.environment = in.strings();
    request.working_dir = in.string();
    request.stdout_path = in.string();
    request.stderr_path = in.string();
    request.output_limit = in.varint();
    return in.finished() && request.output_limit > 0;
}

Spawner Spawner::start() {
    std::array<int, 2> ends{};
    if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.data()) != 0) {
        throw base::EnvironmentError(base::system_error_text("cannot make a socket pair", errno));
    }
    base::UniqueFd ours(ends[0]);
    base::UniqueFd theirs(ends[1]);
    const int size = 2 * static_cast<int>(kMaxPacket);
    ::setsockopt(ours.get(), SOL_SOCKET, SO_SNDBUF, &size, sizeof size);
    ::prctl(PR_SET_CHILD_SUBREAPER, 1);
    const pid_t pid = ::fork();
    if (pid < 0) throw base::EnvironmentError(base::system_error_text("cannot fork", errno));
    if (pid == 0) {
        ours.reset();
        run_spawner_process(std::move(theirs));
    }
    return {std::move(ours), pid};
}

Spawner::~Spawner() {
    if (socket_) end();
}

void Spawner::end() {
    socket_.reset();
    ::waitpid(pid_, nullptr, 0);  // if it was killed, what it had started is ours from here on
    if (own_children_) end_children(*own_children_);
    ::prctl(PR_SET_CHILD_SUBREAPER, 0);
}

void Spawner::spawn(const SpawnRequest& request, int segment_fd, int agent_wake_fd) {
    auto packet = kSpawn + encode(request);
    if (packet.size() > kMaxPacket) {
        throw base::UsageError(
            "the arguments and environment_variables of the worker process are "
            "too long: " +
            std::to_string(packet.size()) + " bytes of at most " + std::to_string(kMaxPacket));
    }
    // Until now nothing that a worker process started can have become a child of this process.
    if (!own_children_) own_children_ = children();
    iovec part{packet.data(), packet.size()};
    const std::array<int, 2> fds{segment_fd, agent_wake_fd};
    alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof fds)> control{};
    msghdr message{};
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    message.msg_control = control.data();
    message.msg_controllen = control.size();
    auto* const head = CMSG_FIRSTHDR(&message);
    head->cmsg_level = SOL_SOCKET;
    head->cmsg_type = SCM_RIGHTS;
    head->cmsg_len = CMSG_LEN(sizeof fds);
    std::memcpy(CMSG_DATA(head), fds.data(), sizeof fds);
    if (::sendmsg(socket_.get(), &message, MSG_NOSIGNAL) < 0) fail_gone();
}

void Spawner::end_process() { request(kEnd); }

void Spawner::kill_process() { request(kKill); }

void Spawner::request(char kind) {
    if (::send(socket_.get(), &kind, sizeof kind, MSG_NOSIGNAL) < 0) fail_gone();
}

void Spawner::fail_gone() {
    if (socket_) end();
    throw SpawnerLost(
        "the helper process that starts worker processes is gone; was it killed by hand?");
}

std::optional<SpawnerEvent> Spawner::poll() {
    SpawnerEvent event;
    const auto size = ::recv(socket_.get(), &event, sizeof event, MSG_DONTWAIT);
    if (size < 0 && (errno == EAGAIN || errno == EINTR)) return std::nullopt;
    if (size != static_cast<ssize_t>(sizeof event)) fail_gone();
    return event;
}

}  // namespace parallel_run::worker
