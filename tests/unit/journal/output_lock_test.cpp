// SPDX-License-Identifier: Apache-2.0
#include "journal/output_lock.hpp"

#include "temporary_directory.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <vector>

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "journal/storage.hpp"

namespace parallel_run::journal {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

/// A directory, and a clock that only pauses move.
class OutputLockTest : public testing::Test {
protected:
    OutputLockTest() { fs::create_directory(directory_.path() + "/.parallel-run"); }

    std::string file(const std::string& name) const {
        return directory_.path() + "/.parallel-run/" + name;
    }
    std::string content() const { return PosixStorage().read(file("lock")).value().value_or(""); }
    void write(const std::string& name, const std::string& text) const {
        std::ofstream(file(name)) << text;
    }
    std::size_t files() const {
        return static_cast<std::size_t>(
            std::distance(fs::directory_iterator(file("")), fs::directory_iterator()));
    }

    LockSurroundings surroundings(LockHolder self = this_process()) {
        return {std::move(self), [this] { return now_; },
                [this](LockSurroundings::Time time) {
                    now_ += time;
                    if (in_pause_) in_pause_();
                },
                [this](const std::string& line) { told_.push_back(line); }};
    }
    std::unique_ptr<OutputLock> take() {
        return std::make_unique<OutputLock>(directory_.path(), surroundings());
    }
    /// Why the lock is refused to this process.
    std::string refusal() {
        try {
            take();
        } catch (const base::UsageError& error) {
            return error.what();
        }
        return "it was not refused";
    }

    static LockHolder elsewhere() {
        auto holder = this_process();
        holder.host = "elsewhere";
        holder.boot = "another";
        return holder;
    }
    static LockHolder gone() {
        auto holder = this_process();
        ++holder.started;
        return holder;
    }

