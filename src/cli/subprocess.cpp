// SPDX-License-Identifier: Apache-2.0
#include "cli/subprocess.hpp"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>

#include "base/error.hpp"
#include "base/unique_fd.hpp"

namespace parallel_run::cli {
namespace {

/// What the child does with its descriptors and directory before it becomes the program.
class FileActions {
public:
    FileActions(int output, const std::string& directory) {
        ::posix_spawn_file_actions_init(&actions_);
        ::posix_spawn_file_actions_addopen(&actions_, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
        ::posix_spawn_file_actions_adddup2(&actions_, output, STDOUT_FILENO);
        ::posix_spawn_file_actions_adddup2(&actions_, output, STDERR_FILENO);
        ::posix_spawn_file_actions_addchdir_np(&actions_, directory.c_str());
    }
    FileActions(const FileActions&) = delete;
    FileActions& operator=(const FileActions&) = delete;
    ~FileActions() { ::posix_spawn_file_actions_destroy(&actions_); }
    [[nodiscard]] const posix_spawn_file_actions_t* get() const { return &actions_; }

private:
    posix_spawn_file_actions_t actions_{};
};

std::string read_all(int fd) {
    std::string text;
    char buffer[4096];
    for (;;) {
        const auto got = ::read(fd, buffer, sizeof buffer);
        if (got > 0) {
            text.append(buffer, static_cast<std::size_t>(got));
        } else if (got == 0 || errno != EINTR) {
            return text;
        }
    }
}

int wait_for(::pid_t child) {
    int status = 0;
    while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

}  // namespace

base::Result<Finished> run_and_capture(const std::vector<std::string>& words,
                                       const std::string& directory) {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) {
        return base::Failure{base::system_error_text("cannot make a pipe", errno)};
    }
    const base::UniqueFd reading(ends[0]);
    base::UniqueFd writing(ends[1]);
    std::vector<char*> arguments;
    for (const auto& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
    arguments.push_back(nullptr);

    const FileActions actions(writing.get(), directory);
    ::pid_t child = 0;
    const int error =
        ::posix_spawnp(&child, arguments[0], actions.get(), nullptr, arguments.data(), environ);
    if (error != 0) {
        return base::Failure{base::system_error_text("cannot start " + words.front(), error)};
    }
    writing.reset();
    Finished finished;
    finished.output = read_all(reading.get());
    finished.status = wait_for(child);
    return finished;
}

}  // namespace parallel_run::cli
