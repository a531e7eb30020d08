// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "base/unique_fd.hpp"
#include "output/row_file.hpp"
#include "output/spool.hpp"

namespace parallel_run::output {

/// Writes sealed blocks on a thread of its own, so that the event loop and the worker process go on
/// while a collective write and its sync take their time. At most one block is on its way. Requires
/// MPI_THREAD_MULTIPLE; nothing else may use the file's communicator meanwhile.
class EpochWriter {
public:
    explicit EpochWriter(RowFile file);
    ~EpochWriter();  ///< waits for a block on its way
    EpochWriter(const EpochWriter&) = delete;
    EpochWriter& operator=(const EpochWriter&) = delete;

    /// COLLECTIVE: every rank starts the same epochs in the same order. Precondition: none is on
    /// its way.
    void start(std::uint64_t offset, Spool block);

    struct Written {
        std::string error;           ///< empty: the block is durable
        std::uint64_t checksum = 0;  ///< XXH3-64 of the block
        Spool block;                 ///< emptied, for its capacity
    };
    /// The block's fate, once known. Never blocks.
    std::optional<Written> poll();

    /// poll() readable when there is something to poll().
    [[nodiscard]] int wake_fd() const { return wake_.get(); }

    /// COLLECTIVE. Precondition: no block is on its way. Empty: success.
    std::string close_file();

private:
    struct Job {
        std::uint64_t offset = 0;
        Spool block;
    };
    void work();
    Written write(Job& job);

    RowFile file_;
    base::UniqueFd wake_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::optional<Job> job_;
    std::optional<Written> written_;
    bool stopping_ = false;
    std::thread thread_;
};

}  // namespace parallel_run::output
