// SPDX-License-Identifier: Apache-2.0
#include "logging/terminal.hpp"

#include <fcntl.h>
#include <pty.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <functional>

#include <gtest/gtest.h>

#include "base/unique_fd.hpp"

namespace parallel_run::logging {
namespace {

/// What find_terminal() says in a child process whose standard error is `target`; -1 closes it.
Terminal terminal_on(
    int target, const std::function<void()>& prepare = [] {}, bool under_launcher = false) {
    int ends[2];
    if (::pipe(ends) != 0) throw std::runtime_error("no pipe");
    const base::UniqueFd told(ends[0]);
    base::UniqueFd tell(ends[1]);
    const pid_t child = ::fork();
    if (child == 0) {
        ::unsetenv("NO_COLOR");
        ::setenv("TERM", "xterm", 1);
        target < 0 ? ::close(STDERR_FILENO) : ::dup2(target, STDERR_FILENO);
        prepare();
        pid_t rank = under_launcher ? ::fork() : 0;
        if (rank == 0) {
            if (under_launcher) {  // whose own output goes elsewhere
                const int nowhere = ::open("/dev/null", O_WRONLY);
                ::dup2(nowhere, STDERR_FILENO);
            }
            const auto found = find_terminal(under_launcher);
            ::_exit(::write(tell.get(), &found, sizeof found) == sizeof found ? 0 : 1);
        }
        ::waitpid(rank, nullptr, 0);
        ::_exit(0);
    }
    tell.reset();
    Terminal found;
    EXPECT_EQ(::read(told.get(), &found, sizeof found), static_cast<ssize_t>(sizeof found));
    ::waitpid(child, nullptr, 0);
    return found;
}

class TerminalTest : public testing::Test {
protected:
    TerminalTest() {
        int ends[2];
        winsize size{24, 132, 0, 0};
        if (::openpty(&ends[0], &ends[1], nullptr, nullptr, &size) != 0) {
            throw std::runtime_error("no pseudo-terminal");
        }
        screen.reset(ends[0]);
        keyboard.reset(ends[1]);
    }
    base::UniqueFd screen;    ///< the master's side
    base::UniqueFd keyboard;  ///< what a program writes to
};

TEST_F(TerminalTest, is_interactive_with_colour_and_its_width) {
    const auto found = terminal_on(keyboard.get());
    EXPECT_TRUE(found.interactive);
    EXPECT_TRUE(found.colour);
    EXPECT_EQ(found.columns, 132U);
}

TEST_F(TerminalTest, has_no_colour_where_the_user_wants_none) {
    const auto found = terminal_on(keyboard.get(), [] { ::setenv("NO_COLOR", "1", 1); });
    EXPECT_TRUE(found.interactive);
    EXPECT_FALSE(found.colour);
}

TEST_F(TerminalTest, is_not_interactive_when_it_cannot_move_the_cursor) {
    const auto found = terminal_on(keyboard.get(), [] { ::setenv("TERM", "dumb", 1); });
    EXPECT_FALSE(found.interactive);
    EXPECT_FALSE(found.colour);
}

TEST_F(TerminalTest, has_80_columns_when_it_does_not_say) {
    const winsize none{};
    ASSERT_EQ(::ioctl(keyboard.get(), TIOCSWINSZ, &none), 0);
    EXPECT_EQ(terminal_on(keyboard.get()).columns, 80U);
}

TEST_F(TerminalTest, is_that_of_the_launcher_under_one) {
    const auto found = terminal_on(
        keyboard.get(), [] {}, true);
    EXPECT_TRUE(found.interactive);
    EXPECT_EQ(found.columns, 132U);
}

TEST(NoTerminal, is_not_interactive) {
    int ends[2];
    ASSERT_EQ(::pipe(ends), 0);
    const base::UniqueFd out(ends[0]);
    const base::UniqueFd in(ends[1]);
    const base::UniqueFd file(::open("/dev/null", O_WRONLY | O_CLOEXEC));
    for (const int target : {in.get(), file.get(), -1}) {
        const auto found = terminal_on(target);
        EXPECT_FALSE(found.interactive);
        EXPECT_FALSE(found.colour);
        EXPECT_EQ(found.columns, 80U);
    }
}

}  // namespace
}  // namespace parallel_run::logging
