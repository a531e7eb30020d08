// SPDX-License-Identifier: Apache-2.0
#include "transport/messages.hpp"

#include <random>

#include <gtest/gtest.h>

namespace parallel_run::transport {
namespace {

using namespace std::chrono_literals;
using scheduling::Outcome;

/// Small, middling and the largest numbers alike.
std::uint64_t any_number(std::mt19937_64& random) { return random() >> (random() % 64); }

std::string any_text(std::mt19937_64& random) {
    std::string text(random() % 40, '\0');
    for (auto& byte : text) byte = static_cast<char>(random());
    return text;
}

Outcome any_outcome(std::mt19937_64& random) {
    Outcome outcome;
    outcome.index = any_number(random);
    outcome.attempt = static_cast<std::uint32_t>(any_number(random));
    outcome.kind = static_cast<Outcome::Kind>(random() % 3);
    if (outcome.kind == Outcome::Kind::returned) return outcome;
    outcome.rows = any_number(random);
    outcome.run_time = std::chrono::nanoseconds(any_number(random) >> 1);
    return outcome;
}

void expect_equal(const Outcome& received, const Outcome& sent) {
    EXPECT_EQ(received.index, sent.index);
    EXPECT_EQ(received.attempt, sent.attempt);
    EXPECT_EQ(received.kind, sent.kind);
    EXPECT_EQ(received.rows, sent.rows);
    EXPECT_EQ(received.run_time, sent.run_time);
}

struct Given {
    std::uint64_t index;
    std::uint32_t attempt;
    std::string descriptor;
    bool operator==(const Given&) const = default;
};

bool read(std::string_view bytes, std::vector<Given>& given) {
    given.clear();
    return WorkMessage::read(
        bytes, [&](std::uint64_t index, std::uint32_t attempt, std::string_view descriptor) {
            given.push_back({index, attempt, std::string(descriptor)});
        });
}

TEST(WorkMessage, numbers_the_descriptors_in_order) {
    std::string bytes = "of before";
    WorkMessage::begin(bytes, 41, 3);
    WorkMessage::add(bytes, "first");
    WorkMessage::add(bytes, "");
    std::vector<Given> given;
    ASSERT_TRUE(read(bytes, given));
    EXPECT_EQ(given, (std::vector<Given>{{41, 3, "first"}, {42, 3, ""}}));
}

TEST(WorkMessage, may_hold_nothing) {
    std::string bytes;
    WorkMessage::begin(bytes, 0, 1);
    std::vector<Given> given;
    EXPECT_TRUE(read(bytes, given));
    EXPECT_TRUE(given.empty());
}

TEST(WorkMessage, survives_the_journey_whatever_it_holds) {
    std::mt19937_64 random(20260107);
    for (int round = 0; round < 500; ++round) {
        auto index = any_number(random) / 2;
        const auto attempt = static_cast<std::uint32_t>(any_number(random));
        std::string bytes;
        std::vector<Given> sent;
        WorkMessage::begin(bytes, index, attempt);
        for (auto left = random() % 20; left > 0; --left) {
            sent.push_back({index++, attempt, any_text(random)});
            WorkMessage::add(bytes, sent.back().descriptor);
        }
        std::vector<Given> received;
        ASSERT_TRUE(read(bytes, received));
        ASSERT_EQ(received, sent);
    }
}

TEST(WorkMessage, hands_over_only_whole_descriptors_when_it_is_cut) {
    std::string bytes;
    WorkMessage::begin(bytes, 1000, 1);
    WorkMessage::add(bytes, "abc");
    const auto one = bytes.size();
    WorkMessage::add(bytes, "def");
    for (std::size_t size = 0; size < bytes.size(); ++size) {
        std::vector<Given> given;
        const bool between = size == 3 || size == one;  // nothing is missing there
        EXPECT_EQ(read(std::string_view(bytes).substr(0, size), given), between) << size;
        EXPECT_EQ(given.size(), size >= one ? 1U : 0U) << size;
    }
}

TEST(WorkMessage, refuses_an_attempt_that_does_not_fit) {
    std::string bytes;
    base::Encoder out(bytes);
    out.varint(1);
    out.varint(std::uint64_t{1} << 32);
    out.string("descriptor");
    std::vector<Given> given;
    EXPECT_FALSE(read(bytes, given));
    EXPECT_TRUE(given.empty());
}

TEST(OutcomesMessage, survives_the_journey_whatever_it_holds) {
    std::mt19937_64 random(20260108);
    OutcomesMessage message;
    OutcomesMessage::Content content;
    for (int round = 0; round < 500; ++round) {
        std::vector<Outcome> sent;
        std::vector<std::string> errors;
        std::vector<std::size_t> places;
        for (auto left = random() % 20; left > 0; --left) {
            sent.push_back(any_outcome(random));
            const bool failed = sent.back().kind == Outcome::Kind::failed;
            const bool noted = sent.back().kind == Outcome::Kind::succeeded && random() % 2 == 0;
            if (!failed && !noted) {
                message.add(sent.back());
                continue;
            }
            errors.push_back(any_text(random) + (noted ? "!" : ""));
            places.push_back(sent.size() - 1);
            message.add(sent.back(), {static_cast<std::uint32_t>(errors.size()), errors.back()});
        }
        const auto buffered = any_number(random);
        EXPECT_EQ(message.empty(), sent.empty());
        const auto bytes = message.take(buffered);
        EXPECT_TRUE(message.empty());

        ASSERT_TRUE(OutcomesMessage::read(bytes, content));
        EXPECT_EQ(content.buffered_bytes, buffered);
        ASSERT_EQ(content.outcomes.size(), sent.size());
        for (std::size_t i = 0; i < sent.size(); ++i) expect_equal(content.outcomes[i], sent[i]);
        ASSERT_EQ(content.notes.size(), errors.size());
        for (std::size_t i = 0; i < errors.size(); ++i) {
            EXPECT_EQ(content.notes[i].outcome, places[i]);
            EXPECT_EQ(content.notes[i].error.process, i + 1);
            EXPECT_EQ(content.notes[i].error.text, errors[i]);
        }
    }
}

TEST(OutcomesMessage, takes_four_bytes_for_a_usual_outcome_besides_its_time) {
    OutcomesMessage message;
    for (std::uint64_t index = 1'000'000; index < 1'000'100; ++index) {
        message.add({index, 1, Outcome::Kind::succeeded, 10, 0ns});
    }
    EXPECT_LE(message.take(0).size(), 100U * (4 + 1) + 3);
}

TEST(OutcomesMessage, refuses_every_cut_within_an_outcome) {
    for (const auto kind : {Outcome::Kind::failed, Outcome::Kind::succeeded}) {
        OutcomesMessage message;
        message.add({300, 2, kind, 0, 1s}, {17, "why"});
        const auto bytes = message.take(0);
        OutcomesMessage::Content content;
        EXPECT_FALSE(OutcomesMessage::read({}, content));
        for (std::size_t size = 2; size < bytes.size(); ++size) {
            EXPECT_FALSE(OutcomesMessage::read(std::string_view(bytes).substr(0, size), content))
                << size;
        }
        EXPECT_TRUE(OutcomesMessage::read(bytes, content));
    }
}

TEST(OutcomesMessage, refuses_an_attempt_that_does_not_fit) {
    std::string bytes;
    base::Encoder out(bytes);
    out.varint(0);
    out.signed_varint(1);
    out.varint((std::uint64_t{1} << 35) | 2);
    OutcomesMessage::Content content;
    EXPECT_FALSE(OutcomesMessage::read(bytes, content));
}

TEST(OutcomesMessage, reads_random_bytes_without_harm) {
    std::mt19937_64 random(20260109);
    OutcomesMessage::Content content;
    for (int round = 0; round < 20'000; ++round) {
        std::string bytes(random() % 30, '\0');
        for (auto& byte : bytes)
            byte = static_cast<char>(random() % 3 == 0 ? random() : random() % 6);
        if (!OutcomesMessage::read(bytes, content)) continue;
        EXPECT_LE(content.outcomes.size(), bytes.size());
        for (const auto& note : content.notes) {
            EXPECT_LT(note.outcome, content.outcomes.size());
            const auto text = note.error.text;
            EXPECT_TRUE(text.empty() || (text.data() >= bytes.data() &&
                                         text.data() + text.size() <= bytes.data() + bytes.size()));
        }
    }
}

/// Everything that decode() must refuse about one small message.
template <typename Message>
void expect_only_whole(const std::string& bytes, Message& message) {
    for (std::size_t size = 0; size < bytes.size(); ++size) {
        EXPECT_FALSE(decode(std::string_view(bytes).substr(0, size), message)) << size;
    }
    EXPECT_FALSE(decode(bytes + '\0', message));
    EXPECT_TRUE(decode(bytes, message));
}

TEST(Messages, sealed_survives_whole_or_not_at_all) {
    SealedMessage message;
    expect_only_whole(encode(SealedMessage{300, UINT64_MAX}), message);
    EXPECT_EQ(message.epoch, 300U);
    EXPECT_EQ(message.bytes, UINT64_MAX);
}

TEST(Messages, write_survives_whole_or_not_at_all) {
    WriteMessage message;
    expect_only_whole(encode(WriteMessage{1, 1ULL << 40}), message);
    EXPECT_EQ(message.epoch, 1U);
    EXPECT_EQ(message.offset, 1ULL << 40);
}

TEST(Messages, written_survives_whole_or_not_at_all) {
    WrittenMessage message;
    expect_only_whole(encode(WrittenMessage{2, UINT64_MAX, "no space left"}), message);
    EXPECT_EQ(message.checksum, UINT64_MAX);
    EXPECT_EQ(message.epoch, 2U);
    EXPECT_EQ(message.error, "no space left");
}

TEST(Messages, an_error_note_survives_whole_or_not_at_all) {
    ErrorNote note;
    const auto bytes = encode(ErrorNote{17, "init: no model"});
    expect_only_whole(bytes, note);
    EXPECT_EQ(note.process, 17U);
    EXPECT_EQ(note.text, "init: no model");
}

TEST(Messages, a_number_survives_whole_or_not_at_all) {
    std::uint64_t number = 0;
    const auto bytes = encode_number(1'000'000);
    for (std::size_t size = 0; size < bytes.size(); ++size) {
        EXPECT_FALSE(decode_number(std::string_view(bytes).substr(0, size), number)) << size;
    }
    EXPECT_FALSE(decode_number(bytes + "1", number));
    ASSERT_TRUE(decode_number(bytes, number));
    EXPECT_EQ(number, 1'000'000U);
}

TEST(ReadyMessage, comes_back_as_it_was) {
    const schema::Columns columns{{"label", PARALLEL_RUN_INT32, 0, {2, 3}},
                                  {"name", PARALLEL_RUN_TEXT, 32, {}}};
    for (const auto& sent : {ReadyMessage{17, {}}, ReadyMessage{~0U, columns}}) {
        ReadyMessage received{1, columns};
        ASSERT_TRUE(decode(encode(sent), received));
        EXPECT_EQ(received.process, sent.process);
        EXPECT_EQ(received.columns, sent.columns);
    }
}

TEST(ReadyMessage, is_refused_when_it_is_cut_or_goes_on) {
    const auto bytes = encode(ReadyMessage{17, {{"label", PARALLEL_RUN_INT32, 0, {}}}});
    ReadyMessage received;
    for (std::size_t size = 0; size < bytes.size(); ++size) {
        EXPECT_FALSE(decode(std::string_view(bytes).substr(0, size), received)) << size;
    }
    EXPECT_FALSE(decode(bytes + '\0', received));
}

}  // namespace
}  // namespace parallel_run::transport
