// SPDX-License-Identifier: Apache-2.0

// The books can tell a job that loses rows from a sound one: each mistake in what commits them is
// caught, and for its own reason.

#include <set>
#include <string>

#include <gtest/gtest.h>

#include "simulation/commit_simulation.hpp"

namespace parallel_run::commit_simulation {

namespace {

constexpr std::uint64_t kSeeds = 2000;

/// What is said of a job that makes this mistake; empty: nothing.
std::string verdict(std::uint64_t seed, Sabotage sabotage) {
    try {
        Simulation(draw_scenario(seed), {nullptr, sabotage}).run();
        return {};
    } catch (const std::logic_error& error) {
        return error.what();
    }
}

/// Not every seed meets a mistake, and some by another way.
void expect_caught(Sabotage sabotage, const std::string& verdict_part) {
    std::set<std::string> verdicts;
    for (std::uint64_t seed = 0; seed < kSeeds; ++seed) {
        const auto said = verdict(seed, sabotage);
        if (said.find(verdict_part) != std::string::npos) return;
        verdicts.insert(said);
    }
    ADD_FAILURE() << testing::PrintToString(verdicts);
}

TEST(CommitSabotage, a_sound_job_is_not_blamed) {
    for (std::uint64_t seed = 0; seed < 100; ++seed) EXPECT_EQ(verdict(seed, Sabotage::none), "");
}

TEST(CommitSabotage, a_record_before_the_rows_are_durable_is_caught) {
    expect_caught(Sabotage::rows_are_not_synced, "bytes that are not durable");
}

TEST(CommitSabotage, a_failed_write_that_nobody_is_told_is_caught) {
    expect_caught(Sabotage::an_error_is_kept_secret, "bytes that are not durable");
}

TEST(CommitSabotage, a_file_that_is_not_cut_is_caught) {
    expect_caught(Sabotage::the_file_is_not_cut, "a life in which nothing goes wrong ends failed");
}

TEST(CommitSabotage, a_cut_that_is_not_synced_is_caught) {
    expect_caught(Sabotage::the_cut_is_not_synced, "Completed, and the output has another length");
}

TEST(CommitSabotage, a_file_that_is_made_after_its_directory_is_synced_is_caught) {
    expect_caught(Sabotage::the_file_is_made_late, "bytes that are not durable");
}

TEST(CommitSabotage, publishing_a_result_whose_record_may_be_lost_is_caught) {
    expect_caught(Sabotage::a_result_is_published_in_doubt, "Completed without a record of it");
}

TEST(CommitSabotage, committing_what_ended_after_the_seal_is_caught) {
    expect_caught(Sabotage::what_is_not_sealed_is_committed,
                  "is committed and has no rows in the file");
}

TEST(CommitSabotage, running_again_what_is_committed_is_caught) {
    expect_caught(Sabotage::what_is_committed_runs_again, "runs again though it is committed");
}

TEST(CommitSabotage, a_gap_between_blocks_is_caught) {
    expect_caught(Sabotage::blocks_leave_a_gap, "has another checksum");
}

TEST(CommitSabotage, rows_that_do_not_count_are_caught) {
    expect_caught(Sabotage::rows_do_not_count, "the counters are wrong");
}

TEST(CommitSabotage, going_on_with_another_plan_is_caught) {
    expect_caught(Sabotage::the_plan_is_not_compared, "something is recorded of another plan");
}

TEST(CommitSabotage, completing_in_spite_of_a_failure_is_caught) {
    expect_caught(Sabotage::failures_are_ignored, "Completed without all mini-batches");
}

/// With a run of which one epoch or more are recorded.
class TamperingTest : public testing::Test {
protected:
    void SetUp() override {
        Life life;
        for (life.interrupt_at = 100; simulation.file().durable().empty();) {
            ASSERT_EQ(simulation.live(life), End::stopped);
        }
    }
    static Scenario scenario() {
        auto scenario = plain_scenario(3, 100);
        scenario.planned_at_once = 30;
        return scenario;
    }
    std::string verdict() {
        try {
            simulation.live();
            return {};
        } catch (const std::logic_error& error) {
            return error.what();
        }
    }

    Simulation simulation{scenario()};
};

TEST_F(TamperingTest, with_the_rows_is_caught) {
    simulation.file().tamper(simulation.file().durable().size() / 2);
    EXPECT_EQ(verdict(), "a block that is recorded has another checksum");
}

TEST_F(TamperingTest, with_nothing_is_not) { EXPECT_EQ(verdict(), ""); }

TEST_F(TamperingTest, with_the_journal_by_setting_it_back_is_caught) {
    std::string no_records;
    journal::append_header(no_records, {});
    simulation.storage().put(journal::journal_path("out"), no_records);
    EXPECT_EQ(verdict(), "an epoch that was durable is lost");
}

}  // namespace

}  // namespace parallel_run::commit_simulation
