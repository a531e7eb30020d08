// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/unique_fd.hpp"

namespace parallel_run::worker {

/// How to start a worker process.
struct SpawnRequest {
    std::string program;
    std::vector<std::string> arguments;    ///< without the program's name
    std::vector<std::string> environment;  ///< NAME=VALUE, on top of this process's own
    std::string working_dir;               ///< empty: this process's
    std::string stdout_path;               ///< appended to
    std::string stderr_path;
};

std::string encode(const SpawnRequest& request);
bool decode(std::string_view bytes, SpawnRequest& request);

/// What became of the worker process.
struct SpawnerEvent {
    enum class Kind : std::uint8_t { started, start_failed, exited };
    Kind kind = Kind::started;
    pid_t pid = 0;
    int error = 0;                 ///< start_failed: errno
    int status = 0;                ///< exited: as from waitpid()
    std::uint64_t max_rss_kb = 0;  ///< exited: the most memory it had
};

/// A small process that starts, reaps and ends worker processes for a rank, one at a time. It is
/// forked before MPI_Init, because forking a process that uses MPI is unsafe on some fabrics, and
/// it is a child subreaper: whatever a worker process leaves running becomes its child and is
/// killed before the exit is reported. When the rank is gone, however it went, so is everything it
/// started.
class Spawner {
public:
    /// Call before MPI_Init and before any thread is started. Throws base::EnvironmentError.
    static Spawner start();

    Spawner(Spawner&&) noexcept = default;
    Spawner& operator=(Spawner&&) = delete;
    ~Spawner();  ///< ends all that it started; waits for that

    /// Precondition: the process asked for before has been reported as exited or not started. The
    /// descriptors arrive under the numbers above. Answered by an event. Throws
    /// base::EnvironmentError when the spawner is gone.
    void spawn(const SpawnRequest& request, int segment_fd, int agent_wake_fd);

    /// Kills the worker process and its group, if there is one. Answered by `exited`.
    void kill_process();

    /// The next event, if any. Never blocks. Throws base::EnvironmentError when the spawner is
    /// gone.
    std::optional<SpawnerEvent> poll();

    /// poll() readable when there is an event.
    [[nodiscard]] int fd() const { return socket_.get(); }

private:
    Spawner(base::UniqueFd socket, pid_t pid) : socket_(std::move(socket)), pid_(pid) {}

    base::UniqueFd socket_;
    pid_t pid_;
};

/// The life of the spawner's process. Does not return.
[[noreturn]] void run_spawner_process(base::UniqueFd socket);

}  // namespace parallel_run::worker
