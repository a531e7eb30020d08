// SPDX-License-Identifier: Apache-2.0

// Kills jobs until they have been killed often enough; tests/faults/run builds and starts it.

#include "job.hpp"

#include <unistd.h>

#include <cstdlib>
#include <iostream>
#include <random>
#include <string>
#include <string_view>

namespace parallel_run::faults {

namespace {

constexpr const char* kUsage =
    "usage: tests/faults/run [--kills COUNT] [--seed N]\n"
    "Jobs of the seeds N, N + 1, ... are killed and gone on with, until COUNT (1) kills are "
    "done.\n";

struct Request {
    std::uint64_t kills = 1;
    std::uint64_t seed = std::random_device()();
};

Request parse(int argc, char** argv) {
    Request request;
    for (int i = 1; i < argc; i += 2) {
        const std::string_view option = argv[i];
        if (i + 1 == argc || (option != "--kills" && option != "--seed")) {
            throw std::invalid_argument(kUsage);
        }
        (option == "--kills" ? request.kills : request.seed) = std::stoull(argv[i + 1]);
    }
    return request;
}

void show_progress(const Tally& tally) {
    if (::isatty(STDERR_FILENO) == 0) return;
    std::cerr << '\r' << tally.all_kills() << " kills, " << tally.runs << " runs, " << tally.jobs
              << " jobs" << std::flush;
}

void summarise(const Tally& tally, std::chrono::duration<double> time) {
    if (::isatty(STDERR_FILENO) != 0) std::cerr << '\n';
    std::cout << tally.all_kills() << " kills in " << tally.runs << " runs of " << tally.jobs
              << " jobs, " << std::lround(time.count()) << " s; killed:";
    for (std::size_t i = 0; i < tally.kills.size(); ++i) {
        std::cout << (i == 0 ? " " : ", ") << kTargetNames.at(i) << ' ' << tally.kills.at(i);
    }
    std::cout << "\nruns ended with:";
    for (const auto& [status, count] : tally.ended_with) {
        std::cout << ' ' << status << " (" << count << "x)";
    }
    std::cout << "; " << tally.refused << " found the output in use" << std::endl;
}

/// False when a promise was broken; then the job's directory stays.
bool run_seed(std::uint64_t seed, const Programs& programs, Tally& tally) {
    const JobPlan plan(seed);
    Job job(plan, programs, tally, [&] { show_progress(tally); });
    try {
        job.run();
        job.remove_directory();
        return true;
    } catch (const std::exception& error) {
        std::cerr << "\nseed " << seed << ": " << error.what()
                  << "\nwhat happened:  " << job.story() << "\nkept:           " << job.directory()
                  << "\nonce more:      tests/faults/run --seed " << seed << '\n';
        return false;
    }
}

bool carry_out(const Request& request) {
    const Programs programs{PARALLEL_RUN_PROGRAM, PARALLEL_RUN_ENTRY_SCRIPTS "/known_rows.so"};
    std::cout << "first seed " << request.seed << std::endl;
    const auto began = std::chrono::steady_clock::now();
    Tally tally;
    bool holds = true;
    for (auto seed = request.seed; holds && tally.all_kills() < request.kills; ++seed) {
        holds = run_seed(seed, programs, tally);
    }
    summarise(tally, std::chrono::steady_clock::now() - began);
    return holds;
}

}  // namespace

}  // namespace parallel_run::faults

int main(int argc, char** argv) {
    using namespace parallel_run::faults;
    try {
        return carry_out(parse(argc, argv)) ? EXIT_SUCCESS : EXIT_FAILURE;
    } catch (const std::invalid_argument&) {
        std::cerr << kUsage;
        return 2;
    }
}
