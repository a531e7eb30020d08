// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "table/reader.hpp"

namespace parallel_run::entry_host {

/// Reads the tables of mini-batches on a thread of its own: one for the script to work on, and
/// meanwhile the one that comes next. So two tables are in memory at most. One thread may call the
/// member functions, in which an input is a position in `formats`.
class TableInput {
public:
    explicit TableInput(std::vector<table::Format> formats);
    ~TableInput();  ///< waits for the part being read
    TableInput(const TableInput&) = delete;
    TableInput& operator=(const TableInput&) = delete;

    /// Starts to read a part that take() will probably be called for next. It need not be: what was
    /// read in vain is forgotten. Precondition for both: input < the number of formats.
    void expect(std::uint32_t input, const table::Range& part);

    /// The part's table, valid until the next call. Throws table::ReadError.
    table::Table& take(std::uint32_t input, const table::Range& part);

private:
    struct Request {
        std::uint32_t input = 0;
        table::Range part;
        bool operator==(const Request&) const = default;
    };
    void ask(Request request);
    void read_all();
    std::string read(const Request& request);

    const std::vector<table::Format> formats_;
    std::vector<std::unique_ptr<table::Reader>> readers_;  ///< of the thread; one for each format
    std::unique_ptr<table::Table> current_;                ///< the caller's

    std::mutex mutex_;  ///< guards what follows
    std::condition_variable changed_;
    std::optional<Request> request_;  ///< being read, or read and not taken
    bool read_ = false;               ///< it is read
    bool stop_ = false;
    std::unique_ptr<table::Table> ahead_;  ///< the thread's until read_
    std::string error_;                    ///< why it could not be read

    std::thread thread_;
};

}  // namespace parallel_run::entry_host
