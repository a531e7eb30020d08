// SPDX-License-Identifier: Apache-2.0
#include "ring/waiting.hpp"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/wait.h>

#include <random>
#include <string>
#include <thread>

#include <gtest/gtest.h>

namespace parallel_run::ring {
namespace {

using namespace std::chrono_literals;

/// Longer than any test takes: a wake-up that is missed fails the test instead of slowing it down.
constexpr auto kForever = 30s;

constexpr std::uint64_t kCapacity = 4096;
constexpr int kRecords = 20'000;

std::string payload_of(int number) {
    std::minstd_rand random(static_cast<unsigned>(number));
    return std::to_string(number) + std::string(random() % 900, static_cast<char>(number));
}

/// Agent's side: sends all records, sleeping while there is no room, and revokes some. Returns how
/// many it could revoke.
int send_all(const Segment& segment, int event_fd) {
    std::mt19937 random(20260105);
    auto commands = segment.command_producer();
    auto& header = segment.header();
    int revoked = 0;
    for (int number = 0; number < kRecords; ++number) {
        const auto payload = payload_of(number);
        while (!commands.try_push(1, false, {}, payload)) {
            wake_process(header);
            const auto room = [&] { return commands.bytes_waiting() <= kCapacity / 2; };
            if (!announce_agent_sleep(header, room)) {
                pollfd fd{event_fd, POLLIN, 0};
                EXPECT_EQ(::poll(&fd, 1, static_cast<int>(kForever / 1ms)), 1) << "not woken";
                std::uint64_t count = 0;
                EXPECT_EQ(::read(event_fd, &count, sizeof count), 8);
            }
            end_agent_sleep(header);
        }
        if (random() % 8 == 0 && commands.revoke(commands.last_position())) ++revoked;
        if (random() % 4 == 0) wake_process(header);
    }
    while (!commands.try_push(2, false, {}, {})) wake_process(header);
    wake_process(header);
    return revoked;
}

/// Process's side: takes all records up to the last; returns how many were revoked, or -1 if
/// anything is out of order.
int take_all(const Segment& segment, int event_fd) {
    auto commands = segment.command_consumer();
    auto& header = segment.header();
    int revoked = 0;
    for (int number = 0;;) {
        Record record;
        const auto status = commands.peek(record);
        if (status == Consumer::Status::corrupt) return -1;
        if (status == Consumer::Status::empty) {
            wake_agent(header, event_fd);
            wait_in_process(header, kForever, [&] { return !commands.empty(); });
            continue;
        }
        if (record.kind == 2) return number == kRecords ? revoked : -1;
        if (!commands.claim(record)) {
            ++revoked;
        } else if (record.payload != payload_of(number)) {
            return -1;
        }
        ++number;
        commands.release();
    }
}

TEST(Waiting, loses_nothing_between_two_threads) {
    const auto agent = Segment::create(kCapacity, kCapacity);
    auto process = Segment::open(base::UniqueFd(::dup(agent.fd())));
    ASSERT_TRUE(process);
    const base::UniqueFd wake(::eventfd(0, EFD_CLOEXEC));
    int seen_revoked = 0;
    std::thread thread([&] { seen_revoked = take_all(process.value(), wake.get()); });
    const int revoked = send_all(agent, wake.get());
    thread.join();
    EXPECT_EQ(seen_revoked, revoked);
}

TEST(Waiting, loses_nothing_between_two_processes) {
    const auto agent = Segment::create(kCapacity, kCapacity);
    const base::UniqueFd wake(::eventfd(0, EFD_CLOEXEC));
    auto& told = agent.header().phase_began_ns;  // a word that both can see
    const pid_t child = ::fork();
    if (child == 0) {
        auto process = Segment::open(base::UniqueFd(::dup(agent.fd())));
        const int revoked = process ? take_all(process.value(), wake.get()) : -1;
        told.store(static_cast<std::uint64_t>(revoked));
        ::_exit(revoked < 0 ? 1 : 0);
    }
    const int revoked = send_all(agent, wake.get());
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    ASSERT_EQ(status, 0);
    EXPECT_EQ(told.load(), static_cast<std::uint64_t>(revoked));
}

TEST(Waiting, does_not_sleep_when_it_is_ready_after_the_announcement) {
    const auto segment = Segment::create(kCapacity, kCapacity);
    bool announced = false;
    wait_in_process(segment.header(), kForever,
                    [&] { return announced = segment.header().process_waits == 1; });
    EXPECT_TRUE(announced);
    EXPECT_EQ(segment.header().process_waits, 0U);
}

TEST(Waiting, ends_with_its_time) {
    const auto segment = Segment::create(kCapacity, kCapacity);
    const auto began = std::chrono::steady_clock::now();
    wait_in_process(segment.header(), 2ms, [] { return false; });
    EXPECT_GE(std::chrono::steady_clock::now() - began, 2ms);
}

TEST(Waiting, does_not_sleep_after_a_wake_that_came_before_the_futex_call) {
    const auto segment = Segment::create(kCapacity, kCapacity);
    wait_in_process(segment.header(), kForever, [&] {
        wake_process(segment.header());  // the other side is as fast as can be
        return false;
    });
}

TEST(Waiting, wakes_nobody_who_does_not_sleep) {
    const auto segment = Segment::create(kCapacity, kCapacity);
    const base::UniqueFd wake(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
    wake_process(segment.header());
    wake_agent(segment.header(), wake.get());
    EXPECT_EQ(segment.header().process_wake, 0U);
    std::uint64_t count = 0;
    EXPECT_EQ(::read(wake.get(), &count, sizeof count), -1);
}

TEST(Waiting, tells_a_sleeping_agent_once) {
    const auto segment = Segment::create(kCapacity, kCapacity);
    const base::UniqueFd wake(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
    EXPECT_FALSE(announce_agent_sleep(segment.header(), [] { return false; }));
    wake_agent(segment.header(), wake.get());
    wake_agent(segment.header(), wake.get());
    std::uint64_t count = 0;
    EXPECT_EQ(::read(wake.get(), &count, sizeof count), 8);
    EXPECT_EQ(count, 1U);
}

TEST(Waiting, writes_to_no_file_that_has_the_number_of_the_event_fd) {
    const auto segment = Segment::create(kCapacity, kCapacity);
    const base::UniqueFd own(::memfd_create("own", MFD_CLOEXEC));
    EXPECT_FALSE(announce_agent_sleep(segment.header(), [] { return false; }));
    wake_agent(segment.header(), own.get());
    EXPECT_EQ(::lseek(own.get(), 0, SEEK_END), 0);
}

}  // namespace
}  // namespace parallel_run::ring
