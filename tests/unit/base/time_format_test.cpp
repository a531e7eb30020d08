// SPDX-License-Identifier: Apache-2.0
#include "base/time_format.hpp"

#include <gtest/gtest.h>

namespace parallel_run::base {
namespace {

using namespace std::chrono_literals;

TEST(TimeFormat, shows_durations_as_precisely_as_people_read_them) {
    EXPECT_EQ(format_duration(420ms), "0.42 s");
    EXPECT_EQ(format_duration(12'340ms), "12.3 s");
    EXPECT_EQ(format_duration(245s), "4:05");
    EXPECT_EQ(format_duration(3723s), "1:02:03");
}

TEST(TimeFormat, never_shows_sixty_seconds) {
    EXPECT_EQ(format_duration(59'960ms), "1:00");
    EXPECT_EQ(format_duration(3'599'800ms), "1:00:00");
}

TEST(TimeFormat, shows_points_in_time_as_iso_8601) {
    const auto text = format_iso8601(std::chrono::system_clock::time_point(1'700'000'000'123ms));
    ASSERT_EQ(text.size(), 29U);
    EXPECT_EQ(text.substr(0, 8), "2023-11-");
    EXPECT_EQ(text[10], 'T');
    EXPECT_EQ(text.substr(19, 4), ".123");
    EXPECT_TRUE(text[23] == '+' || text[23] == '-');
    EXPECT_EQ(text[26], ':');
}

}  // namespace
}  // namespace parallel_run::base
