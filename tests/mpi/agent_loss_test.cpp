// SPDX-License-Identifier: Apache-2.0
// What an agent does about a process that is lost, or must be ended.
#include "agent_fixture.hpp"

#include <filesystem>

#include <gtest/gtest.h>

namespace parallel_run::worker {
namespace {

TEST_F(AgentTest, reports_a_crash_returns_the_rest_and_starts_another_process) {
    start("misbehaves");
    expect(Report::ready);
    give(0, {"crash", "a", "b"});
    expect(Report::unavailable);
    expect_outcome(0, Outcome::Kind::failed);
    expect_error("process002 was killed by signal 11");
    expect_outcome(2, Outcome::Kind::returned);
    expect_outcome(1, Outcome::Kind::returned);
    expect_ready(6);
    give(0, {"crash_once"}, 2);
    expect_outcome(0, Outcome::Kind::succeeded);
    EXPECT_TRUE(std::filesystem::exists(directory.path("process006.stdout.txt")));
}

TEST_F(AgentTest, reports_an_exit_in_run) {
    start("misbehaves");
    expect(Report::ready);
    give(0, {"exit"});
    expect(Report::unavailable);
    expect_outcome(0, Outcome::Kind::failed);
    expect_error("exited with status 3");
}

TEST_F(AgentTest, kills_a_process_that_takes_too_long) {
    auto settings = settings_for(directory, "misbehaves");
    settings.limits.run_invocation_timeout = 200ms;
    start(settings);
    expect(Report::ready);
    give(0, {"hang", "a"});
    expect(Report::unavailable);
    expect_outcome(0, Outcome::Kind::failed);
    expect_error("run_invocation_timeout = 0.2 s");
    expect_outcome(1, Outcome::Kind::returned);
    expect(Report::ready);
}

TEST_F(AgentTest, ends_a_process_that_reads_its_input_for_too_long) {
    auto settings = settings_for(directory, "none");
    settings.program = PARALLEL_RUN_SLOW_READER;
    settings.limits.task_overhead_timeout = 200ms;
    start(settings);
    expect_ready(2);
    give(0, {"slow", "a"});
    expect(Report::unavailable);
    expect_outcome(0, Outcome::Kind::failed);
    expect_error(
        "process002 was killed: reading its input took longer than task_overhead_timeout = 0.2 s; "
        "raise that option if it needs more");
    expect_outcome(1, Outcome::Kind::returned);
    expect_ready(6);
    give(0, {"slow"}, 2);
    expect_outcome(0, Outcome::Kind::succeeded);
}

TEST_F(AgentTest, fails_an_attempt_that_gives_half_a_row_of_a_table) {
    auto settings = settings_for(directory, "none");
    settings.program = PARALLEL_RUN_SLOW_READER;
    start(settings);
    transport::ReadyMessage ready;
    ASSERT_TRUE(transport::decode(expect(Report::ready), ready));
    ASSERT_EQ(ready.columns.size(), 1U);
    EXPECT_EQ(ready.columns[0].name, "label");
    give(13, {"a"});
    expect_outcome(13, Outcome::Kind::failed);
    expect_error("its rows are not whole records");
    order(Order::epoch, 1);
    transport::SealedMessage sealed;
    ASSERT_TRUE(transport::decode(expect(Report::sealed), sealed));
    EXPECT_EQ(sealed.bytes, 0U);
}

TEST_F(AgentTest, believes_eight_times_that_the_next_mini_batch_had_not_begun) {
    auto settings = settings_for(directory, "scribbles");
    settings.setup.arguments = {"--where", "claim", "--what", "zeros", "--then", "crash"};
    start(settings);
    for (int loss = 0; loss < 8; ++loss) {
        for (const std::uint64_t bad : {0U, 7U}) {
            expect(Report::ready);
            give(bad, {"bad", "a"});
            expect(Report::unavailable);
            expect_outcome(bad + 1, Outcome::Kind::returned);
            expect_outcome(bad, Outcome::Kind::returned);
        }
    }
    for (const std::uint64_t bad : {0U, 7U}) {
        expect(Report::ready);
        give(bad, {"bad", "a"});
        expect(Report::unavailable);
        expect_outcome(bad, Outcome::Kind::failed);
        expect_error("was killed by signal 6");
        expect_outcome(bad + 1, Outcome::Kind::returned);
    }
}

TEST_F(AgentTest, reports_a_failed_init_and_tries_again_when_told) {
    start("throws_in_init");
    for (int attempt = 0; attempt < 2; ++attempt) {
        const auto payload = expect(Report::init_failed);
        transport::ErrorNote note;
        ASSERT_TRUE(transport::decode(payload, note));
        EXPECT_EQ(note.process, attempt == 0 ? 2U : 6U);
        EXPECT_NE(note.text.find("the model is missing"), std::string_view::npos) << note.text;
        order(Order::restart);
    }
}

TEST_F(AgentTest, reports_a_program_that_cannot_be_started) {
    auto settings = settings_for(directory, "echo_names");
    settings.program = directory.path("missing");
    start(settings);
    const auto payload = expect(Report::init_failed);
    EXPECT_NE(payload.find("cannot start " + settings.program), std::string::npos) << payload;
    order(Order::stop, 0);
    expect(Report::stopped);
}

}  // namespace
}  // namespace parallel_run::worker