    TemporaryDirectory directory_;
    LockSurroundings::Time now_{5s};
    std::function<void()> in_pause_;
    std::vector<std::string> told_;
};

TEST_F(OutputLockTest, is_a_file_that_names_its_holder_and_goes_with_it) {
    {
        const auto lock = take();
        ASSERT_TRUE(decode(content()));
        EXPECT_EQ(decode(content())->pid, ::getpid());
        EXPECT_EQ(files(), 1U);
    }
    EXPECT_EQ(files(), 0U);
    EXPECT_TRUE(told_.empty());
}

TEST_F(OutputLockTest, makes_the_directory_that_it_is_in) {
    fs::remove(file(""));
    take();
    EXPECT_TRUE(fs::is_directory(file("")));
}

TEST_F(OutputLockTest, is_refused_while_another_holds_it) {
    const auto lock = take();
    const auto before = content();
    EXPECT_EQ(refusal(), directory_.path() + " is in use by " + describe(*decode(before)) +
                             ". Wait until it ends, stop it, or give this step another output "
                             "directory.");
    EXPECT_EQ(content(), before);
    EXPECT_EQ(files(), 1U);
}

TEST_F(OutputLockTest, is_taken_at_once_from_a_process_that_is_gone) {
    write("lock", encode(gone()));
    const auto lock = take();
    EXPECT_EQ(decode(content())->started, this_process().started);
    EXPECT_EQ(files(), 1U);
    EXPECT_TRUE(told_.empty());
    EXPECT_EQ(lock->refresh(), "");
}

TEST_F(OutputLockTest, is_taken_from_a_process_that_ended_and_was_not_waited_for) {
    const auto child = ::fork();
    if (child == 0) {
        new OutputLock(directory_.path(), surroundings());
        ::_exit(0);
    }
    siginfo_t ended{};
    ::waitid(P_PID, static_cast<id_t>(child), &ended, WEXITED | WNOWAIT);
    ASSERT_EQ(decode(content())->pid, child);
    take();
    ::waitpid(child, nullptr, 0);
}

TEST_F(OutputLockTest, is_taken_from_another_host_that_shows_no_life) {
    const auto holder = elsewhere();
    write("lock", encode(holder));
    const auto lock = take();
    EXPECT_EQ(now_, 5s + OutputLock::kStaleAfter);
    ASSERT_EQ(told_.size(), 1U);
    EXPECT_EQ(told_[0], file("lock") + " says that " + directory_.path() + " is in use by " +
                            describe(holder) +
                            "; waiting up to 60 s for a sign of life before taking over");
    EXPECT_EQ(decode(content())->pid, ::getpid());
}

TEST_F(OutputLockTest, is_refused_as_soon_as_another_host_shows_life) {
    OutputLock lock(directory_.path(), surroundings(elsewhere()));
    in_pause_ = [&] {
        const auto error = now_ >= 40s ? lock.refresh() : "";
        EXPECT_EQ(error, "");
    };
    EXPECT_NE(refusal().find("on elsewhere"), std::string::npos);
    EXPECT_EQ(now_, 40s);
}

TEST_F(OutputLockTest, is_free_when_another_host_gives_it_back_meanwhile) {
    auto lock = std::make_unique<OutputLock>(directory_.path(), surroundings(elsewhere()));
    in_pause_ = [&] { lock.reset(); };
    take();
    EXPECT_EQ(now_, 6s);
}

TEST_F(OutputLockTest, is_refused_when_another_takes_it_over_meanwhile) {
    write("lock", encode(elsewhere()));
    const auto winner = this_process();
    in_pause_ = [&] { write("lock", encode(winner)); };
    EXPECT_NE(refusal().find(describe(winner)), std::string::npos);
    EXPECT_EQ(now_, 6s);
}

TEST_F(OutputLockTest, is_taken_when_its_file_is_damaged_and_nobody_writes_it) {
    for (const std::string damaged : {"", "parallel-run lock 1\n", "\x01garbage"}) {
        told_.clear();
        write("lock", damaged);
        const auto lock = take();
        ASSERT_EQ(told_.size(), 1U);
        EXPECT_NE(told_[0].find("in use by a job that it does not name"), std::string::npos);
        EXPECT_TRUE(decode(content()));
        EXPECT_EQ(files(), 1U);
    }
}

TEST_F(OutputLockTest, is_refused_when_its_file_is_damaged_and_somebody_writes_it) {
    write("lock", "garbage");
    in_pause_ = [&] { write("lock", "more garbage"); };
    EXPECT_NE(refusal().find("by a job that " + file("lock") + " does not name (it is damaged)"),
              std::string::npos);
}

TEST_F(OutputLockTest, is_taken_from_a_taker_that_died_on_the_way) {
    const auto first = gone();
    const auto second = gone();
    write("lock", encode(first));
    write("lock.after-" + first.token, encode(second));
    const auto lock = take();
    EXPECT_EQ(decode(content())->started, this_process().started);
    EXPECT_EQ(files(), 1U);
}

TEST_F(OutputLockTest, is_refused_while_a_taker_is_on_its_way) {
    const auto first = gone();
    const auto second = this_process();
    write("lock", encode(first));
    write("lock.after-" + first.token, encode(second));
    EXPECT_NE(refusal().find(describe(second)), std::string::npos);
    EXPECT_EQ(files(), 2U);
}

TEST_F(OutputLockTest, is_refreshed_by_its_counter) {
    const auto lock = take();
    const auto before = content();
    EXPECT_EQ(lock->refresh(), "");
    EXPECT_NE(content(), before);
    EXPECT_EQ(decode(content()), decode(before));
    EXPECT_FALSE(lock->lost());
}

TEST_F(OutputLockTest, says_who_took_it_over_and_leaves_it_to_them) {
    auto slow = std::make_unique<OutputLock>(directory_.path(), surroundings(elsewhere()));
    const auto taker = take();
    EXPECT_NE(slow->refresh().find("is in use by process " + std::to_string(::getpid())),
              std::string::npos);
    EXPECT_TRUE(slow->lost());
    const auto before = content();
    slow.reset();
    EXPECT_EQ(content(), before);
}

TEST_F(OutputLockTest, is_lost_to_a_claim_too) {
    OutputLock slow(directory_.path(), surroundings(elsewhere()));
    const auto token = decode(content())->token;
    write("lock.after-" + token, encode(this_process()));
    EXPECT_NE(slow.refresh(), "");
    EXPECT_TRUE(slow.lost());
}

TEST_F(OutputLockTest, is_lost_when_somebody_removes_it) {
    const auto lock = take();
    fs::remove(file("lock"));
    EXPECT_EQ(lock->refresh(),
              file("lock") + " was removed while this job was using " + directory_.path());
    EXPECT_TRUE(lock->lost());
}

TEST_F(OutputLockTest, is_not_lost_because_its_file_cannot_be_read) {
    const auto lock = take();
    fs::rename(file("lock"), file("aside"));
    fs::create_directory(file("lock"));
    EXPECT_EQ(lock->refresh(), "cannot read " + file("lock") + ": Is a directory");
    EXPECT_FALSE(lock->lost());
    fs::remove(file("lock"));
    fs::rename(file("aside"), file("lock"));
    EXPECT_EQ(lock->refresh(), "");
}

TEST_F(OutputLockTest, is_not_given_back_by_a_child) {
    auto lock = take();
    const auto child = ::fork();
    if (child == 0) {
        lock.reset();
        ::_exit(0);
    }
    ::waitpid(child, nullptr, 0);
    EXPECT_EQ(lock->refresh(), "");
}

TEST_F(OutputLockTest, says_what_the_file_system_refuses) {
    fs::remove(file(""));
    std::ofstream(directory_.path() + "/.parallel-run") << "a file in its place";
    try {
        take();
        FAIL();
    } catch (const base::EnvironmentError& error) {
        EXPECT_EQ(std::string(error.what()), "cannot read " + file("lock") + ": Not a directory");
    }
}

}  // namespace
}  // namespace parallel_run::journal
