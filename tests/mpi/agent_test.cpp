// SPDX-License-Identifier: Apache-2.0
// One agent with real worker processes; the test is its orchestrator.
#include "worker/agent.hpp"

#include "shared_directory.hpp"

#include <poll.h>

#include <chrono>
#include <deque>
#include <filesystem>
#include <optional>

#include <gtest/gtest.h>

#include "dataset/descriptor.hpp"

namespace parallel_run::worker {
namespace {

using namespace std::chrono_literals;
using scheduling::Outcome;
using transport::Order;
using transport::Report;

constexpr auto kPatience = 30s;

AgentSettings settings_for(const SharedDirectory& directory, const std::string& script) {
    AgentSettings settings;
    settings.program = PARALLEL_RUN_WORKER;
    settings.setup.script = std::string(PARALLEL_RUN_ENTRY_SCRIPTS) + "/" + script + ".so";
    settings.setup.output_dir = directory.path("");
    settings.setup.entry_script_log_dir = directory.path("");
    settings.setup.error_dir = directory.path("");
    settings.setup.working_dir = directory.path("");
    settings.setup.input_names = {"input0"};
    settings.stdout_dir = directory.path("");
    settings.stderr_dir = directory.path("");
    settings.local_rank = 2;
    settings.local_size = 4;
    settings.limits.run_invocation_timeout = 60s;
    settings.limits.task_overhead_timeout = 30s;
    settings.max_buffered = 1 << 20;
    return settings;
}

struct Heard {
    Report kind;
    std::string payload;
};

class AgentTest : public testing::Test {
protected:
    void start(const std::string& script) { start(settings_for(directory, script)); }
    void start(AgentSettings settings) {
        agent.emplace(std::move(settings), spawner, endpoint, nullptr);
    }

    void order(Order kind, const std::string& payload = {}) { agent->on_order(kind, payload); }
    void order(Order kind, std::uint64_t number) { order(kind, transport::encode_number(number)); }
    void give(std::uint64_t first, const std::vector<std::string>& names,
              std::uint32_t attempt = 1) {
        std::string work;
        transport::WorkMessage::begin(work, first, attempt);
        for (const auto& name : names) {
            std::string descriptor;
            dataset::encode({0, {"/data/" + name}}, descriptor);
            transport::WorkMessage::add(work, descriptor);
        }
        order(Order::work, work);
    }

    /// One turn of the event loop.
    void turn() {
        agent->step(std::chrono::steady_clock::now().time_since_epoch());
        endpoint.progress([this](int, transport::Party, std::uint16_t kind, std::string_view said) {
            heard.push_back({static_cast<Report>(kind), std::string(said)});
        });
        std::vector<pollfd> fds;
        agent->add_poll_fds(fds);
        if (agent->announce_sleep()) ::poll(fds.data(), fds.size(), 1);
        agent->end_sleep();
    }
    /// The next report, which must be of this kind; its payload.
    std::string expect(Report kind) {
        const auto deadline = std::chrono::steady_clock::now() + kPatience;
        while (heard.empty()) {
            if (std::chrono::steady_clock::now() > deadline) throw std::runtime_error("no report");
            turn();
        }
        const auto next = heard.front();
        heard.pop_front();
        EXPECT_EQ(static_cast<int>(next.kind), static_cast<int>(kind));
        return next.payload;
    }
    /// The next outcome, of however many a report holds.
    Outcome outcome() {
        if (outcomes.empty()) {
            last_report = expect(Report::outcomes);
            EXPECT_TRUE(transport::OutcomesMessage::read(last_report, content));
            outcomes.assign(content.outcomes.begin(), content.outcomes.end());
            error = content.errors.empty() ? std::string() : std::string(content.errors[0].text);
        }
        const auto next = outcomes.front();
        outcomes.pop_front();
        return next;
    }
    void expect_outcome(std::uint64_t index, Outcome::Kind kind) {
        const auto next = outcome();
        EXPECT_EQ(next.index, index);
        EXPECT_EQ(static_cast<int>(next.kind), static_cast<int>(kind));
    }
    void expect_error(const std::string& part) const {
        EXPECT_NE(error.find(part), std::string::npos) << error;
    }

