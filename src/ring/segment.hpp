// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>

#include "base/result.hpp"
#include "base/unique_fd.hpp"
#include "ring/last_words.hpp"
#include "ring/record_ring.hpp"

namespace parallel_run::ring {

/// The numbers under which a worker process finds the shared memory and the agent's eventfd: high
/// ones, so that a script that closes everything and opens files does not get them by chance.
inline constexpr int kSegmentFd = 1000;
inline constexpr int kAgentWakeFd = 1001;

/// What a worker process does with a mini-batch.
enum class Phase : std::uint32_t { reading = 1, running = 2 };

/// The head of the memory that an agent shares with its worker process; docs/formats.md has
/// the layout.
struct SegmentHeader {
    std::uint64_t magic;
    std::uint32_t version;
    std::uint32_t reserved;
    std::uint64_t command_capacity;  ///< bytes, a power of two
    std::uint64_t event_capacity;
    RingPositions commands;  ///< agent to process
    RingPositions events;    ///< process to agent

    alignas(
        64) std::atomic<std::uint32_t> process_waits;    ///< 1: the process sleeps on the next word
    std::atomic<std::uint32_t> process_wake;             ///< a futex; changes to wake the process
    alignas(64) std::atomic<std::uint32_t> agent_waits;  ///< 1: write to the agent's eventfd

    /// CLOCK_MONOTONIC nanoseconds at which the phase of the mini-batch in progress began; 0: none,
    /// or it waits for room in the event ring, which is not its fault.
    alignas(64) std::atomic<std::uint64_t> phase_began_ns;
    std::atomic<Phase> phase;
    std::atomic<std::uint64_t> items;  ///< of the table in progress; 0: not known
};

/// The shared memory itself: a sealed memfd (its size is fixed, so that the other side cannot
/// shrink it under our feet) mapped into this process.
class Segment {
public:
    /// In the agent. Capacities are powers of two, in bytes. Throws base::EnvironmentError.
    static Segment create(std::uint64_t command_capacity, std::uint64_t event_capacity);
    /// In the worker process, from the inherited descriptor; checks magic, version and sizes.
    static base::Result<Segment> open(base::UniqueFd fd);

    Segment(Segment&& other) noexcept;
    Segment& operator=(Segment&& other) noexcept;
    ~Segment();

    [[nodiscard]] int fd() const { return fd_.get(); }
    [[nodiscard]] SegmentHeader& header() const { return *static_cast<SegmentHeader*>(memory_); }

    [[nodiscard]] LastWords& last_words() const;

    // The agent's ends, then the process's. Each at most once per segment and side.
    [[nodiscard]] Producer command_producer() const;
    [[nodiscard]] Consumer event_consumer() const;
    [[nodiscard]] Consumer command_consumer() const;
    [[nodiscard]] Producer event_producer() const;

private:
    Segment(base::UniqueFd fd, void* memory, std::uint64_t size, std::uint64_t command_capacity,
            std::uint64_t event_capacity);
    [[nodiscard]] char* command_bytes() const;
    [[nodiscard]] char* event_bytes() const;

    base::UniqueFd fd_;
    void* memory_ = nullptr;
    std::uint64_t size_ = 0;
    // Copies: the other side could change those in the header.
    std::uint64_t command_capacity_ = 0;
    std::uint64_t event_capacity_ = 0;
};

}  // namespace parallel_run::ring
