// SPDX-License-Identifier: Apache-2.0
#include "journal/lock_holder.hpp"

#include <unistd.h>

#include <cstdlib>

#include <gtest/gtest.h>

namespace parallel_run::journal {
namespace {

LockHolder some_holder() {
    return {"node17",
            "machine-a",
            "boot-1",
            "pid:[4026531836]",
            1234,
            98765,
            "Slurm job 4711",
            "2026-11-20T18:24:05.123+00:00",
            "00c0ffee00c0ffee"};
}

TEST(LockHolder, comes_back_as_it_was) {
    EXPECT_EQ(decode(encode(some_holder())), some_holder());
    const LockHolder bare{"", "", "", "", 0, 0, "", "", ""};
    EXPECT_EQ(decode(encode(bare)), bare);
}

TEST(LockHolder, describes_itself_for_a_user) {
    EXPECT_EQ(describe(some_holder()),
              "process 1234 on node17 (Slurm job 4711), since 2026-11-20T18:24:05.123+00:00");
    auto holder = some_holder();
    holder.job.clear();
    EXPECT_EQ(describe(holder), "process 1234 on node17, since 2026-11-20T18:24:05.123+00:00");
}

TEST(LockHolder, is_readable_with_any_beat) {
    auto content = encode(some_holder());
    content.replace(beat_offset(content), kBeatDigits, beat_text(42));
    EXPECT_EQ(content.substr(content.size() - 26), "beat 00000000000000000042\n");
    EXPECT_EQ(decode(content), some_holder());
}

TEST(LockHolder, is_not_taken_from_a_cut_file) {
    const auto content = encode(some_holder());
    for (std::size_t size = 0; size < content.size(); ++size) {
        EXPECT_FALSE(decode(content.substr(0, size))) << size;
    }
}

TEST(LockHolder, is_not_taken_from_a_file_with_a_changed_bit) {
    const auto whole = encode(some_holder());
    for (std::size_t bit = 0; bit < 8 * (whole.size() - 26); ++bit) {
        auto content = whole;
        content[bit / 8] = static_cast<char>(content[bit / 8] ^ (1 << bit % 8));
        EXPECT_FALSE(decode(content)) << bit;
    }
}

TEST(LockHolder, of_this_process_is_running) {
    const auto self = this_process();
    EXPECT_EQ(self.pid, ::getpid());
    EXPECT_FALSE(self.boot.empty());
    EXPECT_NE(self.token, this_process().token);
    EXPECT_EQ(fate_of(self, this_process()), Fate::running);
}

TEST(LockHolder, names_the_job_of_the_scheduler) {
    ::setenv("SLURM_JOB_ID", "47\n11", 1);
    EXPECT_EQ(this_process().job, "Slurm job 47?11");
    ::unsetenv("SLURM_JOB_ID");
    ::setenv("PBS_JOBID", "12.server", 1);
    EXPECT_EQ(this_process().job, "PBS job 12.server");
    ::unsetenv("PBS_JOBID");
    EXPECT_EQ(this_process().job, "");
}

TEST(LockHolder, is_gone_when_its_pid_belongs_to_a_later_process) {
    auto holder = this_process();
    ++holder.started;
    EXPECT_EQ(fate_of(holder, this_process()), Fate::gone);
}

TEST(LockHolder, is_gone_when_nobody_has_its_pid) {
    auto holder = this_process();
    holder.pid = 0x3fffffff;  // beyond what Linux gives
    EXPECT_EQ(fate_of(holder, this_process()), Fate::gone);
}

TEST(LockHolder, is_gone_when_its_machine_restarted) {
    const auto holder = some_holder();
    auto self = some_holder();
    self.boot = "boot-2";
    EXPECT_EQ(fate_of(holder, self), Fate::gone);
}

TEST(LockHolder, is_beyond_asking_on_another_machine) {
    const auto holder = some_holder();
    auto self = some_holder();
    self.boot = "boot-2";
    self.host = "node18";
    EXPECT_EQ(fate_of(holder, self), Fate::unknown) << "copies of one image";
    self.host = "node17";
    self.machine = "machine-b";
    EXPECT_EQ(fate_of(holder, self), Fate::unknown) << "two machines of one name";
    self.machine.clear();
    EXPECT_EQ(fate_of(holder, self), Fate::unknown);
}

TEST(LockHolder, is_beyond_asking_in_another_container) {
    auto holder = this_process();
    holder.pid_namespace = "pid:[1]";
    holder.started = 1;
    EXPECT_EQ(fate_of(holder, this_process()), Fate::unknown);
}

}  // namespace
}  // namespace parallel_run::journal
