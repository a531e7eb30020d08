// SPDX-License-Identifier: Apache-2.0
// That the harness would notice.
#include <algorithm>

#include <gtest/gtest.h>

#include "faults/expected.hpp"
#include "faults/job_plan.hpp"

namespace parallel_run::faults {

namespace {

constexpr std::uint64_t kItems = 1000;

class Comparison : public testing::Test {
protected:
    [[nodiscard]] std::string output() const {
        std::string text;
        for (const auto& row : expected_.rows) text += row + "\n";
        return text;
    }
    [[nodiscard]] std::string difference_of(const std::string& output) const {
        return difference(output, expected_.rows);
    }

    Expected expected_ = expected_of(kItems);
};

}  // namespace

TEST_F(Comparison, finds_nothing_in_what_was_expected_in_any_order) {
    std::string backwards;
    for (auto row = expected_.rows.rbegin(); row != expected_.rows.rend(); ++row) {
        backwards += *row + "\n";
    }
    EXPECT_EQ(difference_of(output()), "");
    EXPECT_EQ(difference_of(backwards), "");
    EXPECT_EQ(output().size(), expected_.bytes);
}

TEST_F(Comparison, finds_a_lost_row) {
    const auto text = output();
    const auto without_the_first = text.substr(text.find('\n') + 1);
    EXPECT_EQ(difference_of(without_the_first).find("1 rows lost: '0 "), 0U);
    EXPECT_NE(difference_of(""), "");
}

TEST_F(Comparison, finds_a_row_that_is_there_twice) {
    EXPECT_EQ(difference_of(output() + expected_.rows.back() + "\n").find("1 rows too many"), 0U);
}

TEST_F(Comparison, finds_a_torn_row_and_a_torn_end) {
    auto text = output();
    text.erase(text.size() / 2, 1);
    const auto torn = difference_of(text);
    EXPECT_NE(torn.find("1 rows lost"), std::string::npos) << torn;
    EXPECT_NE(torn.find("1 rows too many or torn"), std::string::npos) << torn;
    text = output();
    text.pop_back();
    EXPECT_EQ(difference_of(text), "the last line has no end\n");
}

TEST_F(Comparison, finds_bytes_of_nobody) {
    EXPECT_NE(difference_of(output() + std::string(4096, '\0')), "");
}

TEST(KnownRows, have_every_fate) {
    const auto counts = expected_of(kItems).counts;
    EXPECT_EQ(counts.items_succeeded + counts.items_failed, kItems);
    EXPECT_GT(counts.failed, 0U);
    EXPECT_GT(counts.items_failed, counts.failed * 3);
}

TEST(CountsTold, are_read_from_what_status_says) {
    const Counts expected{12'345, 6, 78'901, 234};
    EXPECT_EQ(counts_told(R"({"mini_batches": {"done": 12351, "processed": 12345, "failed": 6, )"
                          R"("retries": 3}, "items": {"succeeded": 78901, "failed": 234}})"),
              expected);
    EXPECT_THROW(static_cast<void>(counts_told("{}")), std::runtime_error);
}

TEST(JobPlan, is_the_same_for_the_same_seed_and_another_for_another) {
    const auto text = [](std::uint64_t seed) {
        const JobPlan plan(seed);
        auto all = std::to_string(plan.items);
        for (const auto& kill : plan.kills) {
            all += name_of(kill.target) + name_of(kill.aim) + std::to_string(kill.delay.count());
        }
        for (const auto& run : plan.runs) {
            for (const auto& option : run.options) all += option;
        }
        return all;
    };
    EXPECT_EQ(text(7), text(7));
    EXPECT_NE(text(7), text(8));
}

TEST(JobPlan, kills_everything_there_is_in_some_seed) {
    std::array<int, kTargetNames.size()> targets{};
    std::array<int, kAimNames.size()> aims{};
    for (std::uint64_t seed = 0; seed < 50; ++seed) {
        for (const auto& kill : JobPlan(seed).kills) {
            ++targets.at(static_cast<std::size_t>(kill.target));
            ++aims.at(static_cast<std::size_t>(kill.aim));
        }
    }
    EXPECT_GT(*std::min_element(targets.begin(), targets.end()), 0);
    EXPECT_GT(*std::min_element(aims.begin(), aims.end()), 0);
}

}  // namespace parallel_run::faults
