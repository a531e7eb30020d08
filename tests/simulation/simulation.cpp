// SPDX-License-Identifier: Apache-2.0
#include "simulation/simulation.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "base/overloaded.hpp"

namespace parallel_run::simulation {

namespace {

using namespace std::chrono_literals;

/// The scheduler's own check looks at every worker; with more workers than this it is made so
/// rarely that it costs the same for each event. The books are compared after each event.
constexpr std::uint64_t kWorkersCheckedEachTime = 256;

scheduling::Policy policy_for(const Scenario& scenario, const Sabotage& sabotage) {
    auto policy = scenario.policy;
    if (sabotage.policy) sabotage.policy(policy);
    return policy;
}

std::ostream& operator<<(std::ostream& out, const WorkRange& range) {
    return out << range.count << " mini-batches from " << range.first << ", attempt "
               << range.attempt;
}

const char* name_of(Outcome::Kind kind) {
    switch (kind) {
        case Outcome::Kind::succeeded: return "succeeded";
        case Outcome::Kind::failed: return "failed";
        case Outcome::Kind::returned: return "returned";
    }
    return "unknown";
}

}  // namespace

Simulation::Simulation(const Scenario& scenario, Options options)
    : scenario_(scenario),
      options_(std::move(options)),
      stage_(scenario_, options_.log),
      books_(scenario_),
      scheduler_(policy_for(scenario_, options_.sabotage), scenario_.node_of, stage_.now()) {
    workers_.reserve(scenario_.workers());
    for (WorkerId id = 0; id < scenario_.workers(); ++id) {
        workers_.emplace_back(id, scenario_, stage_, books_);
    }
    stage_.after(Time(1), EventKind::planner_goes_on);
    stage_.after(scenario_.run_limit, EventKind::time_passes);
}

Summary Simulation::run() {
    while (const auto event = stage_.next()) {
        if (!books_.over() && stage_.now() > scenario_.longest_duration()) {
            throw Violation("the job does not end");
        }
        ++summary_.events;
        handle(*event);
        check(event->worker);
        stop_when_over();
    }
    if (!books_.over()) throw Violation("nothing happens any more and the job is not over");
    const auto silent = [](const WorkerModel& worker) { return worker.silent(); };
    if (std::none_of(workers_.begin(), workers_.end(), silent)) books_.compare_at_the_end();
    summary_.counts = scheduler_.counts();
    summary_.aborted = scheduler_.aborted();
    summary_.recalls = books_.recalls();
    return summary_;
}

void Simulation::handle(const Event& event) {
    auto& worker = workers_[event.worker];
    switch (event.kind) {
        case EventKind::order_arrives: return worker.on_order(stage_.take_order(event.worker));
        case EventKind::report_arrives: return hear(event.worker);
        case EventKind::init_ends: return worker.on_init_ends(event.process);
        case EventKind::run_ends: return worker.on_run_ends(event.process);
        case EventKind::report_is_due: return worker.on_report_is_due();
        case EventKind::planner_goes_on: return go_on_planning();
        case EventKind::time_passes: return pass_time();
    }
}

template <typename Call>
void Simulation::tell(Call call) {
    if (options_.measure) {
        const auto began = std::chrono::steady_clock::now();
        call();
        summary_.in_scheduler += std::chrono::steady_clock::now() - began;
    } else {
        call();
    }
    if (options_.sabotage.actions) options_.sabotage.actions(actions_);
    carry_out();
}

void Simulation::hear(WorkerId worker) {
    auto report = stage_.take_report(worker);
    const auto now = stage_.now();
    const auto say = [&](const char* what) {
        if (stage_.logs()) stage_.log() << "told: worker " << worker << ' ' << what << '\n';
    };
    std::visit(
        base::Overloaded{
            [&](std::vector<Outcome>& outcomes) { hear_outcomes(worker, std::move(outcomes)); },
            [&](Ready) {
                say("is ready");
                books_.ready(worker);
                tell([&] { scheduler_.on_worker_ready(worker, now, actions_); });
            },
            [&](Unavailable) {
                say("is unavailable");
                books_.unavailable(worker, now);
                tell([&] { scheduler_.on_worker_unavailable(worker, now); });
            },
            [&](InitFailed) {
                say("failed in init()");
                books_.init_failed(worker, now);
                tell([&] { scheduler_.on_init_failed(worker, now, actions_); });
            },
            [&](Recalled recalled) {
                say("answered the recall");
                books_.recalled(worker);
                tell([&] { scheduler_.on_recalled(worker, recalled.returned, now, actions_); });
            },
            [&](Stopped) { say("has stopped"); }},
        report);
}

void Simulation::hear_outcomes(WorkerId worker, std::vector<Outcome> outcomes) {
    if (stage_.logs()) {
        for (const auto& outcome : outcomes) {
            stage_.log() << "told: worker " << worker << ", mini-batch " << outcome.index
                         << ", attempt " << outcome.attempt << ' ' << name_of(outcome.kind) << '\n';
        }
    }
    books_.reported(worker, outcomes, stage_.now());
    for (const auto& outcome : outcomes) {
        if (outcome.kind != Outcome::Kind::succeeded) continue;
        summary_.work += outcome.run_time;
        summary_.longest = std::max(summary_.longest, outcome.run_time);
    }
    if (options_.sabotage.outcomes) options_.sabotage.outcomes(outcomes);
    tell([&] {
        if (scheduler_.on_outcomes(worker, outcomes, stage_.now(), actions_) > 0) {
            throw Violation("the scheduler does not know an outcome");
        }
    });
}

void Simulation::go_on_planning() {
    for (std::uint64_t i = 0; i < scenario_.planned_at_once && next_range_ < scenario_.plan.size();
         ++i) {
        const auto& range = scenario_.plan[next_range_++];
        if (stage_.logs()) stage_.log() << "planned: " << range << '\n';
        books_.planned(range);
        tell([&] { scheduler_.on_planned(range, stage_.now(), actions_); });
    }
    const Time pause(stage_.random().between<std::int64_t>(0, scenario_.planning_pause.count()));
    if (next_range_ < scenario_.plan.size()) {
        stage_.after(pause, EventKind::planner_goes_on);
    } else if (!scheduler_.planning_done()) {
        books_.planning_done();
        if (stage_.logs()) stage_.log() << "planning is done\n";
        tell([&] { scheduler_.on_planning_done(stage_.now(), actions_); });
    }
}

void Simulation::pass_time() {
    tell([&] { scheduler_.on_time(stage_.now(), actions_); });
    if (!books_.over()) stage_.after(scenario_.run_limit / 4 + 1s, EventKind::time_passes);
}

void Simulation::carry_out() {
    using namespace scheduling;
    for (const auto& action : actions_) {
        if (stage_.logs()) log(action);
        books_.decided(action, stage_.now());
        std::visit(base::Overloaded{
                       [&](const Assign& a) {
                           ++summary_.assigns;
                           stage_.send_order(a.worker, a.work);
                       },
                       [&](const Recall& a) { stage_.send_order(a.worker, RecallOrder{a.count}); },
                       [&](const Restart& a) { stage_.send_order(a.worker, RestartOrder{}); },
                       [](const GiveUp&) {}, [](const Abort&) {}},
                   action);
    }
    actions_.clear();
}

void Simulation::log(const scheduling::Action& action) {
    using namespace scheduling;
    auto& out = stage_.log() << "decided: ";
    std::visit(
        base::Overloaded{
            [&](const Assign& a) { out << "worker " << a.worker << " gets " << a.work; },
            [&](const Recall& a) { out << "worker " << a.worker << " gives back " << a.count; },
            [&](const Restart& a) { out << "worker " << a.worker << " starts again"; },
            [&](const GiveUp& a) { out << "worker " << a.worker << " is given up"; },
            [&](const Abort& a) { out << "abort, reason " << static_cast<int>(a.reason); }},
        action);
    out << '\n';
}

void Simulation::check(WorkerId touched) {
    books_.compare(scheduler_, touched, stage_.now());
    if (summary_.events % (1 + scenario_.workers() / kWorkersCheckedEachTime) == 0) {
        scheduler_.check_invariants();
    }
}

void Simulation::stop_when_over() {
    if (stopping_ || !books_.over()) return;
    stopping_ = true;
    summary_.duration = stage_.now();
    for (WorkerId id = 0; id < workers_.size(); ++id) stage_.send_order(id, StopOrder{});
}

Scenario scenario_of_seed(std::uint64_t seed) {
    // Now and then a large cluster; for the other seeds a small one finds more.
    return draw_scenario(seed, seed % 200 == 199 ? 5000 : 64);
}

Summary run_seed(std::uint64_t seed, std::ostream* log) {
    Options options;
    options.log = log;
    try {
        return Simulation(scenario_of_seed(seed), options).run();
    } catch (const std::logic_error& error) {
        throw Violation("seed " + std::to_string(seed) + ": " + error.what() +
                        "\nRun it alone: tests/simulation/run --seed " + std::to_string(seed) +
                        " --verbose");
    }
}

}  // namespace parallel_run::simulation
