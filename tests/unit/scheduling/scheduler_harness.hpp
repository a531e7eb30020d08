// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <numeric>
#include <optional>
#include <vector>

#include <gtest/gtest.h>

#include "scheduling/scheduler.hpp"

namespace parallel_run::scheduling {

using namespace std::chrono_literals;

/// A scheduler with workers that do as they are told. Each call passes one event on, checks the
/// scheduler's books, and keeps the actions until the test takes them.
class Harness {
public:
    explicit Harness(std::uint32_t workers, const Policy& policy = {},
                     std::uint32_t per_node = UINT32_MAX)
        : scheduler_(policy, nodes_of(workers, per_node), now), held_(workers) {}

    Time now = 1s;

    void plan(std::uint64_t count, std::uint64_t items_each = 1) {
        tell([&] { scheduler_.on_planned({planned_, count, items_each}, now, actions_); });
        planned_ += count;
    }
    void plan_all(std::uint64_t count, std::uint64_t items_each = 1) {
        plan(count, items_each);
        planning_done();
    }
    void planning_done() {
        tell([&] { scheduler_.on_planning_done(now, actions_); });
    }
    void ready(WorkerId worker) {
        tell([&] { scheduler_.on_worker_ready(worker, now, actions_); });
    }
    void all_ready() {
        for (WorkerId worker = 0; worker < held_.size(); ++worker) ready(worker);
    }
    void unavailable(WorkerId worker) {
        tell([&] { scheduler_.on_worker_unavailable(worker, now); });
    }
    void no_worker(WorkerId worker) {
        tell([&] { scheduler_.on_no_worker(worker); });
    }
    void init_failed(WorkerId worker) {
        tell([&] { scheduler_.on_init_failed(worker, now, actions_); });
    }
    void time(Time later) {
        now += later;
        tell([&] { scheduler_.on_time(now, actions_); });
    }
    std::uint64_t report(WorkerId worker, const std::vector<Outcome>& outcomes) {
        std::uint64_t unknown = 0;
        for (const auto& outcome : outcomes) forget(worker, outcome);
        tell([&] { unknown = scheduler_.on_outcomes(worker, outcomes, now, actions_); });
        return unknown;
    }

    /// The oldest mini-batch of the worker ends.
    void succeed(WorkerId worker, std::uint64_t rows = 1, std::chrono::nanoseconds took = 1s) {
        const auto [index, attempt] = held_[worker].front();
        report(worker, {{index, attempt, Outcome::Kind::succeeded, rows, took}});
    }
    void fail(WorkerId worker) {
        const auto [index, attempt] = held_[worker].front();
        report(worker, {{index, attempt, Outcome::Kind::failed, 0, 0ns}});
    }
    /// The worker answers a recall with its last `count` mini-batches.
    void give_back(WorkerId worker, std::uint64_t count) {
        std::vector<Outcome> outcomes;
        for (std::uint64_t i = 0; i < count; ++i) {
            const auto [index, attempt] = held_[worker][held_[worker].size() - 1 - i];
            outcomes.push_back({index, attempt, Outcome::Kind::returned, 0, 0ns});
        }
        if (count > 0) report(worker, outcomes);
        tell([&] { scheduler_.on_recalled(worker, count, now, actions_); });
    }

    struct Held {
        std::uint64_t index;
        std::uint32_t attempt;
        bool operator==(const Held&) const = default;
    };
    /// What the worker was given and has not ended, oldest first.
    [[nodiscard]] const std::vector<Held>& held(WorkerId worker) const { return held_[worker]; }

    /// All actions of the kind since the last call for it.
    template <typename Kind>
    std::vector<Kind> take() {
        std::vector<Kind> found;
        for (const auto& action : actions_) {
            if (const auto* const one = std::get_if<Kind>(&action)) found.push_back(*one);
        }
        std::erase_if(actions_, [](const Action& a) { return std::holds_alternative<Kind>(a); });
        return found;
    }
    /// The only abort since the last call, if there was one.
    std::optional<AbortReason> take_abort() {
        const auto aborts = take<Abort>();
        EXPECT_LE(aborts.size(), 1U) << "a job is given up once";
        if (aborts.empty()) return std::nullopt;
        EXPECT_EQ(scheduler_.aborted(), aborts.front().reason);
        return aborts.front().reason;
    }

    [[nodiscard]] const Scheduler& scheduler() const { return scheduler_; }
    [[nodiscard]] const Counts& counts() const { return scheduler_.counts(); }

private:
    static std::vector<NodeId> nodes_of(std::uint32_t workers, std::uint32_t per_node) {
        std::vector<NodeId> nodes;
        for (std::uint32_t worker = 0; worker < workers; ++worker) {
            nodes.push_back(worker / per_node);
        }
        return nodes;
    }

    template <typename Event>
    void tell(Event&& event) {
        const auto before = actions_.size();
        const bool was_aborted = scheduler_.aborted().has_value();
        event();
        for (auto at = before; at < actions_.size(); ++at) {
            const auto* const given = std::get_if<Assign>(&actions_[at]);
            if (given == nullptr) continue;
            EXPECT_FALSE(was_aborted) << "work is given after the end";
            for (auto index = given->work.first; index < given->work.end(); ++index) {
                held_[given->worker].push_back({index, given->work.attempt});
            }
        }
        EXPECT_NO_THROW(scheduler_.check_invariants());
        for (WorkerId worker = 0; worker < held_.size(); ++worker) {
            EXPECT_EQ(scheduler_.held(worker), held_[worker].size());
        }
    }
    void forget(WorkerId worker, const Outcome& outcome) {
        const auto found = std::find(held_[worker].begin(), held_[worker].end(),
                                     Held{outcome.index, outcome.attempt});
        if (found != held_[worker].end()) held_[worker].erase(found);
    }

    Scheduler scheduler_;
    std::vector<std::vector<Held>> held_;
    std::uint64_t planned_ = 0;
    Actions actions_;
};

}  // namespace parallel_run::scheduling
