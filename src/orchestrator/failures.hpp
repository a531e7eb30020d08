// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <memory>
#include <string>

#include <spdlog/logger.h>

#include "logging/log_tree.hpp"
#include "orchestrator/cluster.hpp"
#include "orchestrator/error_book.hpp"
#include "scheduling/types.hpp"
#include "transport/messages.hpp"

namespace parallel_run::orchestrator {

/// Hears of everything that fails in a job: logs it with its place, counts it by kind, and keeps
/// user/error.txt up to date.
class Failures {
public:
    using Time = std::chrono::nanoseconds;

    /// The cluster must outlive it. `logs`: the log directory.
    Failures(std::string logs, const Cluster& cluster, std::shared_ptr<spdlog::logger> logger);

    void on_init(int rank, const transport::ErrorNote& note);
    /// `mini_batch`: which one, for a user.
    void on_attempt(int rank, const std::string& mini_batch, std::uint32_t attempt,
                    const transport::ErrorNote& note);
    /// Of an attempt that succeeded, the first of its failed items. Only the first of a kind is
    /// logged, since there may be one in each mini-batch.
    void on_failed_item(int rank, const std::string& mini_batch, std::uint32_t attempt,
                        const transport::ErrorNote& note);

    /// Null: nothing failed.
    [[nodiscard]] const ErrorBook::Kind* first() const { return book_.first(); }

    /// Writes user/error.txt if it is time to, or `at_once`, and there is anything new.
    void write(Time now, bool at_once);

private:
    /// Returns whether it is the first of its kind.
    bool add(const std::string& place, int rank, const transport::ErrorNote& note);
    [[nodiscard]] std::string place_of(const std::string& what, int rank,
                                       const transport::ErrorNote& note) const;

    logging::LogTree logs_;
    const Cluster& cluster_;
    std::shared_ptr<spdlog::logger> logger_;
    ErrorBook book_;
    std::string earlier_;  ///< what earlier starts of the run left in user/error.txt
    std::uint64_t written_ = 0;
    Time next_write_{0};
};

}  // namespace parallel_run::orchestrator
