// SPDX-License-Identifier: Apache-2.0
#include "ring/segment.hpp"

#include <fcntl.h>
#include <sys/mman.h>

#include <cerrno>
#include <cstring>

#include <gtest/gtest.h>

namespace parallel_run::ring {
namespace {

constexpr std::uint64_t kCapacity = 8192;

/// As the worker process gets it: another descriptor of the same memory.
base::Result<Segment> open_again(const Segment& segment) {
    return Segment::open(base::UniqueFd(::dup(segment.fd())));
}

/// Shared memory of `size` bytes that nobody vouches for.
base::UniqueFd memory_of(off_t size) {
    base::UniqueFd fd(::memfd_create("segment_test", MFD_CLOEXEC));
    EXPECT_EQ(::ftruncate(fd.get(), size), 0);
    return fd;
}

void expect_refused(const base::Result<Segment>& opened, const char* why) {
    ASSERT_FALSE(opened);
    EXPECT_NE(opened.error().find(why), std::string::npos) << opened.error();
}

TEST(Segment, connects_both_sides) {
    const auto agent = Segment::create(kCapacity, 2 * kCapacity);
    const auto process = open_again(agent);
    ASSERT_TRUE(process) << process.error();

    auto commands = agent.command_producer();
    EXPECT_EQ(commands.capacity(), kCapacity);
    ASSERT_TRUE(commands.try_push(1, false, "do ", "this"));
    Record record;
    ASSERT_EQ(process.value().command_consumer().peek(record), Consumer::Status::record);
    EXPECT_EQ(record.payload, "do this");

    auto events = process.value().event_producer();
    EXPECT_EQ(events.capacity(), 2 * kCapacity);
    ASSERT_TRUE(events.try_push(2, false, {}, "done"));
    ASSERT_EQ(agent.event_consumer().peek(record), Consumer::Status::record);
    EXPECT_EQ(record.payload, "done");
}

TEST(Segment, keeps_the_two_rings_apart) {
    const auto agent = Segment::create(kCapacity, kCapacity);
    auto commands = agent.command_producer();
    while (commands.try_push(1, false, {}, std::string(2000, '\xff'))) {
    }
    EXPECT_TRUE(agent.event_consumer().empty());
    auto events = agent.event_producer();
    ASSERT_TRUE(events.try_push(2, false, {}, "untouched"));
    Record record;
    ASSERT_EQ(agent.event_consumer().peek(record), Consumer::Status::record);
    EXPECT_EQ(record.payload, "untouched");
}

TEST(Segment, can_be_moved) {
    auto first = Segment::create(kCapacity, kCapacity);
    auto second = std::move(first);
    second = Segment::create(kCapacity, kCapacity);
    EXPECT_TRUE(second.command_producer().try_push(1, false, {}, "a"));
}

TEST(Segment, is_not_inherited_by_other_programs) {
    const auto segment = Segment::create(kCapacity, kCapacity);
    EXPECT_EQ(::fcntl(segment.fd(), F_GETFD) & FD_CLOEXEC, FD_CLOEXEC);
}

TEST(Segment, cannot_be_shrunk_grown_or_unsealed) {
    const auto segment = Segment::create(kCapacity, kCapacity);
    EXPECT_EQ(::ftruncate(segment.fd(), 0), -1);
    EXPECT_EQ(errno, EPERM);
    EXPECT_EQ(::ftruncate(segment.fd(), 1 << 20), -1);
    EXPECT_EQ(errno, EPERM);
    EXPECT_EQ(::fcntl(segment.fd(), F_ADD_SEALS, F_SEAL_WRITE), -1);
}

TEST(Segment, refuses_a_descriptor_that_is_not_open) {
    expect_refused(Segment::open(base::UniqueFd()), "no shared memory to open");
}

TEST(Segment, refuses_memory_without_room_for_a_header) {
    expect_refused(Segment::open(memory_of(0)), "too small");
    expect_refused(Segment::open(memory_of(4095)), "too small");
}

TEST(Segment, refuses_what_cannot_be_mapped) {
    base::UniqueFd read_only(::open("/proc/self/exe", O_RDONLY | O_CLOEXEC));
    ASSERT_TRUE(read_only);
    expect_refused(Segment::open(std::move(read_only)), "cannot map");
}

TEST(Segment, refuses_memory_of_something_else) {
    expect_refused(Segment::open(memory_of(1 << 16)), "another version");
}

TEST(Segment, refuses_another_version) {
    const auto segment = Segment::create(kCapacity, kCapacity);
    ++segment.header().version;
    expect_refused(open_again(segment), "another version");
}

TEST(Segment, refuses_capacities_that_the_size_does_not_bear_out) {
    const auto segment = Segment::create(kCapacity, kCapacity);
    for (const std::uint64_t capacity :
         {std::uint64_t{0}, kCapacity / 2, kCapacity * 2, std::uint64_t{1} << 63}) {
        segment.header().event_capacity = capacity;
        expect_refused(open_again(segment), "does not fit");
    }
}

TEST(Segment, refuses_capacities_that_are_no_powers_of_two) {
    const auto segment = Segment::create(kCapacity, kCapacity);
    segment.header().command_capacity = kCapacity - 16;
    segment.header().event_capacity = kCapacity + 16;
    expect_refused(open_again(segment), "does not fit");
}

TEST(Segment, refuses_capacities_whose_sum_overflows) {
    const auto segment = Segment::create(kCapacity, kCapacity);
    segment.header().command_capacity = ~std::uint64_t{0};
    segment.header().event_capacity = 2 * kCapacity + 1;
    expect_refused(open_again(segment), "does not fit");
}

TEST(Segment, does_not_follow_a_header_that_changes_later) {
    const auto segment = Segment::create(kCapacity, kCapacity);
    segment.header().event_capacity = 16 * kCapacity;
    EXPECT_EQ(segment.event_producer().capacity(), kCapacity);
}

}  // namespace
}  // namespace parallel_run::ring
