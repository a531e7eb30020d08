// SPDX-License-Identifier: Apache-2.0
#include "orchestrator/progress.hpp"

#include <cmath>

#include <gtest/gtest.h>

namespace parallel_run::orchestrator {
namespace {

using namespace std::chrono_literals;

ProgressState halfway() {
    ProgressState state;
    state.counts.planned = 10'000;
    state.counts.processed = 5'190;
    state.counts.failed = 10;
    state.counts.items_succeeded = 5'197;
    state.counts.items_failed = 3;
    state.planning_done = true;
    state.elapsed = 100s;
    return state;
}

bool has(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

TEST(ProgressBar, shows_share_counts_speed_failures_and_time) {
    EXPECT_EQ(progress_bar_line(halfway(), 98),
              "[==========>         ]  52 %  5,200 of 10,000 mini-batches  52 items/s  3 failed  "
              "1:32 left");
}

TEST(ProgressBar, has_no_bar_before_the_total_is_known) {
    auto state = halfway();
    state.planning_done = false;
    const auto line = progress_bar_line(state, 200);
    EXPECT_EQ(line, "5,200 of at least 10,000 mini-batches  52 items/s  3 failed");
}

TEST(ProgressBar, says_nothing_of_failures_without_any) {
    auto state = halfway();
    state.counts.items_failed = 0;
    EXPECT_FALSE(has(progress_bar_line(state, 200), "failed"));
}

TEST(ProgressBar, is_never_longer_than_the_line) {
    for (std::size_t width = 0; width < 250; ++width) {
        const auto line = progress_bar_line(halfway(), width);
        EXPECT_LE(line.size(), width);
        EXPECT_EQ(line.find_first_of("\r\n\033"), std::string::npos);
    }
}

TEST(ProgressBar, leaves_out_whole_words_where_it_is_narrow) {
    EXPECT_EQ(progress_bar_line(halfway(), 60),
              "5,200 of 10,000 mini-batches  52 items/s  3 failed");
    EXPECT_EQ(progress_bar_line(halfway(), 43), "5,200 of 10,000 mini-batches  52 items/s");
    EXPECT_EQ(progress_bar_line(halfway(), 27), "5,200 of 10,000  52 items/s");
    EXPECT_EQ(progress_bar_line(halfway(), 14), "5,200");
    EXPECT_EQ(progress_bar_line(halfway(), 4), "");
}

TEST(ProgressBar, keeps_its_width_while_the_job_runs) {
    auto state = halfway();
    for (const auto& [processed, seconds] :
         {std::pair{1, 1}, {990, 2}, {5'190, 500}, {9'980, 1000}}) {
        state.counts.processed = static_cast<std::uint64_t>(processed);
        state.counts.items_succeeded = 90'000'000;
        state.elapsed = std::chrono::seconds(seconds);
        EXPECT_EQ(progress_bar_line(state, 98).find(']'), 21U);
    }
}

TEST(ProgressBar, counts_fast_items_whole) {
    auto state = halfway();
    state.counts.items_succeeded = 15'250'000;
    EXPECT_TRUE(has(progress_bar_line(state, 98), "  152,500 items/s"));
}

TEST(ProgressBar, is_full_at_the_end) {
    auto state = halfway();
    state.counts.processed = state.counts.planned - state.counts.failed;
    const auto line = progress_bar_line(state, 200);
    EXPECT_TRUE(has(line, "[==============================] 100 %")) << line;
    EXPECT_FALSE(has(line, ">"));
    EXPECT_FALSE(has(line, "left"));
}

TEST(ProgressBar, makes_sense_of_the_very_beginning) {
    for (const bool planned : {false, true}) {
        ProgressState state;
        state.planning_done = planned;
        const auto line = progress_bar_line(state, 120);
        EXPECT_TRUE(has(line, "0 items/s")) << line;
        EXPECT_FALSE(has(line, "nan") || has(line, "inf")) << line;
    }
}

TEST(ProgressLog, is_one_line_with_a_date) {
    const auto line = progress_log_line(halfway(), std::chrono::system_clock::time_point{});
    EXPECT_TRUE(line.rfind("19", 0) == 0) << line;  // 1970, or 1969 west of Greenwich
    EXPECT_TRUE(has(line,
                    " Processed 5,200 of 10,000 mini-batches in 1:40, 3 items failed. "
                    "Estimated remaining time 1:32."))
        << line;
    EXPECT_EQ(line.find_first_of("\r\n\033"), std::string::npos);
}

TEST(ProgressLog, estimates_nothing_while_it_cannot_be_told) {
    auto state = halfway();
    state.planning_done = false;
    const auto line = progress_log_line(state, {});
    EXPECT_TRUE(has(line, "of at least 10,000 mini-batches")) << line;
    EXPECT_FALSE(has(line, "remaining")) << line;
}

/// What a display prints to standard error, event by event.
class DisplayTest : public testing::Test {
protected:
    std::string update(ProgressDisplay& display, std::chrono::nanoseconds now) {
        testing::internal::CaptureStderr();
        display.update(halfway(), now);
        return testing::internal::GetCapturedStderr();
    }
    std::string finish(ProgressDisplay& display) {
        testing::internal::CaptureStderr();
        display.finish(halfway());
        return testing::internal::GetCapturedStderr();
    }
};

TEST_F(DisplayTest, replaces_one_line_on_a_terminal_ten_times_a_second) {
    ProgressDisplay display({true, true, 60});
    EXPECT_EQ(update(display, 1s), "");
    EXPECT_EQ(update(display, 1s + 99ms), "");
    const auto shown = update(display, 1s + 100ms);
    EXPECT_EQ(shown, "\r\033[K" + progress_bar_line(halfway(), 59));
    EXPECT_EQ(update(display, 1s + 199ms), "");
    EXPECT_EQ(update(display, 1s + 200ms), shown);
    EXPECT_EQ(finish(display), shown + "\n");
}

TEST_F(DisplayTest, leaves_no_empty_line_after_a_job_that_was_over_at_once) {
    ProgressDisplay display({true, true, 80});
    EXPECT_EQ(update(display, 1s), "");
    EXPECT_EQ(finish(display), "");
}

TEST_F(DisplayTest, prints_more_and_more_rarely_to_a_log) {
    ProgressDisplay display({false, false, 80});
    int lines = 0;
    std::chrono::seconds last{0};
    std::chrono::seconds longest{0};
    for (auto now = 1s; now < 600s; now += 1s) {
        const auto text = update(display, now);
        if (text.empty()) continue;
        EXPECT_EQ(text.find('\n'), text.size() - 1);
        EXPECT_EQ(text.find('\033'), std::string::npos);
        longest = std::max(longest, now - last);
        last = now;
        ++lines;
    }
    EXPECT_EQ(longest, 60s);
    EXPECT_GE(lines, 10);
    EXPECT_LE(lines, 14);
    EXPECT_EQ(finish(display), "");
}

}  // namespace
}  // namespace parallel_run::orchestrator
