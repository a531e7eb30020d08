// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <condition_variable>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "base/unique_fd.hpp"
#include "journal/output_lock.hpp"
#include "journal/writer.hpp"

namespace parallel_run::orchestrator {

/// Appends records to the journal, and shows others that the output directory's lock is alive, on a
/// thread of its own: a sync may take its time.
class Recorder {
public:
    /// The lock must outlive it; both are the thread's from now on.
    Recorder(journal::JournalWriter writer, journal::OutputLock& lock);
    ~Recorder();  ///< waits for a record on its way
    Recorder(const Recorder&) = delete;
    Recorder& operator=(const Recorder&) = delete;

    /// Precondition: not busy.
    void append(journal::Record record);
    /// Looks whether the lock is still held, as append() does first: to be asked before rows are
    /// written, because a process that was stopped for long may have lost it. Precondition: not
    /// busy.
    void check_lock();
    /// One of the two was begun and poll() has not told its end.
    [[nodiscard]] bool busy() const { return busy_; }
    /// Why the record is not durable or the lock not held, once known; empty: it is. Never blocks.
    std::optional<std::string> poll();
    /// The same, but waits. Precondition: busy.
    std::string wait();

    /// poll() readable when there is something to poll().
    [[nodiscard]] int wake_fd() const { return wake_.get(); }

private:
    void work();
    void ask(std::optional<journal::Record> record);
    std::string answer(const std::optional<journal::Record>& record);

    journal::JournalWriter writer_;  // the thread's, with the lock
    journal::OutputLock& lock_;
    base::UniqueFd wake_;
    bool busy_ = false;

    std::mutex mutex_;  ///< guards what follows
    std::condition_variable changed_;
    bool asked_ = false;
    std::optional<journal::Record> record_;
    std::optional<std::string> fate_;
    bool stopping_ = false;
    std::thread thread_;
};

}  // namespace parallel_run::orchestrator
