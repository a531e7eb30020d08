// SPDX-License-Identifier: Apache-2.0
#include "dataset/planner.hpp"

#include "temporary_tree.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.hpp"
#include "base/unique_fd.hpp"

namespace parallel_run::dataset {
namespace {

constexpr std::uint64_t kPlenty = 1 << 20;

bool readable(int fd, int timeout_ms = 0) {
    pollfd poll_fd{fd, POLLIN, 0};
    return ::poll(&poll_fd, 1, timeout_ms) == 1;
}

/// The next chunk, waited for as a consumer would; nothing when all is taken.
std::optional<PlanChunk> await_chunk(Planner& planner) {
    while (true) {
        if (auto chunk = planner.take()) return chunk;
        if (planner.finished()) return std::nullopt;
        readable(planner.wake_fd(), -1);
    }
}

std::vector<std::string> paths(const PlanChunk& chunk) {
    std::vector<std::string> all;
    DescriptorView view;
    for (std::uint64_t i = 0; i < chunk.count(); ++i) {
        EXPECT_TRUE(decode(chunk.descriptor(i), view));
        EXPECT_EQ(view.files.size(), chunk.items[i]);
        all.insert(all.end(), view.files.begin(), view.files.end());
    }
    return all;
}

std::vector<std::string> await_all(Planner& planner) {
    std::vector<std::string> all;
    std::uint64_t next_index = 0;
    while (const auto chunk = await_chunk(planner)) {
        EXPECT_EQ(chunk->first_index, next_index);
        EXPECT_LE(chunk->count(), 1024U);
        next_index += chunk->count();
        const auto some = paths(*chunk);
        all.insert(all.end(), some.begin(), some.end());
    }
    return all;
}

/// A tree with a list of `count` absolute paths "/0", "/1", ...
class ListTree : public TemporaryTree {
public:
    explicit ListTree(int count) {
        std::string lines;
        for (int i = 0; i < count; ++i) {
            expected.push_back("/" + std::to_string(i));
            lines += expected.back() + "\n";
        }
        file("list", lines);
    }
    [[nodiscard]] Plan plan(std::uint64_t mini_batch_size = 1) const {
        return Plan(step({"@list"}, mini_batch_size));
    }
    std::vector<std::string> expected;
};

/// A list that is written while it is read.
class Pipe : public TemporaryTree {
public:
    Pipe() {
        if (::mkfifo(path("list").c_str(), 0600) != 0) throw std::runtime_error("mkfifo failed");
        writer_.reset(::open(path("list").c_str(), O_RDWR | O_CLOEXEC));
    }
    void write(std::string_view text) const {
        ASSERT_EQ(::write(writer_.get(), text.data(), text.size()),
                  static_cast<ssize_t>(text.size()));
    }
    void close() { writer_.reset(); }

private:
    base::UniqueFd writer_;
};

TEST(Planner, delivers_the_whole_plan_in_order) {
    const ListTree tree(5000);
    Planner planner(tree.plan(), kPlenty);
    EXPECT_EQ(await_all(planner), tree.expected);
    EXPECT_EQ(planner.planned_mini_batches(), 5000U);
    EXPECT_EQ(planner.planned_items(), 5000U);
    EXPECT_TRUE(planner.planning_done());
    EXPECT_FALSE(planner.error());
}

TEST(Planner, counts_mini_batches_and_items) {
    const ListTree tree(100);
    Planner planner(tree.plan(7), kPlenty);
    EXPECT_EQ(await_all(planner), tree.expected);
    EXPECT_EQ(planner.planned_mini_batches(), 15U);
    EXPECT_EQ(planner.planned_items(), 100U);
}

TEST(Planner, hands_out_a_mini_batch_while_the_plan_waits_for_more) {
    Pipe pipe;
    Planner planner(Plan(pipe.step({"@list"})), kPlenty);
    pipe.write("/first\n");
    EXPECT_EQ(paths(*await_chunk(planner)), std::vector<std::string>{"/first"});
    EXPECT_FALSE(planner.planning_done());
    pipe.write("/second\n");
    EXPECT_EQ(paths(*await_chunk(planner)), std::vector<std::string>{"/second"});
    pipe.close();
    EXPECT_FALSE(await_chunk(planner));
}

TEST(Planner, keeps_no_more_than_allowed_ahead) {
    const ListTree tree(3000);
    constexpr std::uint64_t kAhead = 100;
    Planner planner(tree.plan(), kAhead);
    std::uint64_t taken = 0;
    while (const auto chunk = await_chunk(planner)) {
        EXPECT_LE(chunk->bytes.size(), kAhead);
        taken += chunk->count();
        EXPECT_LE(planner.planned_mini_batches() - taken,
                  kAhead / 5);  // a descriptor has 5 or more
    }
    EXPECT_EQ(taken, 3000U);
}

TEST(Planner, lets_one_mini_batch_through_that_is_over_the_bound_alone) {
    const ListTree tree(50);
    Planner planner(tree.plan(10), 1);
    EXPECT_EQ(await_all(planner), tree.expected);
}

TEST(Planner, resets_its_descriptor_once_all_is_taken) {
    const ListTree tree(1);
    Planner planner(tree.plan(), kPlenty);
    EXPECT_TRUE(readable(planner.wake_fd(), -1));
    EXPECT_EQ(await_all(planner), tree.expected);
    while (planner.take()) {
    }
    EXPECT_FALSE(readable(planner.wake_fd()));
    EXPECT_TRUE(planner.finished());
}

TEST(Planner, wakes_its_consumer_for_the_end_alone) {
    Pipe pipe;
    Planner planner(Plan(pipe.step({"@list"})), kPlenty);
    pipe.write("/only\n");
    EXPECT_TRUE(await_chunk(planner));
    EXPECT_FALSE(planner.take());
    EXPECT_FALSE(readable(planner.wake_fd()));
    pipe.close();
    EXPECT_TRUE(readable(planner.wake_fd(), -1));
    EXPECT_TRUE(planner.finished());
}

TEST(Planner, delivers_what_came_before_an_error) {
    const TemporaryTree tree;
    tree.file("list", std::string_view("/a\n/b\n\0\n", 8));
    Planner planner(Plan(tree.step({"@list"})), kPlenty);
    EXPECT_EQ(await_all(planner), (std::vector<std::string>{"/a", "/b"}));
    ASSERT_TRUE(planner.error());
    EXPECT_NE(planner.error()->find("zero byte"), std::string::npos);
    EXPECT_EQ(planner.planned_mini_batches(), 2U);
}

TEST(Planner, stops_while_it_waits_for_room) {
    const ListTree tree(3000);
    Planner planner(tree.plan(), 1);
    EXPECT_TRUE(readable(planner.wake_fd(), -1));
}

TEST(Planner, stops_before_anything_is_taken) {
    const ListTree tree(100'000);
    const Planner planner(tree.plan(), kPlenty);
}

TEST(Planner, stops_in_the_middle_of_a_mini_batch) {
    const ListTree tree(100'000);
    const Planner planner(tree.plan(1'000'000), kPlenty);
}

TEST(Planner, says_when_it_gets_no_descriptor) {
    const ListTree tree(1);
    auto plan = tree.plan();
    rlimit before{};
    ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &before), 0);
    const rlimit none{0, before.rlim_max};
    ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &none), 0);
    expect_error<base::EnvironmentError>([&] { Planner planner(std::move(plan), kPlenty); },
                                         {"timer", "Too many open files", "ulimit -n"});
    ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &before), 0);
}

}  // namespace
}  // namespace parallel_run::dataset
