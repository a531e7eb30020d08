// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "journal/record.hpp"
#include "transport/messages.hpp"

namespace parallel_run::orchestrator {

/// Decides when finished rows are made durable and where each rank's block goes. Pure, like the
/// scheduler: it is told what happened and says what to send. One epoch goes
///
///   order `epoch` to all -> all report `sealed` -> order `write` to all -> all report `written`
///   -> the journal's record
///
/// and only then is what it holds durable. Blocks follow each other by rank without gaps. An epoch
/// without a byte is not written, only recorded.
class Epochs {
public:
    using Time = std::chrono::nanoseconds;

    /// `file_bytes` are durable already, from `recorded` epochs of earlier runs.
    Epochs(int ranks, std::uint64_t flush_bytes, Time flush_interval, Time now,
           std::uint64_t file_bytes = 0, std::uint64_t recorded = 0);

    /// Finished rows that wait on a rank.
    void on_buffered(int rank, std::uint64_t bytes);

    /// Whether an epoch should begin now. `waits`: something has ended that is not recorded, if
    /// without rows.
    [[nodiscard]] bool due(Time now, bool waits) const;
    [[nodiscard]] bool idle() const { return state_ == State::idle; }

    /// The number to send to all ranks. Precondition: idle.
    std::uint64_t begin(Time now);

    /// A rank sealed its block. The write orders, one for each rank, once all have and there is
    /// anything to write.
    std::optional<std::vector<transport::WriteMessage>> on_sealed(
        int rank, const transport::SealedMessage& message);

    /// A rank wrote its block, or could not.
    void on_written(int rank, const transport::WrittenMessage& message);

    /// Everything is written and waits for its record.
    [[nodiscard]] bool recordable() const { return state_ == State::recording; }
    /// Number, blocks and length for the record. Precondition: recordable.
    [[nodiscard]] journal::Epoch record() const;
    /// It holds nothing, so there is no record of it. Precondition: recordable.
    void on_nothing_to_record() { state_ = State::idle; }
    /// The record is durable, or why it is not. Precondition: recordable.
    void on_recorded(const std::string& error);

    struct Failure {
        int rank;  ///< -1: of the record
        std::string error;
    };
    /// The first failure of any epoch; nothing may be written after it.
    [[nodiscard]] const std::optional<Failure>& failure() const { return failure_; }
    /// Nothing may be written any more, for this reason; an epoch on its way comes to its end, but
    /// not into the journal.
    void on_failure(std::string error) { failure_ = Failure{-1, std::move(error)}; }
    /// The same, where all ranks have sealed and none is told to write.
    void give_up(std::string error) {
        on_failure(std::move(error));
        state_ = State::idle;
    }

    /// Finished rows wait on any rank.
    [[nodiscard]] bool buffered() const;

    [[nodiscard]] std::uint64_t durable_bytes() const { return file_bytes_; }
    /// Epochs that are recorded, those of earlier runs too.
    [[nodiscard]] std::uint64_t recorded() const { return recorded_; }

private:
    enum class State { idle, sealing, writing, recording };

    void expect(bool condition, const char* what, int rank) const;

    State state_ = State::idle;
    std::uint64_t flush_bytes_;
    Time flush_interval_;
    Time last_begin_;  ///< of an epoch, or of the job
    std::uint64_t number_ = 0;
    std::vector<std::uint64_t> buffered_;
    std::vector<std::uint64_t> sealed_;
    std::vector<std::uint64_t> checksums_;
    std::size_t answers_ = 0;
    std::uint64_t file_bytes_;
    std::uint64_t recorded_;
    std::optional<Failure> failure_;
};

}  // namespace parallel_run::orchestrator
