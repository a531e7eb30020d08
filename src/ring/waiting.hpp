// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>

#include "ring/segment.hpp"

namespace parallel_run::ring {

// How the two sides sleep without missing each other: a side announces that it will sleep, looks at
// its ring once more, and only then sleeps; the other publishes, and only then looks for the
// announcement. The process sleeps on a futex (a script that closes all descriptors cannot break
// it), the agent in poll() on an eventfd, because it waits for other things as well.

/// In the worker process. Sleeps until wake_process() or the time is over, unless `ready()` is true
/// after the announcement.
template <typename Ready>
void wait_in_process(SegmentHeader& header, std::chrono::milliseconds limit, Ready&& ready);

/// In the agent, after it wrote a command or took events.
void wake_process(SegmentHeader& header);

/// In the agent, around poll(): announces, then says whether `ready()` so that it need not sleep.
template <typename Ready>
bool announce_agent_sleep(SegmentHeader& header, Ready&& ready) {
    header.agent_waits.store(1, std::memory_order_seq_cst);
    return ready();
}
inline void end_agent_sleep(SegmentHeader& header) {
    header.agent_waits.store(0, std::memory_order_relaxed);
}

/// In the worker process, after it wrote events that the agent should see now.
void wake_agent(SegmentHeader& header, int event_fd);

void futex_wait(std::atomic<std::uint32_t>& word, std::uint32_t seen,
                std::chrono::milliseconds limit);

template <typename Ready>
void wait_in_process(SegmentHeader& header, std::chrono::milliseconds limit, Ready&& ready) {
    const auto seen = header.process_wake.load(std::memory_order_acquire);
    header.process_waits.store(1, std::memory_order_seq_cst);
    if (!ready()) futex_wait(header.process_wake, seen, limit);
    header.process_waits.store(0, std::memory_order_relaxed);
}

}  // namespace parallel_run::ring
