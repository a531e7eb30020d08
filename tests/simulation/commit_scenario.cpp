// SPDX-License-Identifier: Apache-2.0
#include "simulation/commit_scenario.hpp"

#include <sstream>

namespace parallel_run::commit_simulation {

namespace {

Plan draw_plan(std::uint64_t mini_batches, Random& random) {
    Plan plan;
    for (std::uint64_t index = 0; index < mini_batches; ++index) {
        plan.push_back({"input " + std::to_string(index) + '\n', random.between(1U, 3U)});
    }
    return plan;
}

}  // namespace

std::string Scenario::text() const {
    std::ostringstream text;
    text << ranks << " ranks, " << plan.size() << " mini-batches, " << run_max_try
         << " attempts of which " << 100 * run_fails << " % fail, flushes at " << flush_bytes
         << " bytes or " << flush_interval.count() << " ns" << (header.empty() ? "" : ", a header")
         << "; " << lives << " lives with faults: crash " << crash << ", file system " << fault
         << ", interrupt " << interrupt << ", other plan " << other_plan;
    return text.str();
}

Scenario draw_scenario(std::uint64_t seed) {
    Random random(seed);
    Scenario scenario;
    scenario.seed = seed;
    scenario.ranks = random.between(1, 8);
    scenario.plan = draw_plan(random.magnitude(6) - 1, random);
    if (random.chance(0.3)) scenario.header = "a header\n";
    scenario.run_max_try = random.between(1U, 3U);
    if (random.chance(0.7)) scenario.run_fails = 0.6 * random.uniform();
    scenario.flush_bytes = random.magnitude(10);
    scenario.flush_interval = Time(random.magnitude(14));
    scenario.planned_at_once = random.magnitude(6);
    scenario.lives = random.between(0, 6);
    scenario.crash = 0.01 / static_cast<double>(random.magnitude(7));
    scenario.fault = 0.02 / static_cast<double>(random.magnitude(7));
    scenario.interrupt = random.uniform();
    scenario.other_plan = 0.3 * random.uniform();
    return scenario;
}

Scenario plain_scenario(int ranks, std::uint64_t mini_batches) {
    Random random(mini_batches);
    Scenario scenario;
    scenario.ranks = ranks;
    scenario.plan = draw_plan(mini_batches, random);
    scenario.flush_bytes = 40;
    scenario.flush_interval = Time(1000);
    scenario.planned_at_once = 3;
    return scenario;
}

Plan changed(Plan plan, std::uint64_t before, Random& random) {
    const auto place = plan.begin() + static_cast<std::ptrdiff_t>(random.below(before));
    switch (random.below(3)) {
        case 0: plan.erase(place); break;
        case 1: place->descriptor = "another " + place->descriptor; break;
        default: plan.insert(place, {"one more\n", 1});
    }
    return plan;
}

}  // namespace parallel_run::commit_simulation
