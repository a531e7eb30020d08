// SPDX-License-Identifier: Apache-2.0
#include "transport/messages.hpp"

#include <utility>

namespace parallel_run::transport {

using base::Decoder;
using base::Encoder;
using scheduling::Outcome;

namespace {

// The head of an outcome: its kind, whether its items were counted, its attempt.
constexpr std::uint64_t kKind = 3;
constexpr std::uint64_t kCounted = 4;
constexpr int kAttemptShift = 3;

/// Instead of Outcome::Kind: succeeded, with a note.
constexpr std::uint64_t kNoted = 3;

std::uint64_t kind_of(const Outcome& outcome, const ErrorNote& note) {
    const bool noted = outcome.kind == Outcome::Kind::succeeded && !note.text.empty();
    return noted ? kNoted : static_cast<std::uint64_t>(outcome.kind);
}

void put(Encoder& out, const ErrorNote& note) {
    out.varint(note.process);
    out.string(note.text);
}

ErrorNote get_note(Decoder& in) {
    const auto process = in.integer<std::uint32_t>();
    return {process, in.string()};
}

}  // namespace

void WorkMessage::begin(std::string& bytes, std::uint64_t first_index, std::uint32_t attempt) {
    bytes.clear();
    Encoder out(bytes);
    out.varint(first_index);
    out.varint(attempt);
}

void WorkMessage::add(std::string& bytes, std::string_view descriptor) {
    Encoder(bytes).string(descriptor);
}

void OutcomesMessage::add(const Outcome& outcome, const ErrorNote& note) {
    const auto kind = kind_of(outcome, note);
    Encoder out(bytes_);
    out.signed_varint(static_cast<std::int64_t>(outcome.index - last_index_));
    last_index_ = outcome.index;
    const bool counted = outcome.items > 0;
    out.varint(kind | (counted ? kCounted : 0) | (std::uint64_t{outcome.attempt} << kAttemptShift));
    if (outcome.kind == Outcome::Kind::returned) return;
    out.varint(outcome.rows);
    if (counted) out.varint(outcome.items);
    out.varint(static_cast<std::uint64_t>(outcome.run_time.count()));
    if (kind == kNoted || outcome.kind == Outcome::Kind::failed) put(out, note);
}

std::string OutcomesMessage::take(std::uint64_t buffered_bytes) {
    std::string message;
    Encoder(message).varint(buffered_bytes);
    message += bytes_;
    bytes_.clear();
    last_index_ = 0;
    return message;
}

bool OutcomesMessage::read(std::string_view bytes, Content& content) {
    content.outcomes.clear();
    content.notes.clear();
    Decoder in(bytes);
    content.buffered_bytes = in.varint();
    std::uint64_t last_index = 0;
    while (in.ok() && !in.at_end()) {
        Outcome outcome;
        outcome.index = last_index + static_cast<std::uint64_t>(in.signed_varint());
        last_index = outcome.index;
        const auto head = in.varint();
        if ((head >> kAttemptShift) > UINT32_MAX) in.fail();
        const bool noted = (head & kKind) == kNoted;
        outcome.kind = noted ? Outcome::Kind::succeeded : static_cast<Outcome::Kind>(head & kKind);
        outcome.attempt = static_cast<std::uint32_t>(head >> kAttemptShift);
        if (outcome.kind != Outcome::Kind::returned) {
            outcome.rows = in.varint();
            if ((head & kCounted) != 0) outcome.items = in.varint();
            outcome.run_time = std::chrono::nanoseconds(static_cast<std::int64_t>(in.varint()));
        }
        if (noted || outcome.kind == Outcome::Kind::failed) {
            content.notes.push_back({content.outcomes.size(), get_note(in)});
        }
        content.outcomes.push_back(outcome);
    }
    return in.ok();
}

namespace {

template <typename... Numbers>
std::string encode_all(Numbers... numbers) {
    std::string bytes;
    Encoder out(bytes);
    (out.varint(numbers), ...);
    return bytes;
}

template <typename... Numbers>
bool decode_all(std::string_view bytes, Numbers&... numbers) {
    Decoder in(bytes);
    ((numbers = in.varint()), ...);
    return in.finished();
}

}  // namespace

std::string encode(const ReadyMessage& message) {
    auto bytes = encode_all(message.process);
    Encoder out(bytes);
    out.boolean(!message.columns.empty());
    if (!message.columns.empty()) schema::encode(message.columns, out);
    return bytes;
}
bool decode(std::string_view bytes, ReadyMessage& message) {
    Decoder in(bytes);
    message.process = in.integer<std::uint32_t>();
    message.columns.clear();
    if (in.boolean()) message.columns = schema::decode_columns(in);
    return in.finished();
}

std::string encode(const ErrorNote& note) {
    std::string bytes;
    Encoder out(bytes);
    put(out, note);
    return bytes;
}
bool decode(std::string_view bytes, ErrorNote& note) {
    Decoder in(bytes);
    note = get_note(in);
    return in.finished();
}

std::string encode(const SealedMessage& message) {
    return encode_all(message.epoch, message.bytes);
}
bool decode(std::string_view bytes, SealedMessage& message) {
    return decode_all(bytes, message.epoch, message.bytes);
}

std::string encode(const WriteMessage& message) {
    return encode_all(message.epoch, message.offset);
}
bool decode(std::string_view bytes, WriteMessage& message) {
    return decode_all(bytes, message.epoch, message.offset);
}

std::string encode(const WrittenMessage& message) {
    auto bytes = encode_all(message.epoch, message.checksum);
    Encoder(bytes).string(message.error);
    return bytes;
}
bool decode(std::string_view bytes, WrittenMessage& message) {
    Decoder in(bytes);
    message.epoch = in.varint();
    message.checksum = in.varint();
    message.error = in.string();
    return in.finished();
}

std::string encode(const TaskDoneMessage& message) {
    std::string bytes;
    Encoder out(bytes);
    out.string(message.error);
    out.string(message.answer);
    return bytes;
}
bool decode(std::string_view bytes, TaskDoneMessage& message) {
    Decoder in(bytes);
    message.error = in.string();
    message.answer = in.string();
    return in.finished();
}

std::string encode_number(std::uint64_t number) { return encode_all(number); }
bool decode_number(std::string_view bytes, std::uint64_t& number) {
    return decode_all(bytes, number);
}

}  // namespace parallel_run::transport
