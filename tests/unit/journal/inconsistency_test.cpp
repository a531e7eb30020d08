// SPDX-License-Identifier: Apache-2.0
// Records that are whole and yet cannot follow those before them: a reader stops there, and the
// writer refuses them.
#include "sample.hpp"

#include <gtest/gtest.h>

#include "journal/state.hpp"

namespace parallel_run::journal {
namespace {

class Inconsistency : public testing::Test {
protected:
    Epoch next() const { return epoch_after(journal_.state(), {{30, 2}}); }

    void expect_refused(const Record& record, const std::string& reason) {
        EXPECT_EQ(journal_.state().check(record), reason);
        const auto valid = read_all(journal_.bytes());
        auto journal = journal_;
        const auto read = read_all(journal.add_raw(kind_of(record), encode(record)).bytes());
        EXPECT_EQ(read.records.size(), valid.records.size());
        EXPECT_EQ(read.tail.flaw, Flaw::damaged);
        EXPECT_EQ(read.tail.at, valid.tail.at);
        EXPECT_EQ(read.tail.reason, "has a record that " + reason);
    }

    JournalBytes journal_ = two_epochs();
};

TEST_F(Inconsistency, none) { EXPECT_EQ(journal_.state().check(next()), ""); }

TEST_F(Inconsistency, epoch_number_again) {
    auto epoch = next();
    epoch.number = 2;
    expect_refused(epoch, "repeats epoch 2");
}

TEST_F(Inconsistency, epoch_number_skipped) {
    auto epoch = next();
    epoch.number = 4;
    expect_refused(epoch, "skips to epoch 4");
}

TEST_F(Inconsistency, data_file_getting_shorter) {
    auto epoch = next();
    epoch.file_bytes = 199;
    epoch.blocks.clear();
    expect_refused(epoch, "shortens the data file");
}

TEST_F(Inconsistency, blocks_that_overlap_each_other) {
    auto epoch = next();
    --epoch.blocks[1].offset;
    expect_refused(epoch, "has blocks that overlap");
}

TEST_F(Inconsistency, blocks_that_overlap_the_epoch_before) {
    auto epoch = next();
    --epoch.blocks[0].offset;
    expect_refused(epoch, "has blocks that overlap");
}

TEST_F(Inconsistency, gap_between_blocks) {
    auto epoch = next();
    ++epoch.blocks[1].offset;
    expect_refused(epoch, "has a gap between blocks");
}

TEST_F(Inconsistency, gap_after_the_blocks) {
    auto epoch = next();
    ++epoch.file_bytes;
    expect_refused(epoch, "has a gap after its blocks");
}

TEST_F(Inconsistency, blocks_beyond_the_data_file) {
    auto epoch = next();
    epoch.blocks[1].bytes = ~0ULL;
    expect_refused(epoch, "has blocks beyond the data file");
}

TEST_F(Inconsistency, empty_block) {
    auto epoch = next();
    epoch.blocks[0].bytes = 0;
    expect_refused(epoch, "has an empty block");
}

TEST_F(Inconsistency, mini_batch_committed_again) {
    expect_refused(epoch_after(journal_.state(), {{15, 6}}), "commits a mini-batch again");
}

TEST_F(Inconsistency, mini_batch_committed_twice_at_once) {
    const auto epoch = epoch_after(journal_.state(), {{30, 2}, {31, 1}});
    EXPECT_EQ(journal_.state().check(epoch), "commits mini-batches out of order")
        << "cannot even be written";
}

TEST_F(Inconsistency, mini_batch_that_is_not_planned) {
    auto epoch = next();
    epoch.plan = journal_.state().plan;
    expect_refused(epoch, "commits a mini-batch that is not planned");
}

TEST_F(Inconsistency, counters_going_backwards) {
    for (const auto counter : {&Counters::items_succeeded, &Counters::rows}) {
        auto epoch = next();
        epoch.counters.*counter = journal_.state().counters.*counter - 1;
        expect_refused(epoch, "counts backwards");
    }
}

TEST_F(Inconsistency, counters_of_other_mini_batches) {
    auto epoch = next();
    ++epoch.counters.failed;
    expect_refused(epoch, "counts other mini-batches than are committed");
}

TEST_F(Inconsistency, plan_going_backwards) {
    auto epoch = epoch_after(journal_.state(), {});
    --epoch.plan.mini_batches;
    expect_refused(epoch, "plans fewer mini-batches than before");
}

TEST_F(Inconsistency, plan_with_another_digest) {
    auto epoch = epoch_after(journal_.state(), {});
    epoch.plan.digest[0] = 'x';
    expect_refused(epoch, "has another digest for the same plan");
    expect_refused(Planned{epoch.plan, 10}, "has another digest for the same plan");
}

TEST_F(Inconsistency, plan_without_end) {
    auto epoch = next();
    epoch.plan.mini_batches = kMaxMiniBatches + 1;
    expect_refused(epoch, "plans more mini-batches than there can be");
}

TEST_F(Inconsistency, plan_that_goes_on_after_its_end) {
    journal_.add(Planned{journal_.state().plan, 250});
    expect_refused(next(), "plans on after the end of the plan");
}

TEST_F(Inconsistency, plan_that_ends_twice) {
    journal_.add(Planned{journal_.state().plan, 250});
    expect_refused(Planned{journal_.state().plan, 250}, "ends the plan again");
}

TEST_F(Inconsistency, completed_before_the_plan) {
    expect_refused(Completed{journal_.state().counters}, "completes the run before its plan");
}

TEST_F(Inconsistency, completed_with_fewer_rows) {
    journal_.add(Planned{journal_.state().plan, 250});
    auto counters = journal_.state().counters;
    --counters.rows;
    expect_refused(Completed{counters}, "counts backwards");
}

TEST_F(Inconsistency, anything_after_completed) {
    journal_.add(Planned{journal_.state().plan, 250});
    journal_.add(Completed{journal_.state().counters});
    expect_refused(next(), "follows the end of the run");
    expect_refused(Completed{journal_.state().counters}, "follows the end of the run");
}

TEST_F(Inconsistency, garbage_after_completed) {
    journal_.add(Planned{journal_.state().plan, 250});
    journal_.add(Completed{journal_.state().counters});
    const auto read = read_all(journal_.bytes() + "garbage");
    EXPECT_TRUE(read.state.completed);
    EXPECT_EQ(read.tail.flaw, Flaw::torn);
    EXPECT_EQ(read.tail.at, journal_.bytes().size());
}

TEST_F(Inconsistency, columns_after_lines) {
    expect_refused(Declared{{{"label", PARALLEL_RUN_INT32, 0, {}}}},
                   "declares columns of a data file that holds lines");
}

class InconsistentTable : public testing::Test {
protected:
    InconsistentTable() { state_.apply(declared_); }
    Epoch with_block(std::uint64_t bytes) const {
        Epoch epoch;
        epoch.number = 1;
        epoch.file_bytes = bytes;
        epoch.blocks = {{0, 0, bytes, 0}};
        return epoch;
    }

    const Declared declared_{{{"label", PARALLEL_RUN_INT32, 0, {}}}};
    State state_;
};

TEST_F(InconsistentTable, none) {
    EXPECT_EQ(state_.check(with_block(3 * schema::row_bytes(declared_.columns))), "");
}

TEST_F(InconsistentTable, columns_again) {
    EXPECT_EQ(state_.check(declared_), "declares columns again");
}

TEST_F(InconsistentTable, no_columns) {
    EXPECT_EQ(State().check(Declared{}), "declares no columns");
}

TEST_F(InconsistentTable, block_that_ends_within_a_row) {
    EXPECT_EQ(state_.check(with_block(21)), "has a block that ends within a row");
}

}  // namespace
}  // namespace parallel_run::journal
