// SPDX-License-Identifier: Apache-2.0
#include "cli/output_record.hpp"

#include <filesystem>

#include "../journal/written_run.hpp"
#include "base/error.hpp"
#include "cli/commands.hpp"
#include "journal/output_lock.hpp"

namespace parallel_run::cli {
namespace {

namespace fs = std::filesystem;

std::string refusal_of(const std::vector<std::string>& words) {
    try {
        look_at_output(words, "status OUTPUT");
    } catch (const base::UsageError& error) {
        return error.what();
    }
    return "none";
}

class OutputRecordOf : public testing::Test {
protected:
    OutputRecordOf() {
        run_.write(".parallel-run/fingerprint",
                   "append_row_file_name\trows.txt\noutput_action\tappend_row\n");
    }
    [[nodiscard]] OutputRecord look() const { return look_at_output(run_.output()); }
    void take_lock(const journal::LockHolder& holder) const {
        run_.write(".parallel-run/lock", journal::encode(holder));
    }
    void complete() {
        run_.commit({"a\nb\n"}, 2);
        run_.plan(2);
        run_.complete();
    }
    int verify(std::string& shown) const {
        testing::internal::CaptureStdout();
        const int status = verify_command({run_.output()});
        shown = testing::internal::GetCapturedStdout();
        return status;
    }
    void expect_wrong(const std::string& why) const {
        std::string shown;
        EXPECT_EQ(verify(shown), 1);
        EXPECT_TRUE(shown.starts_with("Wrong: " + run_.output() + "\n")) << shown;
        EXPECT_NE(shown.find("  wrong         " + why), std::string::npos) << shown;
    }

