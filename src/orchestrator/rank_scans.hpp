// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dataset/piece_scans.hpp"

namespace parallel_run::orchestrator {

/// Has the pieces of files that a plan asks for looked through by all ranks: the plan's thread asks
/// and takes, the event loop carries orders and reports.
class RankScans : public dataset::PieceScans {
public:
    using Time = std::chrono::nanoseconds;

    explicit RankScans(int ranks);

    // The plan's thread.
    [[nodiscard]] std::size_t ahead() const override;
    void ask(dataset::PieceRequest request) override;
    std::optional<table::PieceScan> take(const std::stop_token& stop) override;

    // The event loop.
    struct ScanOrder {
        int rank = 0;
        std::string payload;  ///< of Order::scan
    };
    /// A piece for a rank that has little to look through; nothing: none waits for one.
    std::optional<ScanOrder> next_order(Time now);
    /// The payload of Report::scanned. Returns whether it was expected and makes sense.
    bool on_scanned(int rank, std::string_view payload, Time now);
    /// The piece that a rank has been looking through for longer than `limit`, for people.
    [[nodiscard]] std::optional<std::string> overdue(Time now, Time limit) const;

private:
    struct Piece {
        dataset::PieceRequest request;
        std::optional<table::PieceScan> scan;
        std::string error;
    };
    struct Rank {
        std::deque<std::uint64_t> ordered;  ///< pieces, oldest first
        Time since{0};                      ///< it began with the oldest
    };
    [[nodiscard]] std::optional<std::size_t> rank_with_room() const;
    Piece& piece(std::uint64_t number) { return pieces_[number - first_]; }

    mutable std::mutex mutex_;  ///< guards all that follows
    std::condition_variable_any arrived_;
    std::deque<Piece> pieces_;  ///< asked for and not taken
    std::uint64_t first_ = 0;   ///< the number of the first of them
    std::uint64_t next_ = 0;    ///< the number of the next to be ordered
    std::vector<Rank> ranks_;
};

}  // namespace parallel_run::orchestrator
