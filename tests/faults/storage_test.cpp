// SPDX-License-Identifier: Apache-2.0
// Storage that fails while a job runs. What must hold: the failure names the file and the cause,
// what was committed stays, and the same command goes on once the storage is well again.
#include "expected.hpp"
#include "known_rows.hpp"
#include "victims.hpp"

#include <sched.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/statvfs.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

#include "whole/whole_test.hpp"

namespace parallel_run::faults {

namespace {

using namespace std::chrono_literals;

constexpr std::uint64_t kItems = 20'000;  // about 29 MB of rows
constexpr std::uint64_t kTooSmall = 1 << 20;
constexpr std::uint64_t kLarge = 64 << 20;
constexpr const char* kPartial = "out/parallel_run_step.txt.partial";

/// The output directory is a small file system of its own, which only this process and those it
/// starts see: it is mounted as `store`, and again as `out`.
class Storage : public whole::WholeTest {
protected:
    void SetUp() override {
        if (::unshare(CLONE_NEWNS) != 0) {
            GTEST_SKIP() << "mounting is not permitted here: " << std::strerror(errno);
        }
        mount_or_fail("none", "/", nullptr, MS_REC | MS_PRIVATE);
        for (const auto* folder : {"out", "store"})
            std::filesystem::create_directories(path(folder));
        mount_or_fail("tmpfs", path("store"), "tmpfs", 0);
        resize(kLarge);
        attach();
        make_known_step();
    }
    void TearDown() override {
        ::umount2(path("out").c_str(), MNT_DETACH);
        ::umount2(path("store").c_str(), MNT_DETACH);
        WholeTest::TearDown();
    }

    void attach() const { mount_or_fail(path("store"), path("out"), nullptr, MS_BIND); }
    void detach() const { ASSERT_EQ(::umount2(path("out").c_str(), MNT_DETACH), 0); }
    void resize(std::uint64_t bytes) const {
        mount_or_fail("tmpfs", path("store"), "tmpfs", MS_REMOUNT, "size=" + std::to_string(bytes));
    }
    void leave_room(std::uint64_t bytes) const {
        struct statvfs now {};
        ASSERT_EQ(::statvfs(path("store").c_str(), &now), 0);
        resize((now.f_blocks - now.f_bfree) * now.f_frsize + bytes);
    }
    void make_read_only(bool read_only) const {
        const unsigned long protection = read_only ? MS_RDONLY : 0;
        // Not while a process that was killed has files open for writing.
        const auto remounted = [&] {
            return ::mount("none", path("out").c_str(), nullptr, MS_REMOUNT | MS_BIND | protection,
                           "") == 0;
        };
        ASSERT_TRUE(whole::wait_until(remounted, 30s)) << std::strerror(errno);
    }

    void make_known_step() const {
        std::string list;
        for (std::uint64_t item = 0; item < kItems; ++item) {
            list += "/items/" + std::to_string(item) + "\n";
        }
        write("list.txt", list);
        write("step.conf", "entry_script = " + whole::entry_script("known_rows") +
                               "\ninput = @list.txt\noutput = out\nrun_max_try = 2\n"
                               "mini_batch_size = " +
                               std::to_string(kBatchSize) +
                               "\nprocess_count_per_node = 5\nflush_bytes = 64KB\n");
    }
    [[nodiscard]] bool has_begun() const {
        std::error_code none;
        return std::filesystem::file_size(path(kPartial), none) > 100'000 && !none;
    }
    /// Leaves an unfinished job behind.
    void run_until_killed() {
        const auto child = start(command("run"));
        ASSERT_TRUE(whole::wait_until([this] { return has_begun(); }, 30s));
        kill_all(path());
        child->wait(10s);
    }

