// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "ring/record_ring.hpp"

namespace parallel_run::ring {

/// Both ends of a ring over memory of its own. Behind the ring lie bytes that are not its own, so a
/// record that reached beyond the end would show them.
struct Ring {
    static constexpr std::uint64_t kCapacity = 4096;
    static constexpr std::uint64_t kHeader = sizeof(RecordHeader);

    RingPositions positions;
    struct alignas(64) Line {
        char bytes[64];
    };
    std::vector<Line> memory{2 * kCapacity / sizeof(Line)};
    Producer producer{positions, bytes(), kCapacity};
    Consumer consumer{positions, bytes(), kCapacity};

    [[nodiscard]] char* bytes() { return memory.front().bytes; }
    [[nodiscard]] RecordHeader& header(std::uint64_t position) {
        return *reinterpret_cast<RecordHeader*>(bytes() + position % kCapacity);
    }

    bool push(std::string_view text, std::uint16_t kind = 1) {
        return producer.try_push(kind, false, {}, text);
    }
    /// Precondition: a record waits and stands.
    std::string take() {
        Record record;
        if (consumer.peek(record) != Consumer::Status::record) return "(nothing)";
        std::string text(consumer.claim(record) ? record.payload : "(revoked)");
        consumer.release();
        return text;
    }
    Consumer::Status peek() {
        Record record;
        return consumer.peek(record);
    }
    /// Moves both ends on by `bytes`, a multiple of 16 and at most a quarter of the ring.
    void advance(std::uint64_t bytes) {
        push(std::string(bytes - kHeader, 'x'));
        take();
    }
};

}  // namespace parallel_run::ring
