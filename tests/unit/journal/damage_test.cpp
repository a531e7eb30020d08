// SPDX-License-Identifier: Apache-2.0
// Every way in which the bytes of a journal can be torn, damaged, or another's.
#include "sample.hpp"

#include <gtest/gtest.h>

#include "journal/reader.hpp"
#include "support/faulty_storage.hpp"

namespace parallel_run::journal {
namespace {

constexpr const char* kPath = "out/.parallel-run/journal";

Recovery recover_from(const std::string& bytes) {
    FaultyStorage storage(1);
    storage.put(kPath, bytes);
    auto recovery = recover(storage, kPath, kThisRun);
    EXPECT_TRUE(recovery) << recovery.error();
    return std::move(recovery.value());
}

/// The header and both epochs are 0 to first, to second, to the end.
class Damage : public testing::Test {
protected:
    const std::string bytes_ = two_epochs().bytes();
    const std::size_t first_ = kHeaderBytes;
    const std::size_t second_ = [] {
        JournalBytes journal;
        return journal.add(epoch_after(journal.state(), {{0, 10}})).bytes().size();
    }();
};

void expect_unusable(const std::string& bytes, const std::string& reason) {
    const auto recovery = recover_from(bytes);
    EXPECT_EQ(recovery.verdict, Verdict::unusable);
    EXPECT_EQ(recovery.state.epochs, 0U);
    EXPECT_EQ(recovery.message.find(std::string(kPath) + " cannot be used as a journal: it " +
                                    reason + "."),
              0U)
        << recovery.message;
    EXPECT_NE(recovery.message.find("--overwrite"), std::string::npos);
}

void expect_tail(const std::string& bytes, std::uint64_t epochs, Flaw flaw, std::uint64_t at,
                 const std::string& reason) {
    const auto recovery = recover_from(bytes);
    EXPECT_EQ(recovery.verdict, Verdict::usable);
    EXPECT_EQ(recovery.state.epochs, epochs);
    EXPECT_EQ(recovery.tail.flaw, flaw);
    EXPECT_EQ(recovery.tail.at, at);
    EXPECT_EQ(recovery.tail.bytes, bytes.size() - at);
    EXPECT_EQ(recovery.tail.reason, reason);
    EXPECT_EQ(recovery.message, "");
}

TEST_F(Damage, none) {
    expect_tail(bytes_, 2, Flaw::none, bytes_.size(), "");
    const auto state = recover_from(bytes_).state;
    EXPECT_EQ(state.committed.missing({0, 30}), (std::vector<Range>{{10, 10}, {25, 5}}));
    EXPECT_EQ(state.file_bytes, 200U);
    EXPECT_EQ(state.counters.rows, 15U);
    EXPECT_EQ(state.plan, (PlanMark{25, digest_of(25)}));
    EXPECT_FALSE(state.completed);
}

TEST_F(Damage, no_file) {
    FaultyStorage storage(1);
    const auto recovery = recover(storage, kPath, kThisRun);
    ASSERT_TRUE(recovery);
    EXPECT_EQ(recovery.value().verdict, Verdict::absent);
    EXPECT_EQ(recovery.value().message, "");
}

TEST_F(Damage, a_file_that_cannot_be_read) {
    FaultyStorage storage(1);
    storage.put(kPath, bytes_);
    storage.plan_fault(0, Fault::io_error);
    const auto recovery = recover(storage, kPath);
    ASSERT_FALSE(recovery);
    EXPECT_NE(recovery.error().find(kPath), std::string::npos);
}

TEST_F(Damage, empty_file) { expect_unusable("", "is empty"); }

TEST_F(Damage, header_cut) {
    for (std::size_t size = 1; size < kHeaderBytes; ++size) {
        expect_unusable(bytes_.substr(0, size), "ends within its header");
    }
}

TEST_F(Damage, wrong_magic) {
    expect_unusable("PR-JRNL\r" + bytes_.substr(8), "does not begin as one does");
    expect_unusable("text", "does not begin as one does");
}

TEST_F(Damage, header_checksum_wrong) {
    for (const std::size_t at : {std::size_t{13}, std::size_t{20}, kHeaderBytes - 1}) {
        auto bytes = bytes_;
        bytes[at] ^= 1;
        expect_unusable(bytes, "has a header whose checksum is wrong");
    }
}

TEST_F(Damage, newer_version) {
    auto bytes = bytes_;
    bytes[8] = 2;
    const auto recovery = recover_from(bytes);
    EXPECT_EQ(recovery.verdict, Verdict::newer_version);
    EXPECT_NE(recovery.message.find("newer parallel-run: it has version 2"), std::string::npos)
        << recovery.message;
}

TEST_F(Damage, record_kind_of_a_newer_version) {
    auto journal = two_epochs();
    const auto recovery = recover_from(journal.add_raw(5, "what?").bytes());
    EXPECT_EQ(recovery.verdict, Verdict::newer_version);
    EXPECT_NE(recovery.message.find("it has a record of kind 5"), std::string::npos)
        << recovery.message;
}

TEST_F(Damage, other_fingerprint) {
    JournalBytes journal(7, Digest{'o', 't', 'h', 'e', 'r'});
    journal.add(epoch_after(journal.state(), {{0, 10}}));
    const auto recovery = recover_from(journal.bytes());
    EXPECT_EQ(recovery.verdict, Verdict::other_run);
    EXPECT_EQ(recovery.state.epochs, 0U);
    EXPECT_NE(recovery.message.find("the journal of a different run"), std::string::npos);

    FaultyStorage storage(1);
    storage.put(kPath, journal.bytes());
    EXPECT_EQ(recover(storage, kPath).value().state.epochs, 1U)
        << "whoever does not mind, reads it";
}

TEST_F(Damage, record_length_cut) {
    for (std::size_t size = 1; size < 8; ++size) {
        expect_tail(bytes_.substr(0, second_ + size), 1, Flaw::torn, second_,
                    "ends within a record");
    }
}

TEST_F(Damage, payload_cut) {
    for (auto size = second_ + 8; size < bytes_.size() - 8; ++size) {
        expect_tail(bytes_.substr(0, size), 1, Flaw::torn, second_, "ends within a record");
    }
}

TEST_F(Damage, checksum_cut) {
    for (auto size = bytes_.size() - 8; size < bytes_.size(); ++size) {
        expect_tail(bytes_.substr(0, size), 1, Flaw::torn, second_, "ends within a record");
    }
}

TEST_F(Damage, length_too_large) {
    auto bytes = bytes_;
    bytes[second_ + 3] = 0x7f;
    expect_tail(bytes, 1, Flaw::damaged, second_, "has a record of impossible length");
}

TEST_F(Damage, length_beyond_the_file) {
    auto bytes = bytes_;
    bytes[second_ + 2] = 1;
    expect_tail(bytes, 1, Flaw::torn, second_, "ends within a record");
}

TEST_F(Damage, checksum_of_the_last_record_wrong) {
    auto bytes = bytes_;
    bytes.back() ^= 1;
    expect_tail(bytes, 1, Flaw::torn, second_, "has a record whose checksum is wrong");
}

TEST_F(Damage, checksum_before_the_last_record_wrong) {
    auto bytes = bytes_;
    bytes[second_ - 1] ^= 1;
    expect_tail(bytes, 0, Flaw::damaged, first_, "has a record whose checksum is wrong");
}

TEST_F(Damage, zeros_at_the_end) {
    expect_tail(bytes_ + std::string(3, '\0'), 2, Flaw::torn, bytes_.size(), "ends with zeros");
    expect_tail(bytes_ + std::string(4096, '\0'), 2, Flaw::torn, bytes_.size(), "ends with zeros");
}

TEST_F(Damage, garbage_at_the_end) {
    expect_tail(bytes_ + "garbage", 2, Flaw::torn, bytes_.size(), "ends within a record");
    expect_tail(bytes_ + std::string(40, 'g'), 2, Flaw::damaged, bytes_.size(),
                "has a record of impossible length");
}

TEST_F(Damage, payload_that_is_not_of_its_kind) {
    JournalBytes journal;
    journal.add_raw(1, "x");
    expect_tail(journal.bytes(), 0, Flaw::damaged, first_,
                "has a record that is not of its kind's form");
}

TEST_F(Damage, record_missing) {
    expect_tail(bytes_.substr(0, first_) + bytes_.substr(second_), 0, Flaw::torn, first_,
                "has a record whose checksum is wrong");
}

TEST_F(Damage, record_twice) {
    expect_tail(bytes_ + bytes_.substr(second_), 2, Flaw::torn, bytes_.size(),
                "has a record whose checksum is wrong");
}

TEST_F(Damage, stale_tail_of_an_older_longer_journal) {
    const auto older = two_epochs(8).bytes();
    expect_tail(bytes_.substr(0, second_) + older.substr(second_), 1, Flaw::torn, second_,
                "has a record whose checksum is wrong");
}

TEST_F(Damage, any_bit_flipped) {
    const auto whole = read_all(bytes_).records;
    for (std::size_t bit = 0; bit < 8 * bytes_.size(); ++bit) {
        auto bytes = bytes_;
        bytes[bit / 8] = static_cast<char>(bytes[bit / 8] ^ (1 << bit % 8));
        const auto read = read_all(bytes);
        if (bit / 8 < kHeaderBytes) {
            EXPECT_NE(read.verdict, Verdict::usable) << "bit " << bit;
            continue;
        }
        const std::size_t intact = bit / 8 < second_ ? 0 : 1;
        ASSERT_EQ(read.records.size(), intact) << "bit " << bit;
        EXPECT_NE(read.tail.flaw, Flaw::none) << "bit " << bit;
        EXPECT_TRUE(intact == 0 || read.records[0] == whole[0]);
    }
}

}  // namespace
}  // namespace parallel_run::journal
