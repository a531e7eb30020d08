// SPDX-License-Identifier: Apache-2.0
#include "orchestrator/epochs.hpp"

#include <algorithm>
#include <stdexcept>

namespace parallel_run::orchestrator {

Epochs::Epochs(int ranks, std::uint64_t flush_bytes, Time flush_interval, Time now,
               std::uint64_t file_bytes, std::uint64_t recorded)
    : flush_bytes_(flush_bytes),
      flush_interval_(flush_interval),
      last_begin_(now),
      buffered_(static_cast<std::size_t>(ranks)),
      sealed_(static_cast<std::size_t>(ranks)),
      checksums_(static_cast<std::size_t>(ranks)),
      file_bytes_(file_bytes),
      recorded_(recorded) {}

void Epochs::on_buffered(int rank, std::uint64_t bytes) {
    buffered_[static_cast<std::size_t>(rank)] = bytes;
}

bool Epochs::buffered() const {
    return std::any_of(buffered_.begin(), buffered_.end(), [](auto bytes) { return bytes > 0; });
}

bool Epochs::due(Time now, bool waits) const {
    if (state_ != State::idle || failure_) return false;
    const auto most = *std::max_element(buffered_.begin(), buffered_.end());
    return most >= flush_bytes_ || ((most > 0 || waits) && now - last_begin_ >= flush_interval_);
}

std::uint64_t Epochs::begin(Time now) {
    state_ = State::sealing;
    last_begin_ = now;
    answers_ = 0;
    return ++number_;
}

std::optional<std::vector<transport::WriteMessage>> Epochs::on_sealed(
    int rank, const transport::SealedMessage& message) {
    expect(state_ == State::sealing && message.epoch == number_, "sealed", rank);
    sealed_[static_cast<std::size_t>(rank)] = message.bytes;
    buffered_[static_cast<std::size_t>(rank)] = 0;
    if (++answers_ < sealed_.size()) return std::nullopt;

    if (std::all_of(sealed_.begin(), sealed_.end(), [](auto bytes) { return bytes == 0; })) {
        state_ = State::recording;
        return std::nullopt;
    }
    std::vector<transport::WriteMessage> orders;
    auto offset = file_bytes_;
    for (const auto bytes : sealed_) {
        orders.push_back({number_, offset});
        offset += bytes;
    }
    state_ = State::writing;
    answers_ = 0;
    return orders;
}

void Epochs::on_written(int rank, const transport::WrittenMessage& message) {
    expect(state_ == State::writing && message.epoch == number_, "written", rank);
    checksums_[static_cast<std::size_t>(rank)] = message.checksum;
    if (!message.error.empty() && !failure_) failure_ = Failure{rank, message.error};
    if (++answers_ < sealed_.size()) return;
    state_ = failure_ ? State::idle : State::recording;
}

journal::Epoch Epochs::record() const {
    journal::Epoch epoch;
    epoch.number = recorded_ + 1;
    epoch.file_bytes = file_bytes_;
    for (std::size_t rank = 0; rank < sealed_.size(); ++rank) {
        if (sealed_[rank] == 0) continue;
        epoch.blocks.push_back(
            {static_cast<std::uint32_t>(rank), epoch.file_bytes, sealed_[rank], checksums_[rank]});
        epoch.file_bytes += sealed_[rank];
    }
    return epoch;
}

void Epochs::on_recorded(const std::string& error) {
    state_ = State::idle;
    if (!error.empty()) {
        failure_ = Failure{-1, error};
        return;
    }
    for (const auto bytes : sealed_) file_bytes_ += bytes;
    ++recorded_;
}

void Epochs::expect(bool condition, const char* what, int rank) const {
    if (condition) return;
    throw std::runtime_error("rank " + std::to_string(rank) + " reported \"" + what +
                             "\" for an epoch that is not on its way (" + std::to_string(number_) +
                             ")");
}

}  // namespace parallel_run::orchestrator
