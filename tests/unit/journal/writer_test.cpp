// SPDX-License-Identifier: Apache-2.0
#include "journal/writer.hpp"

#include "sample.hpp"

#include <stdexcept>

#include <gtest/gtest.h>

#include "support/faulty_storage.hpp"

namespace parallel_run::journal {
namespace {

const std::string kPath = journal_path("out");

class Writer : public testing::Test {
protected:
    JournalWriter create() {
        auto writer = JournalWriter::create(storage_, "out", {kThisRun, 7});
        EXPECT_TRUE(writer) << writer.error();
        return std::move(writer.value());
    }
    JournalWriter go_on(std::uint64_t salt) {
        auto writer = JournalWriter::go_on(storage_, "out", recovery(), salt);
        EXPECT_TRUE(writer) << writer.error();
        return std::move(writer.value());
    }
    Recovery recovery() { return std::move(recover(storage_, kPath, kThisRun).value()); }
    std::string bytes() { return storage_.read(kPath).value().value(); }

    FaultyStorage storage_{1};
};

TEST_F(Writer, writes_what_the_format_says) {
    auto writer = create();
    ASSERT_EQ(writer.append(epoch_after(writer.state(), {{0, 10}})), "");
    ASSERT_EQ(writer.append(epoch_after(writer.state(), {{20, 5}})), "");
    EXPECT_EQ(bytes(), two_epochs(7).bytes());
    EXPECT_EQ(writer.state().committed.count(), 15U);
}

TEST_F(Writer, discards_an_earlier_journal_when_it_creates_one) {
    storage_.put(kPath, two_epochs().bytes());
    create();
    EXPECT_EQ(recovery().state.epochs, 0U);
}

TEST_F(Writer, goes_on_in_a_new_file_with_the_same_records) {
    storage_.put(kPath, two_epochs(7).bytes());
    auto writer = go_on(9);
    EXPECT_EQ(bytes(), two_epochs(9).bytes());
    EXPECT_EQ(writer.state().epochs, 2U);
    ASSERT_EQ(writer.append(epoch_after(writer.state(), {{30, 1}})), "");
    EXPECT_EQ(recovery().state.epochs, 3U);
}

TEST_F(Writer, leaves_out_what_follows_the_valid_records) {
    storage_.put(kPath, two_epochs(7).bytes() + "torn");
    go_on(9);
    EXPECT_EQ(bytes(), two_epochs(9).bytes());
}

TEST_F(Writer, leaves_the_journal_that_is_there_when_it_cannot_go_on) {
    const auto before = two_epochs().bytes() + "torn";
    storage_.put(kPath, before);
    for (std::uint64_t call = 1; call <= 5; ++call) {  // up to the rename
        storage_.plan_fault(call, Fault::no_space);
        const auto writer = JournalWriter::go_on(storage_, "out", recovery(), 9);
        ASSERT_FALSE(writer) << call;
        EXPECT_NE(writer.error().find("No space left on device"), std::string::npos);
        EXPECT_EQ(bytes(), before) << call;
    }
}

TEST_F(Writer, takes_nothing_more_after_a_failure) {
    auto writer = create();
    storage_.plan_fault(0, Fault::no_space);
    const auto error = writer.append(epoch_after(writer.state(), {{0, 10}}));
    EXPECT_EQ(error, kPath +
                         ": cannot write: No space left on device. What it recorded before stays "
                         "valid: the same command, without overwrite, goes on from there.");
    EXPECT_EQ(writer.state().epochs, 0U);
    const auto after = bytes();
    EXPECT_EQ(writer.append(epoch_after(writer.state(), {{0, 10}})), error);
    EXPECT_EQ(bytes(), after);
}

TEST_F(Writer, takes_nothing_more_after_a_sync_that_failed) {
    auto writer = create();
    storage_.plan_fault(1, Fault::io_error);
    EXPECT_NE(writer.append(epoch_after(writer.state(), {{0, 10}})), "");
    EXPECT_NE(writer.append(epoch_after(writer.state(), {{0, 10}})), "");
    EXPECT_EQ(writer.state().epochs, 0U);
}

TEST_F(Writer, goes_on_writing_what_was_taken_in_parts) {
    auto writer = create();
    storage_.plan_fault(0, Fault::short_write);
    ASSERT_EQ(writer.append(epoch_after(writer.state(), {{0, 10}})), "");
    EXPECT_EQ(recovery().state.epochs, 1U);
}

TEST_F(Writer, refuses_what_no_reader_would_take) {
    auto writer = create();
    const auto before = bytes();
    auto epoch = epoch_after(writer.state(), {{0, 10}});
    epoch.number = 2;
    EXPECT_THROW((void)writer.append(epoch), std::logic_error);
    EXPECT_EQ(bytes(), before);
    epoch.number = 1;
    EXPECT_EQ(writer.append(epoch), "");
}

}  // namespace
}  // namespace parallel_run::journal
