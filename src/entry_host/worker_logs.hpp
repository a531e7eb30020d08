// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <atomic>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/unique_fd.hpp"
#include "entry_host/script.hpp"

namespace parallel_run::entry_host {

/// The files in which a worker process says what its script said and did: EntryScript's log and the
/// items that it failed. Each line goes out by one write(), so what was said before a crash is
/// there. Files are made when the first line comes. Any thread.
class WorkerLogs {
public:
    WorkerLogs(std::string log_path, std::string error_path, std::int32_t lowest_level);

    /// What the following lines are about.
    void set_mini_batch(std::uint64_t index, std::uint32_t attempt);
    void set_shutdown();

    void log(std::int32_t level, std::string_view text);
    void metric(std::string_view name, double value);
    void failed_item(std::string_view item, std::string_view reason);
    /// Of the mini-batch, none of them by name.
    void failed_items(std::string_view text);

private:
    class LineFile {
    public:
        explicit LineFile(std::string path) : path_(std::move(path)) {}
        void write(const std::string& line);

    private:
        /// Opens the file if need be; -1: it cannot be.
        int descriptor();
        [[nodiscard]] bool is_this_file(int fd) const;

        std::string path_;
        std::atomic<int> fd_{-1};
        std::atomic<ino_t> inode_{0};
        std::atomic<dev_t> device_{0};
    };
    [[nodiscard]] std::string place() const;

    LineFile log_;
    LineFile errors_;
    std::int32_t lowest_level_;
    std::atomic<std::uint64_t> index_{0};
    std::atomic<std::uint32_t> attempt_{0};  ///< 0: in init
    std::atomic<bool> shutdown_{false};
};

}  // namespace parallel_run::entry_host
