// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstring>
#include <optional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "worker/worker_process.hpp"

namespace parallel_run::worker {

using Numbers = std::vector<std::uint64_t>;
using ring::Command;
using ring::Consumer;
using ring::Event;
using ring::OutcomeHead;

/// A message that takes several records.
inline std::string long_descriptor() { return std::string(600'000, 'd') + "end"; }

template <typename T>
std::string_view bytes_of(const T& value) {
    return {reinterpret_cast<const char*>(&value), sizeof value};
}

inline Numbers indexes(const std::vector<WorkerProcess::Assigned>& assigned) {
    Numbers numbers;
    for (const auto& one : assigned) numbers.push_back(one.index);
    return numbers;
}

/// The process's side, played by the test.
class WorkerProcessTest : public testing::Test {
protected:
    WorkerProcess process;
    ring::Segment segment{
        std::move(ring::Segment::open(base::UniqueFd(::dup(process.segment_fd()))).value())};
    Consumer commands{segment.command_consumer()};
    ring::Producer events{segment.event_producer()};

    struct Message {
        Command kind;
        std::string bytes;
    };
    /// The next command, put together from its records; nothing if none waits.
    std::optional<Message> obey() {
        Message message{};
        ring::Record record;
        do {
            if (commands.peek(record) != Consumer::Status::record) return std::nullopt;
            const bool whole = !record.more && message.bytes.empty();
            message.kind = static_cast<Command>(record.kind);
            if (whole && !commands.claim(record)) {
                commands.release();
                record.more = true;  // revoked: on to the next
                continue;
            }
            message.bytes += record.payload;
            commands.release();
        } while (record.more);
        return message;
    }
    /// The index of the next mini-batch; nothing if none waits.
    std::optional<std::uint64_t> take_mini_batch() {
        const auto message = obey();
        if (!message) return std::nullopt;
        EXPECT_EQ(message->kind, Command::mini_batch);
        ring::MiniBatchHead head{};
        std::memcpy(&head, message->bytes.data(), sizeof head);
        return head.index;
    }
    /// The oldest command is begun and not ended.
    void claim_next() {
        ring::Record record;
        ASSERT_EQ(commands.peek(record), Consumer::Status::record);
        ASSERT_TRUE(commands.claim(record));
    }
    void say_outcome(const OutcomeHead& head, const std::string& rest = {}) {
        ASSERT_TRUE(events.try_push(static_cast<std::uint16_t>(Event::outcome), false,
                                    bytes_of(head), rest));
    }
    void say_succeeded(std::uint64_t index, std::uint32_t attempt = 1) {
        say_outcome({index, 0, 0, 0, attempt, 1, 0, 0});
    }
    [[nodiscard]] bool is_damaged() {
        return std::holds_alternative<WorkerProcess::Damaged>(process.listen());
    }
    void give(const Numbers& numbers) {
        for (const auto index : numbers) process.give(index, 1, "descriptor");
    }
};

}  // namespace parallel_run::worker
