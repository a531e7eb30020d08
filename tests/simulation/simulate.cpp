// SPDX-License-Identifier: Apache-2.0

// Runs seeds of the simulation; tests/simulation/run builds and starts it.

#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <stdexcept>
#include <string>
#include <string_view>

#include "simulation/commit_simulation.hpp"
#include "simulation/simulation.hpp"

namespace parallel_run::simulation {

namespace {

constexpr const char* kUsage =
    "usage: tests/simulation/run --seed N [--verbose]       one job, with its log\n"
    "       tests/simulation/run --seeds COUNT [--first N]  many jobs; stops at the first fault\n"
    "       tests/simulation/run --workers COUNT            what the scheduler costs at that size\n"
    "with --commits: runs whose jobs crash and whose file systems fail, instead of the scheduler\n";

struct Request {
    std::uint64_t seed = 0;
    std::uint64_t seeds = 0;
    std::uint64_t workers = 0;
    bool commits = false;
    bool verbose = false;
};

Request parse(int argc, char** argv) {
    Request request;
    for (int i = 1; i < argc; ++i) {
        const std::string_view option = argv[i];
        if (option == "--verbose" || option == "--commits") {
            (option == "--verbose" ? request.verbose : request.commits) = true;
            continue;
        }
        if (++i == argc) throw std::invalid_argument(kUsage);
        const auto number = std::stoull(argv[i]);
        if (option == "--seed" || option == "--first") {
            request.seed = number;
        } else if (option == "--seeds") {
            request.seeds = number;
        } else if (option == "--workers") {
            request.workers = number;
        } else {
            throw std::invalid_argument(kUsage);
        }
    }
    return request;
}

double seconds(std::chrono::nanoseconds time) {
    return std::chrono::duration<double>(time).count();
}

void show_one(const Request& request) {
    std::cout << scenario_of_seed(request.seed).text() << '\n';
    const auto summary = run_seed(request.seed, request.verbose ? &std::cout : nullptr);
    std::printf("%s after %.6g s: %llu processed, %llu failed, %llu events\n",
                summary.aborted ? "aborted" : "finished", seconds(summary.duration),
                static_cast<unsigned long long>(summary.counts.processed),
                static_cast<unsigned long long>(summary.counts.failed),
                static_cast<unsigned long long>(summary.events));
}

void run_many(const Request& request) {
    std::uint64_t events = 0;
    std::uint64_t aborted = 0;
    for (auto seed = request.seed; seed < request.seed + request.seeds; ++seed) {
        const auto summary = run_seed(seed);
        events += summary.events;
        aborted += summary.aborted.has_value();
    }
    std::printf("%llu seeds hold: %llu events, %llu jobs aborted with a reason\n",
                static_cast<unsigned long long>(request.seeds),
                static_cast<unsigned long long>(events), static_cast<unsigned long long>(aborted));
}

/// Ten mini-batches for each worker, of log-normal run times around 1 s: a tail in which much is
/// shared.
void show_costs(const Request& request) {
    Options options;
    options.measure = true;
    const auto scenario = faultless_scenario(request.seed, RunTimeLaw::log_normal, request.workers,
                                             10 * request.workers, std::chrono::seconds(1));
    const auto summary = Simulation(scenario, options).run();
    const auto in_scheduler = seconds(summary.in_scheduler);
    std::printf(
        "%llu workers: %.3g s in the scheduler, %.0f mini-batches/s; %llu assigns, "
        "%llu recalls, makespan %.2f s\n",
        static_cast<unsigned long long>(request.workers), in_scheduler,
        static_cast<double>(summary.counts.planned) / in_scheduler,
        static_cast<unsigned long long>(summary.assigns),
        static_cast<unsigned long long>(summary.recalls), seconds(summary.duration));
}

void show_one_of_commits(const Request& request) {
    std::cout << commit_simulation::draw_scenario(request.seed).text() << '\n';
    commit_simulation::run_seed(request.seed, request.verbose ? &std::cout : nullptr);
    std::printf("completed, and every row is there once\n");
}

void run_many_of_commits(const Request& request) {
    using commit_simulation::kNamesOfEnds;
    std::array<std::uint64_t, kNamesOfEnds.size()> lives{};
    for (auto seed = request.seed; seed < request.seed + request.seeds; ++seed) {
        const auto summary = commit_simulation::run_seed(seed);
        for (std::size_t end = 0; end < lives.size(); ++end) lives[end] += summary.lives[end];
    }
    std::printf("%llu seeds hold; lives", static_cast<unsigned long long>(request.seeds));
    for (std::size_t end = 0; end < lives.size(); ++end) {
        std::printf(" %s: %llu", kNamesOfEnds[end], static_cast<unsigned long long>(lives[end]));
    }
    std::printf("\n");
}

void carry_out(const Request& request) {
    if (request.commits) {
        request.seeds > 0 ? run_many_of_commits(request) : show_one_of_commits(request);
    } else if (request.workers > 0) {
        show_costs(request);
    } else if (request.seeds > 0) {
        run_many(request);
    } else {
        show_one(request);
    }
}

}  // namespace

}  // namespace parallel_run::simulation

int main(int argc, char** argv) {
    using namespace parallel_run::simulation;
    try {
        carry_out(parse(argc, argv));
        return EXIT_SUCCESS;
    } catch (const std::invalid_argument&) {
        std::cerr << kUsage;
        return 2;
    } catch (const Violation& violation) {
        std::cout << std::flush;
        std::cerr << violation.what() << '\n';
        return EXIT_FAILURE;
    }
}
