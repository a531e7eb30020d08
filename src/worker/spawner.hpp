// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "base/unique_fd.hpp"

namespace parallel_run::worker {

/// Of a worker process's stdout, and of its stderr: bytes after which the file is rotated.
inline constexpr std::uint64_t kOutputLimit = 64 << 20;

/// Between the SIGTERM and the SIGKILL of Spawner::end_process().
inline constexpr std::chrono::milliseconds kEndGrace{100};

/// A rank without its spawner cannot go on, but a new one can.
struct SpawnerLost : base::EnvironmentError {
    using base::EnvironmentError::EnvironmentError;
};

/// How to start a worker process.
struct SpawnRequest {
    std::string program;
    std::vector<std::string> arguments;    ///< without the program's name
    std::vector<std::string> environment;  ///< NAME=VALUE, on top of this process's own
    std::string working_dir;               ///< empty: this process's
    std::string stdout_path;               ///< a StreamFile
    std::string stderr_path;
    std::uint64_t output_limit = kOutputLimit;  ///< of each of the two
};

std::string encode(const SpawnRequest& request);
bool decode(std::string_view bytes, SpawnRequest& request);

/// What became of the worker process.
struct SpawnerEvent {
    enum class Kind : std::uint8_t { started, start_failed, exited };
    /// What could not be done.
    enum class Step : std::uint8_t { process, descriptors, output_files, working_dir, program };
    Kind kind = Kind::started;
    pid_t pid = 0;
    int error = 0;                   ///< start_failed: errno
    Step step = Step::process;       ///< start_failed
    int status = 0;                  ///< exited: as from waitpid()
    std::uint64_t max_rss_kb = 0;    ///< exited: the most memory it had
    bool ended_by_us = false;        ///< exited: after end_process() or kill_process()
    bool oom_killer_struck = false;  ///< exited: meanwhile, here; whom, the kernel does not tell
};

/// A small process that starts, reaps and ends worker processes for a rank, one at a time. It is
/// forked before MPI_Init, because forking a process that uses MPI is unsafe on some fabrics, and
/// it is a child subreaper: whatever a worker process leaves running becomes its child and is
/// killed before the exit is reported, and by then all that any of them had printed is in the
/// files. When the rank is gone, however it went, so is everything it started. When the spawner is
/// gone, the rank, a child subreaper too, ends what was started.
class Spawner {
public:
    /// Call before MPI_Init and before any thread is started. Makes this process a child subreaper.
    /// Throws base::EnvironmentError.
    static Spawner start();

    Spawner(Spawner&&) noexcept = default;
    Spawner& operator=(Spawner&&) = delete;
    ~Spawner();  ///< ends all that it started; waits for that

    /// Precondition: the process asked for before has been reported as exited or not started. The
    /// descriptors arrive under the numbers above. Answered by an event. Throws
    /// base::EnvironmentError when the spawner is gone.
    void spawn(const SpawnRequest& request, int segment_fd, int agent_wake_fd);

    /// Ends the worker process, if there is one, but lets it say where it is: SIGTERM to it alone,
    /// and what is still there kEndGrace later is killed. Answered by `exited`.
    void end_process();

    /// Kills the worker process and its group, if there is one. Answered by `exited`.
    void kill_process();

    /// The next event, if any. Never blocks. Throws base::EnvironmentError when the spawner is
    /// gone.
    std::optional<SpawnerEvent> poll();

    /// poll() readable when there is an event.
    [[nodiscard]] int fd() const { return socket_.get(); }

private:
    Spawner(base::UniqueFd socket, pid_t pid) : socket_(std::move(socket)), pid_(pid) {}

    void request(char kind);
    void end();
    [[noreturn]] void fail_gone();

    base::UniqueFd socket_;
    pid_t pid_;
    /// Children of the rank (MPI may have some) before it had any through the spawner.
    std::optional<std::vector<pid_t>> own_children_;
};

/// The life of the spawner's process. Does not return.
[[noreturn]] void run_spawner_process(base::UniqueFd socket);

}  // namespace parallel_run::worker
