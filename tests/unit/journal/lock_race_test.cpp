// SPDX-License-Identifier: Apache-2.0
#include "temporary_directory.hpp"

#include <sched.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cstdio>
#include <filesystem>
#include <new>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "journal/output_lock.hpp"

namespace parallel_run::journal {
namespace {

/// Where racing processes meet.
struct Track {
    std::atomic<int> ready{0};
    std::atomic<int> winners{0};
    std::atomic<int> losers{0};
};
static_assert(std::atomic<int>::is_always_lock_free);

void wait_for(const std::atomic<int>& count, int enough) {
    while (count.load() < enough) ::usleep(50);  // the race's own time limit ends it
}

/// Takes the lock or not. The winner stays until the others gave up, and leaves without giving it
/// back, so that the next race is for the lock of a process that is gone.
[[noreturn]] void race(Track& track, int processes, const std::string& output) {
    ::alarm(15);
    ++track.ready;
    while (track.ready.load() < processes) ::sched_yield();
    try {
        const OutputLock lock(output, real_surroundings([](const std::string&) {}));
        ++track.winners;
        wait_for(track.losers, processes - 1);
        ::_exit(lock.lost() ? 2 : 0);
    } catch (const base::UsageError&) {
        ++track.losers;
        ::_exit(0);
    } catch (const std::exception& error) {
        std::fprintf(stderr, "%s\n", error.what());
        ::_exit(1);
    }
}

/// Hundreds of syncs take seconds on a disk.
std::filesystem::path fast_place() {
    const std::filesystem::path memory = "/dev/shm";
    return ::access(memory.c_str(), W_OK) == 0 ? memory : std::filesystem::temp_directory_path();
}

void expect_one_winner(const std::string& output, int processes) {
    void* const memory =
        ::mmap(nullptr, sizeof(Track), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    ASSERT_NE(memory, MAP_FAILED);
    auto& track = *new (memory) Track;
    std::vector<pid_t> children;
    for (int i = 0; i < processes; ++i) {
        children.push_back(::fork());
        if (children.back() == 0) race(track, processes, output);
    }
    for (const auto child : children) {
        int status = 0;
        ::waitpid(child, &status, 0);
        EXPECT_EQ(status, 0);
    }
    EXPECT_EQ(track.winners.load(), 1);
    EXPECT_EQ(track.losers.load(), processes - 1);
    ::munmap(memory, sizeof(Track));
}

TEST(LockRace, of_two_processes_has_one_winner) {
    const TemporaryDirectory directory(fast_place());
    for (int round = 0; round < 200; ++round) {
        expect_one_winner(directory.path(), 2);
        ASSERT_FALSE(testing::Test::HasFailure()) << "round " << round;
    }
}

TEST(LockRace, of_five_processes_has_one_winner) {
    const TemporaryDirectory directory(fast_place());
    for (int round = 0; round < 50; ++round) {
        expect_one_winner(directory.path(), 5);
        ASSERT_FALSE(testing::Test::HasFailure()) << "round " << round;
    }
}

}  // namespace
}  // namespace parallel_run::journal
