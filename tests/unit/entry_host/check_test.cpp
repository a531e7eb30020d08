// SPDX-License-Identifier: Apache-2.0
#include "entry_host/check.hpp"

#include "recording_listener.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>

#include <gtest/gtest.h>

namespace parallel_run::entry_host {
namespace {

struct Checked {
    int wait_status = 0;
    std::string answer;  ///< on stdout
};

/// check_script() in a process of its own, as the worker program runs it.
Checked check(const std::string& name) {
    int ends[2];
    EXPECT_EQ(::pipe(ends), 0);
    const auto child = ::fork();
    if (child == 0) {
        ::dup2(ends[1], STDOUT_FILENO);
        std::_Exit(check_script(script_path(name)));
    }
    ::close(ends[1]);
    Checked checked;
    char buffer[4096];
    for (ssize_t got = 0; (got = ::read(ends[0], buffer, sizeof buffer)) > 0;) {
        checked.answer.append(buffer, static_cast<std::size_t>(got));
    }
    ::close(ends[0]);
    EXPECT_EQ(::waitpid(child, &checked.wait_status, 0), child);
    return checked;
}

TEST(Check, says_of_a_good_script_only_that_it_is_loaded) {
    const auto checked = check("echo_names");
    EXPECT_TRUE(WIFEXITED(checked.wait_status));
    EXPECT_EQ(WEXITSTATUS(checked.wait_status), 0);
    EXPECT_EQ(checked.answer, std::string(kLoaded) + "\n");
}

TEST(Check, prints_why_a_script_does_not_load) {
    const auto checked = check("missing");
    EXPECT_EQ(WEXITSTATUS(checked.wait_status), 1);
    EXPECT_EQ(checked.answer,
              "entry script " + script_path("missing") + ": there is no such file.\n");
}

TEST(Check, prints_what_a_static_initialiser_threw_and_nothing_that_it_printed) {
    const auto checked = check("static_throw");
    EXPECT_TRUE(WIFEXITED(checked.wait_status));
    EXPECT_EQ(WEXITSTATUS(checked.wait_status), 1);
    EXPECT_EQ(checked.answer, "entry script " + script_path("static_throw") +
                                  ": a static initialiser threw std::runtime_error: the model is "
                                  "missing.\n");
}

TEST(Check, ends_by_the_signal_of_a_crashing_static_initialiser) {
    const auto checked = check("static_crash");
    EXPECT_TRUE(WIFSIGNALED(checked.wait_status));
    EXPECT_EQ(WTERMSIG(checked.wait_status), SIGSEGV);
}

}  // namespace
}  // namespace parallel_run::entry_host
