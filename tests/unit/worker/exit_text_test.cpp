// SPDX-License-Identifier: Apache-2.0
#include "worker/exit_text.hpp"

#include <csignal>

#include <gtest/gtest.h>

namespace parallel_run::worker {
namespace {

/// The status that waitpid() gives after exit(status).
constexpr int exited(int status) { return status << 8; }

TEST(ExitText, says_the_exit_status) {
    EXPECT_EQ(exit_text(exited(0)), "exited with status 0");
    EXPECT_EQ(exit_text(exited(255)), "exited with status 255");
}

TEST(ExitText, says_the_signal_by_number_and_name) {
    EXPECT_EQ(exit_text(SIGSEGV), "was killed by signal 11 (Segmentation fault)");
    EXPECT_EQ(exit_text(SIGKILL), "was killed by signal 9 (Killed)");
}

TEST(ExitText, does_not_mind_a_core_dump) {
    constexpr int kCoreDumped = 0x80;
    EXPECT_EQ(exit_text(SIGABRT | kCoreDumped), "was killed by signal 6 (Aborted)");
}

}  // namespace
}  // namespace parallel_run::worker
