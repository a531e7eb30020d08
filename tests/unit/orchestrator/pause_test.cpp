// SPDX-License-Identifier: Apache-2.0
#include "orchestrator/pause.hpp"

#include <gtest/gtest.h>

namespace parallel_run::orchestrator {
namespace {

using namespace std::chrono_literals;

using Pace = worker::Agent::Pace;

TEST(Pause, is_shortest_while_something_moves) {
    Pause pause;
    for (int i = 0; i < 5; ++i) EXPECT_EQ(pause.next(true, Pace::waiting), 20us);
}

TEST(Pause, doubles_up_to_a_bound_while_nothing_does) {
    Pause pause;
    pause.next(true, Pace::waiting);
    EXPECT_EQ(pause.next(false, Pace::waiting), 40us);
    EXPECT_EQ(pause.next(false, Pace::waiting), 80us);
    for (int i = 0; i < 100; ++i) pause.next(false, Pace::waiting);
    EXPECT_EQ(pause.next(false, Pace::waiting), 4ms);
}

TEST(Pause, starts_anew_when_something_moves_again) {
    Pause pause;
    for (int i = 0; i < 10; ++i) pause.next(false, Pace::waiting);
    EXPECT_EQ(pause.next(true, Pace::waiting), 20us);
    EXPECT_EQ(pause.next(false, Pace::waiting), 40us);
}

TEST(Pause, leaves_the_core_to_a_process_that_works) {
    Pause pause;
    for (const bool moved : {true, false}) {
        EXPECT_EQ(pause.next(moved, Pace::working), 4ms);
        EXPECT_EQ(pause.next(moved, Pace::rushing), 1ms);
    }
    EXPECT_EQ(pause.next(true, Pace::waiting), 20us);
}

}  // namespace
}  // namespace parallel_run::orchestrator
