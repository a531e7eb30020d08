// SPDX-License-Identifier: Apache-2.0
#include "worker/worker_process.hpp"

#include <sys/eventfd.h>

#include <algorithm>
#include <cstring>
#include <utility>

#include "base/codec.hpp"
#include "ring/waiting.hpp"

namespace parallel_run::worker {

namespace {

/// Enough for Credit::kMax small descriptors, and little enough to stay in a core's cache.
constexpr std::uint64_t kCommandBytes = 1 << 20;
constexpr std::uint64_t kEventBytes = 1 << 20;

/// Of a mini-batch: its records are numbered by 32 bits.
constexpr std::uint64_t kMaxItems = UINT32_MAX;

template <typename T>
std::string_view bytes_of(const T& value) {
    return {reinterpret_cast<const char*>(&value), sizeof value};
}

}  // namespace

WorkerProcess::WorkerProcess()
    : segment_(ring::Segment::create(kCommandBytes, kEventBytes)),
      wake_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
      commands_(segment_.command_producer()),
      events_(segment_.event_consumer()) {}

void WorkerProcess::give_setup(const ring::Setup& setup) {
    send({ring::Command::setup, ring::encode(setup)});
}

void WorkerProcess::give_shutdown() { send({ring::Command::shutdown, {}}); }

void WorkerProcess::give(std::uint64_t index, std::uint32_t attempt, std::string_view descriptor) {
    const ring::MiniBatchHead head{index, attempt, 0};
    const auto kind = static_cast<std::uint16_t>(ring::Command::mini_batch);
    // Nearly always there is room, and no copy is made.
    if (waiting_.empty() && may_follow(attempt) &&
        sizeof head + descriptor.size() <= commands_.max_payload() &&
        commands_.try_push(kind, false, bytes_of(head), descriptor)) {
        in_ring_.push_back({index, attempt, commands_.last_position()});
        return;
    }
    Message message{ring::Command::mini_batch, std::string(bytes_of(head)), index, attempt};
    message.bytes.append(descriptor);
    waiting_.push_back(std::move(message));
}

void WorkerProcess::send(Message message) {
    waiting_.push_back(std::move(message));
    pump();
}

void WorkerProcess::pump() {
    while (!waiting_.empty() && may_follow(waiting_.front().attempt) && write(waiting_.front())) {
        waiting_.pop_front();
    }
    ring::wake_process(header());
}

bool WorkerProcess::may_follow(std::uint32_t attempt) const {
    const bool is_mini_batch = attempt > 0;
    return !is_mini_batch || in_ring_.empty() || (attempt == 1 && in_ring_.back().attempt == 1);
}

bool WorkerProcess::write(Message& message) {
    const bool whole = message.bytes.size() <= commands_.max_payload();
    do {
        const auto piece =
            std::string_view(message.bytes).substr(message.written, commands_.max_payload());
        const bool more = message.written + piece.size() < message.bytes.size();
        if (!commands_.try_push(static_cast<std::uint16_t>(message.kind), more, piece, {})) {
            return false;
        }
        message.written += piece.size();
    } while (message.written < message.bytes.size());
    if (message.kind == ring::Command::mini_batch) {
        in_ring_.push_back({message.index, message.attempt, std::nullopt});
        if (whole) in_ring_.back().position = commands_.last_position();
    }
    return true;
}

std::vector<WorkerProcess::Assigned> WorkerProcess::take_back(std::uint64_t count) {
    std::vector<Assigned> taken;
    while (taken.size() < count && !waiting_.empty() && waiting_.back().written == 0 &&
           waiting_.back().kind == ring::Command::mini_batch) {
        taken.push_back({waiting_.back().index, waiting_.back().attempt, std::nullopt});
        waiting_.pop_back();
    }
    while (taken.size() < count && waiting_.empty() && !in_ring_.empty()) {
        const auto& last = in_ring_.back();
        if (!last.position || !commands_.revoke(*last.position)) break;
        taken.push_back(last);
        in_ring_.pop_back();
    }
    return taken;
}

std::uint64_t WorkerProcess::items_in_progress() const {
    return std::min(segment_.header().items.load(std::memory_order_acquire), kMaxItems);
}

WorkerProcess::Remains WorkerProcess::remains() {
    Remains remains;
    if (!in_ring_.empty()) {
        const auto& oldest = in_ring_.front();
        // A long message cannot be revoked, but the process may not have come to it either; being
        // the oldest it is the likely cause all the same.
        if (!oldest.position || !commands_.revoke(*oldest.position)) {
            remains.started = oldest;
            in_ring_.pop_front();
        }
    }
    std::for_each(waiting_.rbegin(), waiting_.rend(), [&](const Message& message) {
        if (message.kind != ring::Command::mini_batch) return;
        remains.not_started.push_back({message.index, message.attempt, std::nullopt});
    });
    remains.not_started.insert(remains.not_started.end(), in_ring_.rbegin(), in_ring_.rend());
    in_ring_.clear();
    waiting_.clear();
    return remains;
}

WorkerProcess::Said WorkerProcess::listen() {
    if (std::exchange(listening_, false)) events_.release();
    ring::Record record;
    switch (events_.peek(record)) {
        case ring::Consumer::Status::empty: return Nothing{};
        case ring::Consumer::Status::corrupt: return Damaged{};
        case ring::Consumer::Status::record: break;
    }
    listening_ = true;
    return understand(record);
}

void WorkerProcess::end_listening() {
    if (std::exchange(listening_, false)) events_.release();
    ring::wake_process(header());
}

WorkerProcess::Said WorkerProcess::understand(const ring::Record& record) {
    switch (static_cast<ring::Event>(record.kind)) {
        case ring::Event::init_done: return InitDone{record.payload};
        case ring::Event::rows: return Rows{record.payload};
        case ring::Event::outcome: return understand_outcome(record.payload);
        case ring::Event::columns: return understand_columns(record.payload);
        case ring::Event::modules: return Modules{record.payload};
        case ring::Event::error: {
            Error error;
            if (!decode(record.payload, error.report)) return Damaged{};
            return error;
        }
    }
    return Damaged{};
}

WorkerProcess::Said WorkerProcess::understand_columns(std::string_view payload) {
    base::Decoder in(payload);
    Declared declared{schema::decode_columns(in)};
    if (!in.finished()) return Damaged{};
    return declared;
}

WorkerProcess::Said WorkerProcess::understand_outcome(std::string_view payload) {
    Ended ended{};
    if (payload.size() < sizeof ended.head || in_ring_.empty()) return Damaged{};
    std::memcpy(&ended.head, payload.data(), sizeof ended.head);
    payload.remove_prefix(sizeof ended.head);
    if (std::uint64_t{ended.head.row_bytes} + ended.head.error_bytes != payload.size()) {
        return Damaged{};
    }
    const auto& oldest = in_ring_.front();
    if (ended.head.items > kMaxItems) return Damaged{};
    if (ended.head.index != oldest.index || ended.head.attempt != oldest.attempt) return Damaged{};
    in_ring_.pop_front();
    ended.rows = payload.substr(0, ended.head.row_bytes);
    ended.error = payload.substr(ended.head.row_bytes);
    return ended;
}

}  // namespace parallel_run::worker
