// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "ring/last_words.hpp"
#include "ring/messages.hpp"
#include "stacks/module_map.hpp"
#include "stacks/symboliser.hpp"

namespace parallel_run::worker {

/// The errors of worker processes with their place, in processNNN.txt of a directory. Telling one
/// is quick: functions and lines of stacks are looked up, and files written, by a thread that the
/// first error starts. Called by one thread.
class ErrorLog {
public:
    /// Frames of the program `worker_program` are not shown.
    ErrorLog(std::string directory, const std::string& worker_program);
    /// Writes what waits; from two seconds on without looking up functions. That last look-up may
    /// take longer, when it is the first into a large module.
    ~ErrorLog();
    ErrorLog(const ErrorLog&) = delete;
    ErrorLog& operator=(const ErrorLog&) = delete;

    /// A new process: "process003". What is told from now on is about it.
    void begin_process(std::string name);
    /// The modules of this process, by lines of its /proc/PID/maps.
    void set_modules(std::string_view lines);

    /// What the process said before a call of the script failed.
    void tell(const ring::ErrorReport& report);
    /// The process is gone; `place` says what it was at.
    void tell_loss(const std::string& place, const std::string& why,
                   const ring::LastWordsCopy& words);

private:
    struct Record {
        std::string file;
        std::string text;  ///< all but the stack
        std::string stack_title;
        std::vector<std::uint64_t> stack;
        std::shared_ptr<const stacks::ModuleMap> modules;
    };

    [[nodiscard]] std::string heading(const std::string& where, const std::string& place,
                                      std::string text) const;
    void put(Record record);
    void work();
    void write(const Record& record, stacks::Symboliser* symboliser) const;

    const std::string directory_;
    const std::string worker_program_;
    const std::string host_;
    std::string process_;
    std::shared_ptr<const stacks::ModuleMap> modules_;

    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<Record> waiting_;
    std::uint64_t dropped_ = 0;
    std::chrono::steady_clock::time_point patience_ =
        std::chrono::steady_clock::time_point::max();  ///< until when functions are looked up
    bool ending_ = false;
    std::thread thread_;
};

}  // namespace parallel_run::worker
