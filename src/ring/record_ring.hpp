// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>
#include <optional>
#include <string_view>

namespace parallel_run::ring {

/// The two positions of a ring, in shared memory, in bytes since the start; `written - taken` bytes
/// wait. Each is on a cache line of its own because different processes write them.
struct RingPositions {
    alignas(64) std::atomic<std::uint64_t> written{0};
    alignas(64) std::atomic<std::uint64_t> taken{0};
};

/// What precedes each payload in the ring. Records are aligned to 16 bytes and never wrap: where
/// the rest of the ring is too short, a record of kind kPadding fills it.
struct RecordHeader {
    std::uint32_t size;  ///< of the payload, in bytes
    std::uint16_t kind;
    std::uint16_t more;  ///< 1: the message goes on in the next record
    std::atomic<std::uint32_t> claim;
    std::uint32_t reserved;
};
static_assert(sizeof(RecordHeader) == 16);

inline constexpr std::uint16_t kPadding = 0;

/// A record in place; valid until Consumer::release().
struct Record {
    std::uint16_t kind = kPadding;
    bool more = false;
    std::string_view payload;
    std::uint64_t position = 0;
};

/// The writing end of a byte ring with one writer and one reader, which may be different processes.
class Producer {
public:
    /// `capacity` is a power of two; `bytes` points to that much memory.
    Producer(RingPositions& positions, char* bytes, std::uint64_t capacity)
        : positions_(&positions), bytes_(bytes), capacity_(capacity) {}

    /// The longest payload of one record: longer messages go in several.
    [[nodiscard]] std::uint64_t max_payload() const { return capacity_ / 4; }

    /// Writes `head` followed by `body` as one record; false, without an effect, where there is no
    /// room now. Precondition: together at most max_payload(); `kind` is not kPadding.
    bool try_push(std::uint16_t kind, bool more, std::string_view head, std::string_view body);

    /// Where the last record begins, for revoke().
    [[nodiscard]] std::uint64_t last_position() const { return last_position_; }

    /// Takes a record back unless the reader has claimed or released it; it then skips the record.
    bool revoke(std::uint64_t position);

    [[nodiscard]] std::uint64_t bytes_waiting() const {
        return written_ - positions_->taken.load(std::memory_order_acquire);
    }
    [[nodiscard]] std::uint64_t capacity() const { return capacity_; }

private:
    RecordHeader* header_at(std::uint64_t position) const;
    bool has_room(std::uint64_t bytes);

    RingPositions* positions_;
    char* bytes_;
    std::uint64_t capacity_;
    std::uint64_t written_ = 0;
    std::uint64_t taken_ = 0;  ///< as last seen
    std::uint64_t last_position_ = 0;
};

/// The reading end. It trusts nothing that the writer left in memory: what does not add up is
/// reported once as corrupt, and nothing outside the ring is ever read.
class Consumer {
public:
    Consumer(RingPositions& positions, char* bytes, std::uint64_t capacity)
        : positions_(&positions), bytes_(bytes), capacity_(capacity) {}

    enum class Status { record, empty, corrupt };

    /// The oldest record, in place. Calling it again without release() gives the same one.
    Status peek(Record& record);

    /// The record behind the one that peek() returned, as long as that is not released; for
    /// preparations only, since its writer may still revoke it.
    [[nodiscard]] std::optional<Record> peek_next() const;

    /// Before acting on a record that its writer may revoke: whether it still stands.
    bool claim(const Record& record);

    /// Gives the room of the record that peek() returned back to the writer.
    void release();

    /// Whether nothing is written beyond the record that peek() returned.
    [[nodiscard]] bool at_last() const {
        return peeked_end_ == positions_->written.load(std::memory_order_acquire);
    }
    [[nodiscard]] bool empty() const {
        return taken_ == positions_->written.load(std::memory_order_acquire);
    }

private:
    RecordHeader* header_at(std::uint64_t position) const;
    /// The record at a position, padding too, and where it ends.
    Status look_at(std::uint64_t position, Record& record, std::uint64_t& end) const;

    RingPositions* positions_;
    char* bytes_;
    std::uint64_t capacity_;
    std::uint64_t taken_ = 0;
    std::uint64_t peeked_end_ = 0;
};

}  // namespace parallel_run::ring