    journal::WrittenRun run_;
};

TEST_F(OutputRecordOf, a_run_holds_what_is_there) {
    run_.commit({"a\nb\n"}, 2);
    journal::Progress progress;
    progress.step = "classify";
    run_.write(progress);
    const auto record = look();
    EXPECT_EQ(record.output, run_.output());
    EXPECT_EQ(record.journal.state.committed.count(), 2U);
    EXPECT_EQ(record.progress, progress);
    EXPECT_FALSE(record.lock);
    ASSERT_TRUE(record.data_file);
    EXPECT_EQ(record.data_file->path, run_.data_file());
    EXPECT_EQ(record.data_file->header_lines, 0U);
    EXPECT_LT(record.silent, std::chrono::minutes(1));
    EXPECT_EQ(standing_of(record), Standing::stopped);
}

TEST_F(OutputRecordOf, a_relative_path_with_a_slash_is_absolute) {
    EXPECT_EQ(look_at_output(fs::relative(run_.output()).string() + "/").output, run_.output());
}

TEST_F(OutputRecordOf, a_place_where_nothing_was_run_is_refused) {
    const auto empty = run_.output() + "/empty";
    fs::create_directory(empty);
    EXPECT_EQ(refusal_of({empty}), "no step has run with the output " + empty +
                                       ": there is neither a journal nor a lock in " + empty +
                                       "/.parallel-run");
    EXPECT_EQ(refusal_of({empty + "/x"}),
              "there is no directory " + empty + "/x: give the output directory of a step");
    run_.write("step.conf", "");
    EXPECT_EQ(refusal_of({run_.output() + "/step.conf"}),
              run_.output() + "/step.conf is a file: give the output directory of a step");
}

TEST_F(OutputRecordOf, other_words_than_one_directory_are_refused) {
    const std::string usage = "; usage: parallel-run status OUTPUT";
    EXPECT_EQ(refusal_of({}), "give one output directory" + usage);
    EXPECT_EQ(refusal_of({"a", "b"}), "give one output directory" + usage);
    EXPECT_EQ(refusal_of({"a", "--jso"}), "there is no option --jso" + usage);
}

TEST_F(OutputRecordOf, a_running_job_is_seen_by_its_lock) {
    take_lock(journal::this_process());
    EXPECT_EQ(standing_of(look()), Standing::running);
}

TEST_F(OutputRecordOf, a_job_that_died_left_its_lock) {
    auto holder = journal::this_process();
    ++holder.started;
    take_lock(holder);
    EXPECT_EQ(standing_of(look()), Standing::stopped);
}

TEST_F(OutputRecordOf, a_job_on_another_host_is_unknown_when_it_was_silent_for_long) {
    auto holder = journal::this_process();
    holder.boot = "another";
    holder.host = "elsewhere";
    take_lock(holder);
    EXPECT_EQ(standing_of(look()), Standing::running);
    const auto long_ago = fs::file_time_type::clock::now() - 2 * kLongSilence;
    fs::last_write_time(journal::lock_path(run_.output()), long_ago);
    EXPECT_EQ(standing_of(look()), Standing::running);  // the journal is fresh
    fs::last_write_time(journal::journal_path(run_.output()), long_ago);
    EXPECT_GT(look().silent, kLongSilence);
    EXPECT_EQ(standing_of(look()), Standing::unknown);
}

TEST_F(OutputRecordOf, a_job_that_has_not_made_its_journal_yet_is_running) {
    fs::remove(journal::journal_path(run_.output()));
    take_lock(journal::this_process());
    EXPECT_EQ(standing_of(look()), Standing::running);
}

TEST_F(OutputRecordOf, damaged_books_are_none) {
    run_.write(".parallel-run/lock", "nonsense");
    run_.write(".parallel-run/progress", "nonsense");
    run_.write(".parallel-run/fingerprint", "nonsense");
    const auto record = look();
    ASSERT_TRUE(record.lock);
    EXPECT_FALSE(record.lock->holder);
    EXPECT_FALSE(record.progress);
    EXPECT_FALSE(record.data_file);
}

TEST_F(OutputRecordOf, a_completed_run_has_its_data_under_the_final_name) {
    complete();
    EXPECT_TRUE(look().unfinished_name);
    EXPECT_EQ(standing_of(look()), Standing::stopped);
    fs::rename(run_.data_file(), run_.output() + "/rows.txt");
    const auto record = look();
    EXPECT_FALSE(record.unfinished_name);
    EXPECT_EQ(record.data_file->path, run_.output() + "/rows.txt");
    EXPECT_EQ(standing_of(record), Standing::completed);
}

TEST_F(OutputRecordOf, a_run_that_stores_its_own_output_has_no_data_file) {
    run_.write(".parallel-run/fingerprint",
               "append_row_file_name\trows.txt\noutput_action\tsummary_only\n");
    EXPECT_FALSE(look().data_file);
}

TEST_F(OutputRecordOf, a_right_run_is_verified) {
    run_.write(".parallel-run/fingerprint",
               "append_row_file_name\trows.txt\nappend_row_header\ta b\n");
    run_.commit({"a b\n1 2\n", "3 4\n"}, 2);
    std::string shown;
    EXPECT_EQ(verify(shown), 0);
    EXPECT_EQ(shown, "Right: " + run_.output() + "\n  journal       " +
                         journal::journal_path(run_.output()) +
                         " (epoch 1, 2 mini-batches, 2 rows)\n  data file     " + run_.data_file() +
                         " (12 B in 2 blocks and 3 lines read)\n");
}

TEST_F(OutputRecordOf, a_running_job_is_verified_as_far_as_it_got) {
    run_.commit({"a\n"}, 1);
    std::ofstream(run_.data_file(), std::ios::app) << "half";
    std::ofstream(journal::journal_path(run_.output()), std::ios::app) << "half";
    take_lock(journal::this_process());
    std::string shown;
    EXPECT_EQ(verify(shown), 0);
    EXPECT_NE(shown.find("the run is not over"), std::string::npos) << shown;
}

TEST_F(OutputRecordOf, a_journal_that_a_crash_left_is_right) {
    run_.commit({"a\n"}, 1);
    std::ofstream(journal::journal_path(run_.output()), std::ios::app) << "half";
    std::string shown;
    EXPECT_EQ(verify(shown), 0);
    EXPECT_NE(shown.find("as a crash leaves it"), std::string::npos) << shown;
}

TEST_F(OutputRecordOf, a_damaged_journal_is_wrong) {
    run_.commit({"a\n"}, 1);
    run_.commit({"b\n"}, 1);
    std::fstream(journal::journal_path(run_.output())).seekp(journal::kHeaderBytes + 12).put('?');
    expect_wrong("the journal ");
    std::fstream(journal::journal_path(run_.output())).put('?');
    expect_wrong(journal::journal_path(run_.output()) + " cannot be used as a journal");
}

TEST_F(OutputRecordOf, a_changed_data_file_is_wrong) {
    run_.commit({"a\n"}, 1);
    run_.write("rows.txt.partial", "b\n");
    expect_wrong("epoch 1, rank 0: the block of 2 bytes at offset 0 has another checksum");
}

TEST_F(OutputRecordOf, a_data_file_of_unknown_name_is_wrong) {
    run_.commit({"a\n"}, 1);
    fs::remove(run_.output() + "/.parallel-run/fingerprint");
    expect_wrong(run_.output() + "/.parallel-run/fingerprint does not tell the data file's name");
}

TEST_F(OutputRecordOf, a_completed_run_without_the_final_name_is_wrong) {
    complete();
    expect_wrong("the run is completed, but the data file does not bear its final name");
    fs::rename(run_.data_file(), run_.output() + "/rows.txt");
    std::string shown;
    EXPECT_EQ(verify(shown), 0) << shown;
}

TEST_F(OutputRecordOf, nothing_can_be_verified_without_a_journal) {
    fs::remove(journal::journal_path(run_.output()));
    take_lock(journal::this_process());
    EXPECT_THROW(verify_command({run_.output()}), base::UsageError);
}

}  // namespace
}  // namespace parallel_run::cli
