// SPDX-License-Identifier: Apache-2.0
#include "journal/verification.hpp"

#include "written_run.hpp"

#include <filesystem>

namespace parallel_run::journal {
namespace {

namespace fs = std::filesystem;

class Verifying : public testing::Test {
protected:
    Verification verification(std::uint64_t header_lines = 0) {
        read_ = 0;
        return verify(run_.recovery(), {run_.data_file(), header_lines}, open_data_file,
                      [this](std::uint64_t bytes) {
                          EXPECT_GT(bytes, read_);
                          read_ = bytes;
                      });
    }
    void expect_fault(const std::string& text, std::uint64_t header_lines = 0) {
        const auto result = verification(header_lines);
        ASSERT_FALSE(result.is_right());
        EXPECT_EQ(result.faults.front(), text);
    }
    void change(std::uint64_t offset, char letter) const {
        std::fstream file(run_.data_file());
        file.seekp(static_cast<std::streamoff>(offset));
        file.put(letter);
    }
    void commit_two_epochs() {
        run_.commit({"a\nb\n", "ccc\n"}, 3);
        run_.commit({"d\n"}, 1);
    }

    WrittenRun run_;
    std::uint64_t read_ = 0;
};

TEST_F(Verifying, a_right_file_counts_what_was_compared) {
    commit_two_epochs();
    const auto result = verification();
    EXPECT_TRUE(result.is_right());
    EXPECT_EQ(result.epochs, 2U);
    EXPECT_EQ(result.blocks, 3U);
    EXPECT_EQ(result.bytes, 10U);
    EXPECT_EQ(result.lines, 4U);
    EXPECT_EQ(read_, 10U);
}

TEST_F(Verifying, a_block_that_is_longer_than_what_is_read_at_once) {
    const std::string row((std::size_t{5} << 19) + 7, 'x');
    run_.commit({row + "\n", row + "\n" + row + "\n"}, 3);
    EXPECT_TRUE(verification().is_right());
    change(3 * row.size(), 'y');
    expect_fault("epoch 1, rank 1: the block of " + std::to_string(2 * row.size() + 2) +
                 " bytes at offset " + std::to_string(row.size() + 1) +
                 " has another checksum than was recorded");
}

TEST_F(Verifying, a_run_without_a_data_file) {
    EXPECT_TRUE(verification().is_right());
    run_.commit({}, 4);
    EXPECT_TRUE(verification().is_right());
}

TEST_F(Verifying, passes_over_what_is_not_committed_yet) {
    commit_two_epochs();
    std::ofstream(run_.data_file(), std::ios::app) << "half a li";
    EXPECT_TRUE(verification().is_right());
}

TEST_F(Verifying, finds_bytes_after_the_end_of_a_completed_run) {
    commit_two_epochs();
    run_.plan(4);
    run_.complete();
    EXPECT_TRUE(verification().is_right());
    std::ofstream(run_.data_file(), std::ios::app) << "e\n";
    expect_fault(run_.data_file() + " has 12 bytes, 2 more than are recorded");
}

TEST_F(Verifying, finds_each_changed_byte) {
    commit_two_epochs();
    const std::vector<std::string> blocks = {"epoch 1, rank 0: the block of 4 bytes at offset 0",
                                             "epoch 1, rank 1: the block of 4 bytes at offset 4",
                                             "epoch 2, rank 0: the block of 2 bytes at offset 8"};
    const std::string content = "a\nb\nccc\nd\n";
    for (std::size_t at = 0; at < content.size(); ++at) {
        change(at, '?');
        expect_fault(blocks[at / 4] + " has another checksum than was recorded");
        change(at, content[at]);
    }
}

TEST_F(Verifying, finds_a_file_that_is_too_short) {
    commit_two_epochs();
    fs::resize_file(run_.data_file(), 6);
    const auto result = verification();
    EXPECT_EQ(result.faults,
              std::vector({run_.data_file() + " has 6 bytes, 4 less than are recorded",
                           std::string("epoch 1, rank 1: the block of 4 bytes at offset 4 cannot "
                                       "be read: the file ends in it")}));
}

TEST_F(Verifying, finds_that_there_is_no_file) {
    commit_two_epochs();
    fs::remove(run_.data_file());
    expect_fault("cannot read " + run_.data_file() +
                 ": No such file or directory; 10 bytes of it are recorded");
}

TEST_F(Verifying, finds_a_file_that_cannot_be_read) {
    commit_two_epochs();
    fs::remove(run_.data_file());
    fs::create_directory(run_.data_file());
    fs::create_directory(run_.data_file() + "/x");
    const auto result = verification();
    ASSERT_FALSE(result.is_right());
    EXPECT_EQ(result.faults.back(),
              "epoch 1, rank 0: the block of 4 bytes at offset 0 cannot be read: Is a directory");
}

TEST_F(Verifying, finds_a_row_that_is_cut_off) {
    run_.commit({"a\nb"}, 1);
    expect_fault(
        "epoch 1, rank 0: the block of 3 bytes at offset 0 does not end with the end of a "
        "line");
}

TEST_F(Verifying, finds_rows_that_do_not_add_up) {
    run_.commit({"a\nb\n"}, 2);
    run_.commit({"c\nd\n"}, 1);
    run_.commit({"e\n"}, 1);
    const auto result = verification();
    EXPECT_EQ(result.faults, std::vector<std::string>{"epoch 2: the file has 4 lines up to its "
                                                      "end, and 3 are recorded"});
}

TEST_F(Verifying, knows_that_a_header_is_no_row) {
    run_.commit({"name,class\na,1\n", "b,2\n"}, 2);
    EXPECT_TRUE(verification(1).is_right());
    expect_fault("epoch 1: the file has 3 lines up to its end, and 2 are recorded");
}

TEST_F(Verifying, finds_mini_batches_that_a_completed_run_left_out) {
    run_.commit({"a\nb\n"}, 2);
    run_.plan(5);
    run_.complete();
    expect_fault(
        "the journal says that the run is completed, and 3 of its 5 mini-batches are not "
        "recorded; the first is 2");
}

TEST_F(Verifying, counts_the_faults_that_it_does_not_name) {
    for (int i = 0; i < 25; ++i) run_.commit({"a\n"}, 1);
    for (std::uint64_t i = 0; i < 25; ++i) change(2 * i, 'b');
    const auto result = verification();
    EXPECT_EQ(result.faults.size(), Verification::kMostFaults);
    EXPECT_EQ(result.more_faults, 5U);
}

TEST_F(Verifying, counts_the_records_of_a_table) {
    run_.append(Declared{{{"label", PARALLEL_RUN_INT32, 0, {}}}});
    run_.commit({std::string(40, 'a'), std::string(20, '\n')}, 3);
    const auto result = verification();
    EXPECT_TRUE(result.is_right());
    EXPECT_EQ(result.lines, 3U);
    change(41, 'b');
    expect_fault(
        "epoch 1, rank 1: the block of 20 bytes at offset 40 has another checksum than was "
        "recorded");
}

TEST_F(Verifying, finds_records_that_do_not_add_up) {
    run_.append(Declared{{{"label", PARALLEL_RUN_INT32, 0, {}}}});
    run_.commit({std::string(40, 'a')}, 1);
    expect_fault("epoch 1: the file has 2 rows up to its end, and 1 are recorded");
}

}  // namespace
}  // namespace parallel_run::journal
