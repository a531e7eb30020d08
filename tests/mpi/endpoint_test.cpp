// SPDX-License-Identifier: Apache-2.0
#include "transport/endpoint.hpp"

#include <chrono>
#include <map>
#include <random>
#include <string>

#include <gtest/gtest.h>

#include "base/codec.hpp"

namespace parallel_run::transport {
namespace {

constexpr std::chrono::seconds kPatience{50};

/// The content of the n-th message between two parties: both sides can make it.
std::string message_of(int from, int to, Party party, int number, std::size_t size) {
    std::minstd_rand random(static_cast<unsigned>(
        ((from * 64 + to) * 2 + static_cast<int>(party)) * 100'000 + number + 1));
    std::string text(size, static_cast<char>(random()));
    for (std::size_t at = 0; at < size; at += 997) text[at] = static_cast<char>(random());
    return text;
}

class EndpointTest : public testing::Test {
protected:
    Endpoint endpoint{MPI_COMM_WORLD};

    /// Drives the endpoint until `done()`, here and on every rank. COLLECTIVE.
    template <typename Done>
    void progress_until(const Endpoint::Handler& handler, Done&& done) {
        const auto deadline = std::chrono::steady_clock::now() + kPatience;
        MPI_Request all_done = MPI_REQUEST_NULL;
        int over = 0;
        bool told = false;
        while (over == 0) {
            endpoint.progress(handler);
            const bool late = std::chrono::steady_clock::now() > deadline;
            if (!told && (late || (done() && endpoint.flushed()))) {
                EXPECT_FALSE(late) << "messages are missing";
                MPI_Ibarrier(MPI_COMM_WORLD, &all_done);
                told = true;
            }
            if (told) MPI_Test(&all_done, &over, MPI_STATUS_IGNORE);
        }
    }
};

TEST_F(EndpointTest, knows_its_place) {
    int rank = -1;
    int size = 0;
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    MPI_Comm_size(MPI_COMM_WORLD, &size);
    EXPECT_EQ(endpoint.rank(), rank);
    EXPECT_EQ(endpoint.size(), size);
    EXPECT_TRUE(endpoint.flushed());
}

TEST_F(EndpointTest, says_that_nothing_moved_when_nothing_did) {
    EXPECT_FALSE(endpoint.progress(
        [](int, Party, std::uint16_t, std::string_view) { ADD_FAILURE() << "nothing was sent"; }));
}

TEST_F(EndpointTest, is_not_flushed_while_a_message_waits) {
    endpoint.send(endpoint.rank(), Party::agent, 1, "to myself");
    EXPECT_FALSE(endpoint.flushed());
    int received = 0;
    progress_until([&](int, Party, std::uint16_t, std::string_view) { ++received; },
                   [&] { return received == 1; });
    EXPECT_TRUE(endpoint.flushed());
}

TEST_F(EndpointTest, carries_messages_of_any_length_in_order_between_all_parties) {
    const std::vector<std::size_t> sizes{0,    1,      3997,   3998,      3999, 4000, 4001,
                                         8000, 65'536, 65'537, 1'000'000, 0,    5};
    const auto count = static_cast<int>(sizes.size());
    for (int to = 0; to < endpoint.size(); ++to) {
        for (const auto party : {Party::orchestrator, Party::agent}) {
            for (int number = 0; number < count; ++number) {
                endpoint.send(to, party, static_cast<std::uint16_t>(60'000 + number),
                              message_of(endpoint.rank(), to, party, number,
                                         sizes[static_cast<std::size_t>(number)]));
            }
        }
    }
    std::map<std::pair<int, Party>, int> received;
    int in_all = 0;
    progress_until(
        [&](int source, Party party, std::uint16_t kind, std::string_view payload) {
            const int number = received[{source, party}]++;
            ++in_all;
            ASSERT_LT(number, count);
            EXPECT_EQ(kind, 60'000 + number);
            EXPECT_TRUE(payload == message_of(source, endpoint.rank(), party, number,
                                              sizes[static_cast<std::size_t>(number)]))
                << "message " << number << " of rank " << source << " is damaged";
        },
        [&] { return in_all == 2 * count * endpoint.size(); });
}

TEST_F(EndpointTest, carries_a_message_of_ten_megabytes) {
    constexpr std::size_t kSize = 10'000'000;
    endpoint.send(0, Party::orchestrator, 1,
                  message_of(endpoint.rank(), 0, Party::orchestrator, 0, kSize));
    int received = 0;
    progress_until(
        [&](int source, Party party, std::uint16_t, std::string_view payload) {
            EXPECT_TRUE(payload == message_of(source, 0, party, 0, kSize));
            ++received;
        },
        [&] { return received == (endpoint.rank() == 0 ? endpoint.size() : 0); });
}

TEST_F(EndpointTest, carries_thousands_of_small_messages_to_rank_0_and_their_answers) {
    constexpr int kMessages = 5000;
    for (int number = 0; number < kMessages; ++number) {
        std::string payload;
        base::Encoder(payload).varint(static_cast<std::uint64_t>(number));
        endpoint.send(0, Party::orchestrator, 1, payload);
    }
    std::vector<std::uint64_t> asked(static_cast<std::size_t>(endpoint.size()), 0);
    std::uint64_t answered = 0;
    progress_until(
        [&](int source, Party party, std::uint16_t kind, std::string_view payload) {
            const auto number = base::Decoder(payload).varint();
            if (party == Party::orchestrator) {
                EXPECT_EQ(endpoint.rank(), 0);
                EXPECT_EQ(number, asked[static_cast<std::size_t>(source)]++);
                endpoint.send(source, Party::agent, 2, payload);  // from within the handler
            } else {
                EXPECT_EQ(source, 0);
                EXPECT_EQ(kind, 2);
                EXPECT_EQ(number, answered++);
            }
        },
        [&] { return answered == kMessages; });
}

TEST_F(EndpointTest, keeps_streams_whole_when_random_messages_go_everywhere) {
    std::mt19937 random(20260111U + static_cast<unsigned>(endpoint.rank()));
    constexpr int kMessages = 400;
    std::map<std::pair<int, Party>, int> sent;
    std::map<std::pair<int, Party>, int> received;
    int left = kMessages;
    int in_all = 0;
    const auto handler = [&](int source, Party party, std::uint16_t kind,
                             std::string_view payload) {
        const int number = received[{source, party}]++;
        EXPECT_EQ(kind, 1);
        EXPECT_TRUE(payload == message_of(source, endpoint.rank(), party, number, payload.size()));
        ++in_all;
    };
    while (left > 0) {
        const int to = static_cast<int>(random() % static_cast<unsigned>(endpoint.size()));
        const auto party = random() % 2 == 0 ? Party::orchestrator : Party::agent;
        const auto size = std::size_t{1} << (random() % 17);
        endpoint.send(to, party, 1,
                      message_of(endpoint.rank(), to, party, sent[{to, party}]++, size));
        if (--left % 8 == 0) endpoint.progress(handler);
    }
    std::vector<int> for_ranks(static_cast<std::size_t>(endpoint.size()), 0);
    for (const auto& [key, count] : sent) for_ranks[static_cast<std::size_t>(key.first)] += count;
    int expected = 0;
    MPI_Request sum = MPI_REQUEST_NULL;
    std::vector<int> totals(for_ranks.size());
    MPI_Iallreduce(for_ranks.data(), totals.data(), endpoint.size(), MPI_INT, MPI_SUM,
                   MPI_COMM_WORLD, &sum);
    progress_until(handler, [&] {
        int known = 0;
        MPI_Test(&sum, &known, MPI_STATUS_IGNORE);
        expected = totals[static_cast<std::size_t>(endpoint.rank())];
        return known != 0 && in_all == expected;
    });
    EXPECT_EQ(in_all, expected);
}

TEST_F(EndpointTest, may_be_dropped_with_messages_unsent) {
    Endpoint other(MPI_COMM_WORLD);
    other.send(other.rank(), Party::agent, 1, std::string(1 << 20, 'x'));
    EXPECT_FALSE(other.flushed());
}

TEST_F(EndpointTest, keeps_apart_from_other_endpoints) {
    Endpoint other(MPI_COMM_WORLD);
    other.send(other.rank(), Party::agent, 7, "for the other");
    int received = 0;
    progress_until([](int, Party, std::uint16_t, std::string_view) { ADD_FAILURE(); },
                   [&] {
                       other.progress([&](int, Party, std::uint16_t kind, std::string_view) {
                           EXPECT_EQ(kind, 7);
                           ++received;
                       });
                       return received == 1;
                   });
}

}  // namespace
}  // namespace parallel_run::transport
