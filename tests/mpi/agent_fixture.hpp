// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "shared_directory.hpp"

#include <poll.h>

#include <chrono>
#include <deque>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "dataset/descriptor.hpp"
#include "worker/agent.hpp"

namespace parallel_run::worker {

using namespace std::chrono_literals;
using scheduling::Outcome;
using transport::Order;
using transport::Report;

constexpr auto kPatience = 30s;

inline AgentSettings settings_for(const SharedDirectory& directory, const std::string& script) {
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

/// One agent with real worker processes; the test is its orchestrator.
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
            error =
                content.notes.empty() ? std::string() : std::string(content.notes[0].error.text);
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
    void expect_ready(std::uint64_t process) {
        transport::ReadyMessage message;
        ASSERT_TRUE(transport::decode(expect(Report::ready), message));
        EXPECT_EQ(message.process, process);
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

}  // namespace parallel_run::worker
