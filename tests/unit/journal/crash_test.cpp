// SPDX-License-Identifier: Apache-2.0
// Writer and recovery on a file system that fails, and a machine that restarts, at any step.
#include "sample.hpp"

#include <algorithm>
#include <random>

#include <gtest/gtest.h>

#include "journal/writer.hpp"
#include "support/faulty_storage.hpp"

namespace parallel_run::journal {
namespace {

constexpr std::array kFaults{Fault::no_space, Fault::io_error, Fault::short_write,
                             Fault::crash_before, Fault::crash_after};

/// A run over the lives of its job, each of which may end early. Knows what must be recovered
/// and what may be.
class Lives {
public:
    explicit Lives(std::uint64_t seed) : storage_(seed), random_(seed) {}

    void plan_fault(std::uint64_t calls, Fault fault) { storage_.plan_fault(calls, fault); }
    void restart_machine() { storage_.lose_unsynced(); }

    /// Recovers, goes on and appends that many epochs, unless a fault ends it. Returns how many
    /// calls that took.
    std::uint64_t live(int epochs) {
        const auto before = storage_.calls();
        try {
            if (auto writer = begin()) append(*writer, epochs);
        } catch (const Crash&) {
        }
        return storage_.calls() - before;
    }

    void expect_all_there() {
        plan_fault(0, Fault::none);
        restart_machine();
        live(1);
        EXPECT_EQ(durable_, possible_.size()) << "a life without faults failed";
    }

private:
    std::optional<JournalWriter> begin() {
        auto recovery = recover(storage_, journal_path("out"), kThisRun);
        if (!recovery) return std::nullopt;
        check(recovery.value());
        auto writer =
            recovery.value().verdict == Verdict::absent
                ? JournalWriter::create(storage_, "out", {kThisRun, random_()})
                : JournalWriter::go_on(storage_, "out", std::move(recovery.value()), random_());
        if (!writer) return std::nullopt;
        exists_ = true;
        durable_ = possible_.size();
        return std::move(writer.value());
    }

    void append(JournalWriter& writer, int epochs) {
        for (; epochs > 0; --epochs) {
            const auto first = writer.state().plan.mini_batches + random_() % 3;
            const Record record =
                epoch_after(writer.state(), {{first, 1 + random_() % 3}, {first + 5, 1}});
            possible_.push_back(record);
            if (!writer.append(record).empty()) return;
            durable_ = possible_.size();
        }
    }

    void check(const Recovery& recovery) {
        if (recovery.verdict == Verdict::absent) {
            ASSERT_FALSE(exists_);
            return;
        }
        ASSERT_EQ(recovery.verdict, Verdict::usable) << recovery.message;
        const auto records = read_all(recovery.bytes).records;
        ASSERT_GE(records.size(), durable_) << "a record that was durable is lost";
        ASSERT_LE(records.size(), possible_.size());
        ASSERT_TRUE(std::equal(records.begin(), records.end(), possible_.begin()))
            << "a record that was never appended";
        possible_.resize(records.size());
    }

    FaultyStorage storage_;
    std::mt19937_64 random_;
    bool exists_ = false;           ///< a writer was made, so the journal is durable
    std::vector<Record> possible_;  ///< all that may be recovered, in order,
    std::size_t durable_ = 0;       ///< and how many of them must be
};

TEST(Crash, at_any_two_calls_loses_nothing) {
    constexpr int kEpochs = 2;
    const auto calls = Lives(1).live(kEpochs);
    ASSERT_GT(calls, 10U);
    std::uint64_t seed = 0;
    for (std::uint64_t first = 0; first < calls; ++first) {
        for (std::uint64_t second = 0; second < calls; ++second) {
            for (const auto first_fault : kFaults) {
                for (const auto second_fault : kFaults) {
                    SCOPED_TRACE("seed " + std::to_string(++seed));
                    Lives run(seed);
                    run.plan_fault(first, first_fault);
                    run.live(kEpochs);
                    if (seed % 2 == 0) run.restart_machine();
                    run.plan_fault(second, second_fault);
                    run.live(kEpochs);
                    run.expect_all_there();
                    if (testing::Test::HasFailure()) return;
                }
            }
        }
    }
}

TEST(Crash, again_and_again_loses_nothing) {
    for (std::uint64_t seed = 1; seed <= 100; ++seed) {
        SCOPED_TRACE("seed " + std::to_string(seed));
        std::mt19937_64 random(seed);
        Lives run(seed);
        for (int life = 0; life < 20; ++life) {
            run.plan_fault(random() % 25, kFaults[random() % kFaults.size()]);
            run.live(static_cast<int>(random() % 8));
            if (random() % 3 == 0) run.restart_machine();
            ASSERT_FALSE(testing::Test::HasFailure()) << "life " << life;
        }
        run.expect_all_there();
    }
}

}  // namespace
}  // namespace parallel_run::journal
