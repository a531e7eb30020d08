// SPDX-License-Identifier: Apache-2.0
#include "orchestrator/rank_scans.hpp"

#include <algorithm>
#include <utility>

#include "dataset/descriptor.hpp"
#include "table/reader.hpp"
#include "transport/messages.hpp"

namespace parallel_run::orchestrator {

namespace {

/// One to work on and one that waits.
constexpr std::size_t kPiecesOfRank = 2;

}  // namespace

RankScans::RankScans(int ranks) : ranks_(static_cast<std::size_t>(ranks)) {}

std::size_t RankScans::ahead() const { return kPiecesOfRank * ranks_.size(); }

void RankScans::ask(dataset::PieceRequest request) {
    const std::lock_guard lock(mutex_);
    pieces_.push_back({std::move(request), std::nullopt, {}});
}

std::optional<table::PieceScan> RankScans::take(const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    const auto is_there = [this] { return pieces_.front().scan || !pieces_.front().error.empty(); };
    if (!arrived_.wait(lock, stop, is_there)) return std::nullopt;
    const auto taken = std::move(pieces_.front());
    pieces_.pop_front();
    ++first_;
    if (!taken.scan) throw table::ReadError(taken.error);
    return taken.scan;
}

std::optional<std::size_t> RankScans::rank_with_room() const {
    const auto idlest = std::min_element(
        ranks_.begin(), ranks_.end(),
        [](const Rank& a, const Rank& b) { return a.ordered.size() < b.ordered.size(); });
    if (idlest->ordered.size() >= kPiecesOfRank) return std::nullopt;
    return static_cast<std::size_t>(idlest - ranks_.begin());
}

std::optional<RankScans::ScanOrder> RankScans::next_order(Time now) {
    const std::lock_guard lock(mutex_);
    if (next_ - first_ == pieces_.size()) return std::nullopt;
    const auto rank = rank_with_room();
    if (!rank) return std::nullopt;
    auto& chosen = ranks_[*rank];
    if (chosen.ordered.empty()) chosen.since = now;
    chosen.ordered.push_back(next_);
    const auto& request = piece(next_++).request;
    transport::ScanMessage message{request.step, {}};
    dataset::encode(request.input, request.piece, message.piece);
    return ScanOrder{static_cast<int>(*rank), encode(message)};
}

bool RankScans::on_scanned(int rank, std::string_view payload, Time now) {
    transport::ScannedMessage message;
    const std::lock_guard lock(mutex_);
    auto& sender = ranks_[static_cast<std::size_t>(rank)];
    if (sender.ordered.empty() || !decode(payload, message)) return false;
    auto& answered = piece(sender.ordered.front());
    const auto& asked = answered.request.piece;
    sender.ordered.pop_front();
    sender.since = now;
    if (message.error.empty()) {
        if (message.scan.begin != asked.begin || message.scan.end != asked.end) return false;
        answered.scan = std::move(message.scan);
    } else {
        answered.error = std::move(message.error);
    }
    arrived_.notify_one();
    return true;
}

std::optional<std::string> RankScans::overdue(Time now, Time limit) const {
    const std::lock_guard lock(mutex_);
    for (std::size_t rank = 0; rank < ranks_.size(); ++rank) {
        const auto& looked_at = ranks_[rank];
        if (looked_at.ordered.empty() || now - looked_at.since <= limit) continue;
        const auto& piece = pieces_[looked_at.ordered.front() - first_].request.piece;
        return "rank " + std::to_string(rank) + " does not come to the end of looking through " +
               piece.file + ", " + dataset::describe(piece);
    }
    return std::nullopt;
}

}  // namespace parallel_run::orchestrator
