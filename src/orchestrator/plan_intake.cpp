// SPDX-License-Identifier: Apache-2.0
#include "orchestrator/plan_intake.hpp"

#include <exception>
#include <utility>

#include "orchestrator/input_check.hpp"

namespace parallel_run::orchestrator {

namespace {

/// Descriptors that may wait between the planner's thread and the event loop. The store that takes
/// them is not bounded: a run that goes on must plan to the earlier mark before it records
/// anything.
constexpr std::uint64_t kMaxPlannedAhead = 256ULL << 20;

/// Where the rows of tables are gathered first, that takes as long as it takes: each task of it has
/// a limit of its own.
PlanIntake::Time first_task_deadline(const config::Step& step, PlanIntake::Time now) {
    const bool gathers = config::gathers_rows(step);
    return gathers ? PlanIntake::Time::max() : now + step.first_task_creation_timeout;
}

}  // namespace

PlanIntake::PlanIntake(const config::Step& step, const Earlier& earlier,
                       std::shared_ptr<dataset::PlanTasks> tasks, scheduling::Scheduler& scheduler,
                       PlanCheck& check, Time now)
    : committed_(earlier.state.committed),
      scheduler_(scheduler),
      check_(check),
      planner_(dataset::Plan(step, std::move(tasks)), kMaxPlannedAhead),
      first_task_deadline_(first_task_deadline(step, now)) {
    if (earlier.state.epochs == 0) return;
    comparison_ =
        std::async(std::launch::async, [&step, &earlier, stop = comparison_stop_.get_token()] {
            return changed_file(step, earlier.began, stop);
        });
}

PlanIntake::~PlanIntake() { comparison_stop_.request_stop(); }

bool PlanIntake::take(Time now, scheduling::Actions& actions) {
    look_at_comparison();
    if (ended_) return false;
    bool took = false;
    while (auto chunk = planner_.take()) {
        took = true;
        take_chunk(std::move(*chunk), now, actions);
    }
    if (planner_.finished()) {
        end(now, actions);
    } else if (planner_.planned_mini_batches() == 0 && now > first_task_deadline_) {
        fail(
            "listing the input gave no mini-batch within first_task_creation_timeout; raise it, or "
            "give the input as a list of files");
    }
    if (auto difference = check_.difference()) fail(std::move(*difference));
    return took;
}

void PlanIntake::take_chunk(dataset::PlanChunk chunk, Time now, scheduling::Actions& actions) {
    check_.add(chunk);
    const auto first_index = chunk.first_index;
    const auto items = chunk.items;
    const auto missing = committed_.missing({first_index, chunk.count()});
    std::uint64_t open = 0;
    for (const auto& range : missing) open += range.count;
    if (open == 0) return;
    store_.add(std::move(chunk), open);
    for (const auto& range : missing) {
        for (auto begin = range.first; begin < range.end();) {
            const auto items_each = items[begin - first_index];
            auto end = begin + 1;
            while (end < range.end() && items[end - first_index] == items_each) ++end;
            scheduler_.on_planned({begin, end - begin, items_each}, now, actions);
            begin = end;
        }
    }
}

void PlanIntake::end(Time now, scheduling::Actions& actions) {
    ended_ = true;
    if (const auto error = planner_.error()) return fail("the input cannot be listed: " + *error);
    check_.end(planner_.planned_items());
    scheduler_.on_planning_done(now, actions);
}

void PlanIntake::look_at_comparison() {
    using namespace std::chrono_literals;
    if (compared() || comparison_.wait_for(0s) != std::future_status::ready) return;
    try {
        if (auto difference = comparison_.get()) fail(std::move(*difference));
    } catch (const std::exception& error) {
        fail(std::string("the input cannot be compared with the earlier run's: ") + error.what());
    }
}

/// The first reason counts.
void PlanIntake::fail(std::string reason) {
    if (!failure_) failure_ = std::move(reason);
}

}  // namespace parallel_run::orchestrator
