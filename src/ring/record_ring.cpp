// SPDX-License-Identifier: Apache-2.0
#include "ring/record_ring.hpp"

#include <cstring>

namespace parallel_run::ring {

namespace {

constexpr std::uint32_t kFree = 0;
constexpr std::uint32_t kClaimed = 1;
constexpr std::uint32_t kRevoked = 2;

constexpr std::uint64_t record_bytes(std::uint64_t payload) {
    return (sizeof(RecordHeader) + payload + 15) & ~std::uint64_t{15};
}

/// Moves a record's claim word from free to `wanted`; false if the other side was first.
bool settle(RecordHeader& header, std::uint32_t wanted) {
    auto expected = kFree;
    return header.claim.compare_exchange_strong(expected, wanted, std::memory_order_acq_rel);
}

}  // namespace

RecordHeader* Producer::header_at(std::uint64_t position) const {
    return reinterpret_cast<RecordHeader*>(bytes_ + (position & (capacity_ - 1)));
}

bool Producer::has_room(std::uint64_t bytes) {
    if (written_ + bytes - taken_ <= capacity_) return true;
    taken_ = positions_->taken.load(std::memory_order_acquire);
    return written_ + bytes - taken_ <= capacity_;
}

bool Producer::try_push(std::uint16_t kind, bool more, std::string_view head,
                        std::string_view body) {
    const auto size = head.size() + body.size();
    const auto needed = record_bytes(size);
    const auto to_end = capacity_ - (written_ & (capacity_ - 1));
    const auto padding = needed > to_end ? to_end : 0;
    if (!has_room(padding + needed)) return false;

    if (padding > 0) {
        auto* const header = header_at(written_);
        header->size = static_cast<std::uint32_t>(padding - sizeof(RecordHeader));
        header->kind = kPadding;
        written_ += padding;
    }
    auto* const header = header_at(written_);
    header->size = static_cast<std::uint32_t>(size);
    header->kind = kind;
    header->more = more ? 1 : 0;
    header->claim.store(kFree, std::memory_order_relaxed);
    auto* const payload = reinterpret_cast<char*>(header + 1);
    if (!head.empty()) std::memcpy(payload, head.data(), head.size());
    if (!body.empty()) std::memcpy(payload + head.size(), body.data(), body.size());
    last_position_ = written_;
    written_ += needed;
    positions_->written.store(written_, std::memory_order_release);
    return true;
}

bool Producer::revoke(std::uint64_t position) {
    // Where the reader has released the record, another may lie there by now.
    if (position < positions_->taken.load(std::memory_order_acquire)) return false;
    auto& header = *header_at(position);
    // Zeros that somebody wrote over it look like a record that nobody has claimed.
    return header.kind != kPadding && settle(header, kRevoked);
}

RecordHeader* Consumer::header_at(std::uint64_t position) const {
    return reinterpret_cast<RecordHeader*>(bytes_ + (position & (capacity_ - 1)));
}

Consumer::Status Consumer::look_at(std::uint64_t position, Record& record,
                                   std::uint64_t& end) const {
    const auto waiting = positions_->written.load(std::memory_order_acquire) - position;
    if (waiting == 0) return Status::empty;
    const auto to_end = capacity_ - (position & (capacity_ - 1));
    if (waiting > capacity_ || (waiting & 15) != 0) return Status::corrupt;

    const auto* const header = header_at(position);
    const std::uint32_t size = header->size;  // once: the writer may change it at any time
    const auto bytes = record_bytes(size);
    if (bytes > waiting || bytes > to_end) return Status::corrupt;
    record.kind = header->kind;
    record.more = header->more != 0;
    record.payload = {reinterpret_cast<const char*>(header + 1), size};
    record.position = position;
    end = position + bytes;
    return Status::record;
}

Consumer::Status Consumer::peek(Record& record) {
    while (true) {
        const auto status = look_at(taken_, record, peeked_end_);
        if (status != Status::record || record.kind != kPadding) return status;
        release();
    }
}

std::optional<Record> Consumer::peek_next() const {
    Record record;
    auto position = peeked_end_;
    do {
        if (look_at(position, record, position) != Status::record) return std::nullopt;
    } while (record.kind == kPadding);
    return record;
}

bool Consumer::claim(const Record& record) { return settle(*header_at(record.position), kClaimed); }

void Consumer::release() {
    taken_ = peeked_end_;
    positions_->taken.store(taken_, std::memory_order_release);
}

}  // namespace parallel_run::ring
