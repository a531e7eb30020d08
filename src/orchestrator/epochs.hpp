// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "transport/messages.hpp"

namespace parallel_run::orchestrator {

/// Decides when finished rows are made durable and where each rank's block goes. Pure, like the
/// scheduler: it is told what happened and says what to send. One epoch goes
///
///   order `epoch` to all -> all report `sealed` -> order `write` to all -> all report `written`
///
/// and only then is what it holds durable. Blocks follow each other by rank without gaps.
class Epochs {
public:
    using Time = std::chrono::nanoseconds;

    Epochs(int ranks, std::uint64_t flush_bytes, Time flush_interval, Time now);

    /// Finished rows that wait on a rank.
    void on_buffered(int rank, std::uint64_t bytes);

    /// Whether an epoch should begin now.
    [[nodiscard]] bool due(Time now) const;
    [[nodiscard]] bool idle() const { return state_ == State::idle; }

    /// The number to send to all ranks. Precondition: idle.
    std::uint64_t begin(Time now);

    /// A rank sealed its block. The write orders, one for each rank, once all have and there is
    /// anything to write.
    std::optional<std::vector<transport::WriteMessage>> on_sealed(
        int rank, const transport::SealedMessage& message);

    /// A rank wrote its block, or could not.
    void on_written(int rank, const transport::WrittenMessage& message);

    struct Failure {
        int rank;
        std::string error;
    };
    /// The first failure of any epoch; nothing may be written after it.
    [[nodiscard]] const std::optional<Failure>& failure() const { return failure_; }

    [[nodiscard]] std::uint64_t durable_bytes() const { return file_bytes_; }
    [[nodiscard]] std::uint64_t completed() const { return completed_; }

private:
    enum class State { idle, sealing, writing };
    void expect(bool condition, const char* what, int rank) const;

    State state_ = State::idle;
    std::uint64_t flush_bytes_;
    Time flush_interval_;
    Time last_begin_;  ///< of an epoch, or of the job
    std::uint64_t number_ = 0;
    std::vector<std::uint64_t> buffered_;
    std::vector<std::uint64_t> sealed_;
    std::size_t answers_ = 0;
    std::uint64_t epoch_bytes_ = 0;
    std::uint64_t file_bytes_ = 0;
    std::uint64_t completed_ = 0;
    std::optional<Failure> failure_;
};

}  // namespace parallel_run::orchestrator
