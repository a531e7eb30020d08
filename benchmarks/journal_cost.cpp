// SPDX-License-Identifier: Apache-2.0
// journal_cost DIRECTORY EPOCHS MINI_BATCHES: appends so many epochs of as many mini-batches of
// eight ranks each, in runs of 1 to 64, to a journal in DIRECTORY; prints the milliseconds of an
// append, its sync included.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <string>

#include "journal/writer.hpp"

namespace journal = parallel_run::journal;

namespace {

/// Every mini-batch below `count`, as workers end them: in short runs, in no order.
std::vector<journal::Range> ended(std::uint64_t first, std::uint64_t count, std::mt19937& random) {
    std::vector<journal::Range> ranges;
    for (std::uint64_t done = 0; done < count;) {
        const auto length = std::min<std::uint64_t>(1 + random() % 64, count - done);
        ranges.push_back({first + done, length});
        done += length;
    }
    std::shuffle(ranges.begin(), ranges.end(), random);
    return ranges;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 4) return 2;
    const std::string directory = argv[1];
    const auto epochs = std::strtoull(argv[2], nullptr, 10);
    const auto mini_batches = std::strtoull(argv[3], nullptr, 10);
    std::mt19937 random(1);
    journal::PosixStorage storage;
    auto writer = journal::JournalWriter::create(storage, directory, {{}, 1});
    if (!writer) return std::fprintf(stderr, "%s\n", writer.error().c_str()), 1;
    std::chrono::duration<double, std::milli> taken{0};
    for (std::uint64_t i = 0; i < epochs; ++i) {
        auto ranges = ended(i * mini_batches, mini_batches, random);
        const auto began = std::chrono::steady_clock::now();
        journal::Epoch epoch;
        epoch.number = i + 1;
        epoch.file_bytes = (i + 1) * 8000;
        for (std::uint32_t rank = 0; rank < 8; ++rank) {
            epoch.blocks.push_back({rank, i * 8000 + rank * 1000ULL, 1000, 0});
        }
        epoch.committed = journal::joined(std::move(ranges));
        epoch.counters.processed = (i + 1) * mini_batches;
        epoch.plan.mini_batches = (i + 1) * mini_batches;
        if (const auto error = writer.value().append(epoch); !error.empty()) {
            return std::fprintf(stderr, "%s\n", error.c_str()), 1;
        }
        taken += std::chrono::steady_clock::now() - began;
    }
    std::printf("%.3f\n", taken.count() / static_cast<double>(epochs));
    return 0;
}
