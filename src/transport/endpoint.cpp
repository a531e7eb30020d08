// SPDX-License-Identifier: Apache-2.0
#include "transport/endpoint.hpp"

#include <algorithm>
#include <cstring>
#include <numeric>
#include <stdexcept>

#include "base/codec.hpp"

namespace parallel_run::transport {

namespace {

/// No message of ours comes near; a longer one is a damaged stream.
constexpr std::uint64_t kMaxMessage = 1ULL << 31;

constexpr std::size_t kCompactAbove = 1 << 20;

}  // namespace

Endpoint::Endpoint(MPI_Comm parent) : slots_(kSlots), requests_(kSlots, MPI_REQUEST_NULL) {
    MPI_Comm_dup(parent, &comm_);
    MPI_Comm_rank(comm_, &rank_);
    MPI_Comm_size(comm_, &size_);
    outgoing_.resize(static_cast<std::size_t>(size_) * kParties);
    incoming_.resize(outgoing_.size());
    free_slots_.resize(kSlots);
    std::iota(free_slots_.begin(), free_slots_.end(), 0);
    completed_.resize(kSlots);
}

Endpoint::~Endpoint() {
    for (auto& request : requests_) {
        if (request == MPI_REQUEST_NULL) continue;
        MPI_Cancel(&request);
        MPI_Request_free(&request);
    }
    MPI_Comm_free(&comm_);
}

void Endpoint::send(int rank, Party party, std::uint16_t kind, std::string_view payload) {
    auto& stream = stream_of(outgoing_, rank, static_cast<int>(party));
    if (stream.bytes.empty())
        unsent_.push_back(static_cast<std::size_t>(&stream - outgoing_.data()));
    base::Encoder out(stream.bytes);
    out.varint(kind);
    out.string(payload);
}

bool Endpoint::progress(const Handler& handler) {
    const bool sent = send_frames();
    const bool received = receive_frames(handler);
    return sent || received;
}

bool Endpoint::flushed() const { return unsent_.empty() && free_slots_.size() == kSlots; }

bool Endpoint::send_frames() {
    if (free_slots_.size() < kSlots) reclaim_slots();
    const auto before = free_slots_.size();
    std::erase_if(unsent_, [this](std::size_t at) {
        const auto position = static_cast<int>(at);
        return send_stream(position / kParties, position % kParties);
    });
    return free_slots_.size() != before;
}

bool Endpoint::send_stream(int rank, int party) {
    auto& stream = stream_of(outgoing_, rank, party);
    while (stream.done < stream.bytes.size() && !free_slots_.empty()) {
        const auto slot = static_cast<std::size_t>(free_slots_.back());
        free_slots_.pop_back();
        const auto size = std::min<std::size_t>(kFrameBytes, stream.bytes.size() - stream.done);
        std::memcpy(slots_[slot].data(), stream.bytes.data() + stream.done, size);
        MPI_Isend(slots_[slot].data(), static_cast<int>(size), MPI_BYTE, rank, party, comm_,
                  &requests_[slot]);
        stream.done += size;
    }
    if (stream.done < stream.bytes.size()) return false;
    stream.bytes.clear();
    stream.done = 0;
    return true;
}

void Endpoint::reclaim_slots() {
    int count = 0;
    MPI_Testsome(static_cast<int>(kSlots), requests_.data(), &count, completed_.data(),
                 MPI_STATUSES_IGNORE);
    if (count == MPI_UNDEFINED) return;
    free_slots_.insert(free_slots_.end(), completed_.begin(), completed_.begin() + count);
}

bool Endpoint::receive_frames(const Handler& handler) {
    bool received = false;
    // Open MPI looks for a message first and drives its transports afterwards: one fruitless look
    // may be late, two are not.
    for (int fruitless = 0; fruitless < 2;) {
        int arrived = 0;
        MPI_Status status;
        MPI_Iprobe(MPI_ANY_SOURCE, MPI_ANY_TAG, comm_, &arrived, &status);
        if (arrived == 0) {
            ++fruitless;
            continue;
        }
        fruitless = 0;
        received = true;
        int size = 0;
        MPI_Get_count(&status, MPI_BYTE, &size);
        auto& stream = stream_of(incoming_, status.MPI_SOURCE, status.MPI_TAG);
        const auto before = stream.bytes.size();
        stream.bytes.resize(before + static_cast<std::size_t>(size));
        MPI_Recv(stream.bytes.data() + before, size, MPI_BYTE, status.MPI_SOURCE, status.MPI_TAG,
                 comm_, MPI_STATUS_IGNORE);
        deliver(status.MPI_SOURCE, status.MPI_TAG, handler);
    }
    return received;
}

void Endpoint::deliver(int source, int party, const Handler& handler) {
    auto& stream = stream_of(incoming_, source, party);
    while (stream.done < stream.bytes.size()) {
        const auto rest = std::string_view(stream.bytes).substr(stream.done);
        base::Decoder in(rest);
        const auto kind = in.varint();
        const auto size = in.varint();
        if (!in.ok()) break;  // the head itself is cut
        if (kind > UINT16_MAX || size > kMaxMessage) {
            throw std::runtime_error("a message from rank " + std::to_string(source) +
                                     " is damaged: kind " + std::to_string(kind) + ", " +
                                     std::to_string(size) + " bytes");
        }
        if (in.rest().size() < size) break;
        const auto payload = in.rest().substr(0, size);
        stream.done += rest.size() - in.rest().size() + size;
        handler(source, static_cast<Party>(party), static_cast<std::uint16_t>(kind), payload);
    }
    if (stream.done == stream.bytes.size()) {
        stream.bytes.clear();
        stream.done = 0;
    } else if (stream.done > kCompactAbove) {
        stream.bytes.erase(0, stream.done);
        stream.done = 0;
    }
}

}  // namespace parallel_run::transport
