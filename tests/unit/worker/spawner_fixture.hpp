// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fcntl.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "base/unique_fd.hpp"
#include "worker/spawner.hpp"

namespace parallel_run::worker {

/// Longer than any test takes: what does not come by then does not come.
constexpr int kPatienceMs = 30'000;

/// Waits for the end of a process, a child or not; false if it goes on living.
inline bool ends(pid_t pid) {
    const base::UniqueFd process(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
    if (!process) return errno == ESRCH;
    pollfd fd{process.get(), POLLIN, 0};
    return ::poll(&fd, 1, kPatienceMs) == 1;
}

/// No process of this number, not even a dead one that nobody has waited for.
inline bool is_gone(pid_t pid) { return ::kill(pid, 0) != 0 && errno == ESRCH; }

/// A spawner that starts shell scripts, and a directory where they leave what the test asks for. A
/// script reports by a named pipe, which is how a test waits for it.
class SpawnerTest : public testing::Test {
protected:
    SpawnerTest() {
        auto name = (std::filesystem::temp_directory_path() / "spawner_test.XXXXXX").string();
        if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("mkdtemp failed");
        directory_ = name;
        if (::mkfifo(path("told").c_str(), 0600) != 0) throw std::runtime_error("mkfifo failed");
        told_.reset(::open(path("told").c_str(), O_RDWR | O_CLOEXEC));
    }
    ~SpawnerTest() override {
        spawner_.reset();
        std::error_code ignored;
        std::filesystem::remove_all(directory_, ignored);
    }

    [[nodiscard]] std::string path(const std::string& name) const {
        return directory_ + "/" + name;
    }
    [[nodiscard]] std::string content(const std::string& name) const {
        std::ostringstream text;
        text << std::ifstream(path(name)).rdbuf();
        return text.str();
    }

    /// The spawner is started on first use, so that a test can prepare what it inherits.
    Spawner& spawner() {
        if (!spawner_) spawner_.emplace(Spawner::start());
        return *spawner_;
    }
    [[nodiscard]] SpawnRequest request_of(const std::string& script) const {
        return {"/bin/sh", {"-c", script}, {}, directory_, path("stdout"), path("stderr")};
    }
    void spawn(const SpawnRequest& request) {
        spawner().spawn(request, segment_.get(), wake_.get());
    }
    SpawnerEvent next_event() {
        pollfd fd{spawner().fd(), POLLIN, 0};
        if (::poll(&fd, 1, kPatienceMs) != 1) throw std::runtime_error("the spawner says nothing");
        return spawner().poll().value();
    }
    pid_t start(const SpawnRequest& request) {
        spawn(request);
        const auto event = next_event();
        EXPECT_EQ(event.kind, SpawnerEvent::Kind::started);
        return event.pid;
    }
    /// The next line that a script wrote to the pipe "told".
    int told_number() {
        std::string line;
        for (char byte = 0; byte != '\n'; line += byte) {
            pollfd fd{told_.get(), POLLIN, 0};
            if (::poll(&fd, 1, kPatienceMs) != 1 || ::read(told_.get(), &byte, 1) != 1) {
                throw std::runtime_error("the script says nothing");
            }
        }
        return std::stoi(line);
    }
    SpawnerEvent run(const std::string& script) {
        start(request_of(script));
        const auto event = next_event();
        EXPECT_EQ(event.kind, SpawnerEvent::Kind::exited);
        return event;
    }

    std::string directory_;
    base::UniqueFd told_;
    base::UniqueFd segment_{::memfd_create("segment", MFD_CLOEXEC)};
    base::UniqueFd wake_{::eventfd(0, EFD_CLOEXEC)};
    std::optional<Spawner> spawner_;
};

}  // namespace parallel_run::worker