    SharedDirectory directory;
    Spawner spawner = Spawner::start();
    transport::Endpoint endpoint{MPI_COMM_SELF};
    std::optional<Agent> agent;
    std::deque<Heard> heard;
    std::string last_report;
    transport::OutcomesMessage::Content content;
    std::deque<Outcome> outcomes;
    std::string error;  ///< the first of the last report that held any
};

TEST_F(AgentTest, runs_mini_batches_and_leaves_when_told) {
    start("echo_names");
    expect(Report::ready);
    give(5, {"a", "b"});
    expect_outcome(5, Outcome::Kind::succeeded);
    expect_outcome(6, Outcome::Kind::succeeded);
    order(Order::stop, 0);
    expect(Report::stopped);
    EXPECT_FALSE(agent->left());
    order(Order::leave, 1);
    EXPECT_EQ(agent->left(), 1);
}

TEST_F(AgentTest, seals_the_rows_of_what_succeeded) {
    auto settings = settings_for(directory, "misbehaves");
    settings.append_row_header = "name";
    start(settings);
    expect(Report::ready);
    give(0, {"one", "throw", "two"});
    expect_outcome(0, Outcome::Kind::succeeded);
    expect_outcome(1, Outcome::Kind::failed);
    expect_error("cannot read throw");
    expect_outcome(2, Outcome::Kind::succeeded);
    order(Order::epoch, 1);
    transport::SealedMessage sealed;
    ASSERT_TRUE(transport::decode(expect(Report::sealed), sealed));
    EXPECT_EQ(sealed.epoch, 1U);
    EXPECT_EQ(sealed.bytes, std::string("name\none\ntwo\n").size());
}

TEST_F(AgentTest, reports_a_crash_returns_the_rest_and_starts_another_process) {
    start("misbehaves");
    expect(Report::ready);
    give(0, {"crash", "a", "b"});
    expect_outcome(0, Outcome::Kind::failed);
    expect_error("process002 was killed by signal 11");
    expect_outcome(2, Outcome::Kind::returned);
    expect_outcome(1, Outcome::Kind::returned);
    expect(Report::unavailable);
    expect(Report::ready);
    give(0, {"crash_once"}, 2);
    expect_outcome(0, Outcome::Kind::succeeded);
    EXPECT_TRUE(std::filesystem::exists(directory.path("process006.stdout.txt")));
}

TEST_F(AgentTest, reports_an_exit_in_run) {
    start("misbehaves");
    expect(Report::ready);
    give(0, {"exit"});
    expect_outcome(0, Outcome::Kind::failed);
    expect_error("exited with status 3");
    expect(Report::unavailable);
}

TEST_F(AgentTest, kills_a_process_that_takes_too_long) {
    auto settings = settings_for(directory, "misbehaves");
    settings.limits.run_invocation_timeout = 200ms;
    start(settings);
    expect(Report::ready);
    give(0, {"hang", "a"});
    expect_outcome(0, Outcome::Kind::failed);
    expect_error("run_invocation_timeout = 0.2 s");
    expect_outcome(1, Outcome::Kind::returned);
    expect(Report::unavailable);
    expect(Report::ready);
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

TEST_F(AgentTest, returns_work_that_comes_while_there_is_no_process) {
    start("echo_names");
    give(3, {"a", "b"});
    expect_outcome(3, Outcome::Kind::returned);
    expect_outcome(4, Outcome::Kind::returned);
    expect(Report::ready);
}

TEST_F(AgentTest, gives_back_what_is_not_started) {
    start("misbehaves");
    expect(Report::ready);
    give(0, {"hang", "a", "b", "c"});
    order(Order::recall, 2);
    expect_outcome(3, Outcome::Kind::returned);
    expect_outcome(2, Outcome::Kind::returned);
    std::uint64_t count = 0;
    ASSERT_TRUE(transport::decode_number(expect(Report::recalled), count));
    EXPECT_EQ(count, 2U);
}

TEST_F(AgentTest, answers_a_recall_without_a_process) {
    start("throws_in_init");
    order(Order::recall, 5);
    std::uint64_t count = 1;
    ASSERT_TRUE(transport::decode_number(expect(Report::recalled), count));
    EXPECT_EQ(count, 0U);
}

TEST_F(AgentTest, stops_at_once_without_blaming_what_ran) {
    start("misbehaves");
    expect(Report::ready);
    give(0, {"hang"});
    turn();
    order(Order::stop, 1);
    expect_outcome(0, Outcome::Kind::returned);
    expect(Report::stopped);
}

TEST_F(AgentTest, without_a_worker_takes_part_and_stops_at_once) {
    auto settings = settings_for(directory, "echo_names");
    settings.has_worker = false;
    start(settings);
    order(Order::epoch, 1);
    transport::SealedMessage sealed;
    ASSERT_TRUE(transport::decode(expect(Report::sealed), sealed));
    EXPECT_EQ(sealed.bytes, 0U);
    order(Order::stop, 0);
    expect(Report::stopped);
}

TEST_F(AgentTest, refuses_damaged_orders) {
    start("echo_names");
    EXPECT_THROW(order(Order::recall), std::runtime_error);
    EXPECT_THROW(order(Order::work, std::string("\x01\x01\x50")), std::runtime_error);
    EXPECT_THROW(order(static_cast<Order>(99), 1), std::runtime_error);
    EXPECT_THROW(order(Order::write, std::string("x")), std::runtime_error);
}

}  // namespace
}  // namespace parallel_run::worker
