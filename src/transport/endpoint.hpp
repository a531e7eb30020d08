// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <mpi.h>

#include <array>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace parallel_run::transport {

/// Whom a message is for; on rank 0 the orchestrator and an agent live in one process.
enum class Party : std::uint8_t { orchestrator = 0, agent = 1 };

/// Ordered, reliable messages of any length between ranks, over MPI point-to-point. What is sent to
/// one party is gathered and cut into frames below every transport's eager limit, so that a receive
/// never waits for its sender and a send to a rank that is gone never blocks. Nothing here blocks.
/// One thread uses an endpoint; other threads may use MPI on other communicators
/// (MPI_THREAD_MULTIPLE).
class Endpoint {
public:
    /// COLLECTIVE over `parent`, one call: duplicates it. Requires an initialised MPI.
    explicit Endpoint(MPI_Comm parent);
    ~Endpoint();  ///< COLLECTIVE, one call; what is still unsent is dropped
    Endpoint(const Endpoint&) = delete;
    Endpoint& operator=(const Endpoint&) = delete;

    [[nodiscard]] int rank() const { return rank_; }
    [[nodiscard]] int size() const { return size_; }

    /// Queues a message; progress() sends it.
    void send(int rank, Party party, std::uint16_t kind, std::string_view payload);

    /// `payload` is valid during the call.
    using Handler =
        std::function<void(int source, Party party, std::uint16_t kind, std::string_view payload)>;

    /// Sends what is queued, as far as there is room, and hands over every message that has arrived
    /// whole. Returns whether anything moved.
    bool progress(const Handler& handler);

    /// Everything queued has left this rank.
    [[nodiscard]] bool flushed() const;

private:
    static constexpr int kFrameBytes = 4000;
    static constexpr std::size_t kSlots = 256;
    static constexpr int kParties = 2;

    struct Stream {
        std::string bytes;
        std::size_t done = 0;  ///< sent, or handed over
    };

    bool send_frames();
    bool send_stream(int rank, int party);
    void reclaim_slots();
    bool receive_frames(const Handler& handler);
    void deliver(int source, int party, const Handler& handler);
    Stream& stream_of(std::vector<Stream>& streams, int rank, int party) const {
        return streams[static_cast<std::size_t>(rank) * kParties + static_cast<std::size_t>(party)];
    }

    MPI_Comm comm_ = MPI_COMM_NULL;
    int rank_ = 0;
    int size_ = 0;
    std::vector<Stream> outgoing_;
    std::vector<Stream> incoming_;
    std::vector<std::size_t> unsent_;  ///< positions in outgoing_ that hold something
    std::vector<std::array<char, kFrameBytes>> slots_;
    std::vector<MPI_Request> requests_;  ///< of the slots; MPI_REQUEST_NULL: free
    std::vector<int> free_slots_;
    std::vector<int> completed_;
};

}  // namespace parallel_run::transport
