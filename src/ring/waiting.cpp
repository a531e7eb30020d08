// SPDX-License-Identifier: Apache-2.0
#include "ring/waiting.hpp"

#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <climits>
#include <ctime>

#include <linux/futex.h>

namespace parallel_run::ring {

namespace {

/// A script may have closed the descriptor and opened a file of its own under its number. What the
/// kernel has for an eventfd has no file type.
bool is_event_fd(int fd) {
    struct stat status {};
    return ::fstat(fd, &status) == 0 && (status.st_mode & S_IFMT) == 0;
}

std::uint32_t* futex_word(std::atomic<std::uint32_t>& word) {
    static_assert(sizeof(word) == sizeof(std::uint32_t));
    return reinterpret_cast<std::uint32_t*>(&word);
}

}  // namespace

void futex_wait(std::atomic<std::uint32_t>& word, std::uint32_t seen,
                std::chrono::milliseconds limit) {
    const timespec time{limit.count() / 1000, (limit.count() % 1000) * 1'000'000};
    // Without FUTEX_PRIVATE_FLAG: the word is in memory of two processes.
    ::syscall(SYS_futex, futex_word(word), FUTEX_WAIT, seen, &time, nullptr, 0);
}

void wake_process(SegmentHeader& header) {
    std::atomic_thread_fence(std::memory_order_seq_cst);
    if (header.process_waits.load(std::memory_order_relaxed) == 0) return;
    header.process_wake.fetch_add(1, std::memory_order_release);
    ::syscall(SYS_futex, futex_word(header.process_wake), FUTEX_WAKE, INT_MAX, nullptr, nullptr, 0);
}

void wake_agent(SegmentHeader& header, int event_fd) {
    std::atomic_thread_fence(std::memory_order_seq_cst);
    if (header.agent_waits.exchange(0, std::memory_order_relaxed) == 0 || !is_event_fd(event_fd))
        return;
    const std::uint64_t one = 1;
    [[maybe_unused]] const auto written = ::write(event_fd, &one, sizeof one);
}

}  // namespace parallel_run::ring
