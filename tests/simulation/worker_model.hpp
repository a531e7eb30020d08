// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

#include "simulation/books.hpp"
#include "simulation/scenario.hpp"
#include "simulation/stage.hpp"

namespace parallel_run::simulation {

/// An agent with its process, as seen from the orchestrator: takes orders, runs one mini-batch at a
/// time, reports in batches, replaces a process that is gone.
class WorkerModel {
public:
    /// All must outlive it. Starts the first process.
    WorkerModel(WorkerId id, const Scenario& scenario, Stage& stage, Books& books);

    void on_order(const Order& order);
    void on_init_ends(std::uint32_t process);
    void on_run_ends(std::uint32_t process);
    void on_report_is_due();

    /// Answers no more: its end cannot be waited for.
    [[nodiscard]] bool silent() const { return silent_; }

private:
    enum class Phase : std::uint8_t { absent, in_init, ready, stopped };
    enum class End : std::uint8_t { succeeds, fails, takes_the_process_along };
    struct Piece {
        std::uint64_t index;
        std::uint32_t attempt;
        std::uint64_t items;
    };
    struct Run {
        Piece piece;
        End end;
        Outcome outcome;
    };

    void start_process();
    void take_work(const WorkRange& range);
    void recall(std::uint64_t count);
    void stop();
    void run_next();
    Run draw_run(const Piece& piece);
    [[nodiscard]] bool poisoned(std::uint64_t index) const;
    std::uint64_t draw_rows(std::uint64_t items);
    void lose_process(const std::optional<Outcome>& failed = std::nullopt);
    void give_back(const Piece& piece);
    void add(const Outcome& outcome);
    void send_outcomes();
    void report(Report report);

    WorkerId id_;
    const Scenario& scenario_;
    Stage& stage_;
    Books& books_;
    bool on_dead_node_;
    bool slow_;
    bool silent_ = false;

    Phase phase_ = Phase::absent;
    std::uint32_t process_ = 0;
    std::deque<Piece> queue_;
    std::optional<Run> run_;
    std::vector<Outcome> outcomes_;
    bool report_is_due_ = false;
};

}  // namespace parallel_run::simulation
