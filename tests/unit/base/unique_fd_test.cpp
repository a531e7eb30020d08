// SPDX-License-Identifier: Apache-2.0
#include "base/unique_fd.hpp"

#include <fcntl.h>

#include <gtest/gtest.h>

namespace parallel_run::base {
namespace {

bool is_open(int fd) { return ::fcntl(fd, F_GETFD) >= 0; }

int open_null() { return ::open("/dev/null", O_RDONLY | O_CLOEXEC); }

TEST(UniqueFd, closes_what_it_owns) {
    const auto fd = open_null();
    { const UniqueFd owner(fd); }
    EXPECT_FALSE(is_open(fd));
}

TEST(UniqueFd, moves_ownership) {
    UniqueFd first(open_null());
    const auto fd = first.get();
    UniqueFd second(std::move(first));
    EXPECT_FALSE(first);
    UniqueFd third(open_null());
    const auto replaced = third.get();
    third = std::move(second);
    EXPECT_EQ(third.get(), fd);
    EXPECT_FALSE(is_open(replaced));
    EXPECT_TRUE(is_open(fd));
}

TEST(UniqueFd, leaves_what_it_released_open) {
    int fd = -1;
    {
        UniqueFd owner(open_null());
        fd = owner.release();
    }
    EXPECT_TRUE(is_open(fd));
    ::close(fd);
}

}  // namespace
}  // namespace parallel_run::base
