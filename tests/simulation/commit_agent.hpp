// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "output/row_buffer.hpp"
#include "simulation/commit_world.hpp"

namespace parallel_run::commit_simulation {

/// A rank with its process, as seen from what commits rows: takes orders, runs one mini-batch at a
/// time, keeps finished rows, seals and writes them. As worker::Agent, without MPI and threads.
class Agent {
public:
    /// `header` is the first line of this rank's first block. The world must outlive it.
    Agent(int rank, World& world, const std::string& header);

    void send(Order order) { orders_.push_back(std::move(order)); }
    /// What it reports next; nothing: nothing is on its way.
    std::optional<Report> take_report();
    /// One thing that may happen here now, by chance; or nothing.
    void step();

private:
    struct Task {
        std::uint64_t index;
        std::uint32_t attempt;
    };
    struct Run {
        Outcome outcome;
        std::vector<std::string> rows;
        std::size_t given = 0;  ///< rows that are in the buffer
    };
    struct Writing {
        transport::WriteMessage order;
        transport::WrittenMessage answer;
        std::string block;
        bool written = false;
    };

    void hear_order();
    void take_work(const scheduling::WorkRange& work);
    void recall(std::uint64_t count);
    void seal(std::uint64_t epoch);
    void stop();
    void go_on_running();
    void begin_run();
    void end_run();
    void go_on_writing();
    void write_block();
    void give_back(const Task& task);
    void send_outcomes();
    void report(Report report);
    std::ostream* log();

    int rank_;
    World& world_;
    std::deque<Order> orders_;
    std::deque<Report> reports_;
    std::deque<Task> queue_;
    std::optional<Run> run_;
    std::vector<Outcome> outcomes_;
    output::RowBuffer rows_;
    output::Spool sealed_;
    std::optional<Writing> writing_;
    bool stopped_ = false;
};

}  // namespace parallel_run::commit_simulation