    /// It failed, and says of which file under `out`, and why.
    void expect_clear_failure(const whole::Finished& finished, const std::string& cause) const {
        EXPECT_NE(finished.status, 0) << finished;
        EXPECT_NE(finished.status, -1) << "it did not end";
        EXPECT_TRUE(whole::says(finished.err, path("out")));
        EXPECT_TRUE(whole::says(finished.err, cause));
        EXPECT_FALSE(exists("out/parallel_run_step.txt"));
    }
    void expect_goes_on_to_the_end() {
        EXPECT_TRUE(whole::ended_with(0, run_step()));
        EXPECT_EQ(difference(read("out/parallel_run_step.txt"), expected_of(kItems).rows), "");
        EXPECT_FALSE(exists(kPartial));
    }

private:
    static void mount_or_fail(const std::string& what, const std::string& where, const char* type,
                              unsigned long flags, const std::string& data = "") {
        ASSERT_EQ(::mount(what.c_str(), where.c_str(), type, flags, data.c_str()), 0)
            << where << ": " << std::strerror(errno);
    }
};

/// Files that programs started meanwhile write end there, as under a quota.
class FileSizeLimit {
public:
    explicit FileSizeLimit(rlim_t bytes) {
        ::getrlimit(RLIMIT_FSIZE, &before_);
        const rlimit limit{bytes, before_.rlim_max};
        ::setrlimit(RLIMIT_FSIZE, &limit);
    }
    ~FileSizeLimit() { ::setrlimit(RLIMIT_FSIZE, &before_); }
    FileSizeLimit(const FileSizeLimit&) = delete;
    FileSizeLimit& operator=(const FileSizeLimit&) = delete;

private:
    rlimit before_{};
};

}  // namespace

TEST_F(Storage, that_is_read_only_is_refused_at_the_start) {
    make_read_only(true);
    expect_clear_failure(run_step(), "Read-only file system");
    make_read_only(false);
    expect_goes_on_to_the_end();
}

TEST_F(Storage, that_has_become_read_only_keeps_what_was_committed) {
    run_until_killed();
    make_read_only(true);
    expect_clear_failure(run_step(), "Read-only file system");
    make_read_only(false);
    expect_goes_on_to_the_end();
}

TEST_F(Storage, that_is_full_fails_the_job_until_there_is_room) {
    leave_room(kTooSmall);
    expect_clear_failure(run_step(), "No space left on device");
    expect_clear_failure(run_step(), "No space left on device");
    resize(kLarge);
    expect_goes_on_to_the_end();
}

TEST_F(Storage, that_becomes_full_keeps_what_was_committed) {
    run_until_killed();
    leave_room(kTooSmall);
    const auto failed = run_step();
    expect_clear_failure(failed, "No space left on device");
    EXPECT_EQ(failed.status, 1) << "no batch system should try again at once";
    resize(kLarge);
    expect_goes_on_to_the_end();
}

// Beyond its memory a rank keeps the rows of one mini-batch in a file there.
TEST_F(Storage, without_room_for_the_rows_of_one_mini_batch_fails_the_job) {
    write("step.conf", "entry_script = " + whole::entry_script("long_rows") +
                           "\ninput = @list.txt\noutput = out\nprocess_count_per_node = 1\n"
                           "flush_bytes = 64KB\narguments = --letters 100000000\n");
    write("list.txt", "/items/0\n");
    expect_clear_failure(run_step(), "No space left on device");
    resize(512 << 20);
    EXPECT_TRUE(ended_with(0, run_step()));
    EXPECT_EQ(std::filesystem::file_size(path("out/parallel_run_step.txt")), 100'000'003U);
}

TEST_F(Storage, that_vanishes_fails_the_job_until_it_is_back) {
    const auto child = start(command("run"));
    ASSERT_TRUE(whole::wait_until([this] { return has_begun(); }, 30s));
    detach();
    const auto finished = child->wait(60s);
    expect_clear_failure(finished, "was removed while this job was using");
    EXPECT_TRUE(whole::says(finished.err, "how the job ended is not known"));
    EXPECT_EQ(whole::count_of(finished.err, "mpirun ended with"), 0U) << finished;
    attach();
    expect_goes_on_to_the_end();
}

TEST_F(Storage, with_a_limit_on_files_fails_the_job_until_the_limit_is_gone) {
    {
        const FileSizeLimit limit(8 << 20);
        expect_clear_failure(run_step(), "File too large");
    }
    expect_goes_on_to_the_end();
}

}  // namespace parallel_run::faults
