// SPDX-License-Identifier: Apache-2.0
// What is done to a process that exceeds a limit, to what the spawner leaves when it is killed, and
// under a low limit of open files.
#include "spawner_fixture.hpp"

#include <sys/resource.h>
#include <sys/wait.h>

#include <array>

#include "base/error.hpp"
#include "worker/descendants.hpp"

namespace parallel_run::worker {
namespace {

class SpawnerLimitsTest : public SpawnerTest {
protected:
    static constexpr const char* kForEver = "echo 1 > told; while :; do sleep 0.01; done";
    /// A grandchild in a session of its own, which tells its number.
    const std::string stray_ = "(setsid sh -c 'echo $$ > told; exec sleep 1000') & ";

    /// Under that limit of open files a script ends well and prints this; empty: it does not start.
    void expect_limit(rlim_t soft, rlim_t hard, const std::string& printed) {
        const pid_t pid = ::fork();  // a hard limit cannot be raised again
        if (pid == 0) {
            rlimit limit{};
            ::getrlimit(RLIMIT_NOFILE, &limit);
            limit = {soft, std::min(hard, limit.rlim_max)};
            ::setrlimit(RLIMIT_NOFILE, &limit);
            spawn(request_of("ulimit -n"));
            const auto event = next_event();
            if (event.kind == SpawnerEvent::Kind::started) next_event();
            const bool as_expected = printed.empty() ? event.step == SpawnerEvent::Step::descriptors
                                                     : content("stdout") == printed + "\n";
            ::_exit(as_expected ? 0 : 1);
        }
        int status = -1;
        ::waitpid(pid, &status, 0);
        EXPECT_EQ(status, 0) << content("stdout");
    }
};

TEST_F(SpawnerLimitsTest, lets_a_process_say_where_it_is) {
    start(request_of(std::string("trap 'echo in the loop; exit 5' TERM; ") + kForEver));
    told_number();
    spawner().end_process();
    const auto exited = next_event();
    EXPECT_EQ(WEXITSTATUS(exited.status), 5);
    EXPECT_TRUE(exited.ended_by_us);
    EXPECT_EQ(content("stdout"), "in the loop\n");
}

TEST_F(SpawnerLimitsTest, asks_the_process_alone_and_kills_its_children) {
    start(
        request_of("trap : TERM; sh -c 'trap \"echo asked\" TERM; echo $$ > told; "
                   "while :; do sleep 0.01; done' & while :; do sleep 0.01; done"));
    const auto child = told_number();
    spawner().end_process();
    EXPECT_EQ(WTERMSIG(next_event().status), SIGKILL);
    EXPECT_EQ(content("stdout"), "");
    EXPECT_TRUE(is_gone(child));
}

TEST_F(SpawnerLimitsTest, kills_a_process_that_ignores_being_asked) {
    start(request_of(std::string("trap '' TERM; ") + kForEver));
    told_number();
    const auto asked = std::chrono::steady_clock::now();
    spawner().end_process();
    spawner().end_process();
    const auto exited = next_event();
    EXPECT_EQ(WTERMSIG(exited.status), SIGKILL);
    EXPECT_TRUE(exited.ended_by_us);
    EXPECT_GE(std::chrono::steady_clock::now() - asked, kEndGrace);
}

TEST_F(SpawnerLimitsTest, ends_a_stopped_process) {
    const auto pid = start(request_of("exec sleep 1000"));
    ASSERT_EQ(::kill(pid, SIGSTOP), 0);
    spawner().end_process();
    EXPECT_TRUE(WIFSIGNALED(next_event().status));
}

TEST_F(SpawnerLimitsTest, waits_no_longer_when_told_to_kill) {
    start(request_of(std::string("trap '' TERM; ") + kForEver));
    told_number();
    spawner().end_process();
    spawner().kill_process();
    EXPECT_EQ(WTERMSIG(next_event().status), SIGKILL);
}

TEST_F(SpawnerLimitsTest, spares_the_next_process) {
    spawner().end_process();
    start(request_of("exec sleep 1000"));
    spawner().end_process();
    next_event();
    const auto exited = run("sleep 0.15; exit 4");  // beyond kEndGrace
    EXPECT_EQ(WEXITSTATUS(exited.status), 4);
    EXPECT_FALSE(exited.ended_by_us);
}

TEST_F(SpawnerLimitsTest, tells_a_kill_by_others_from_ours) {
    const auto pid = start(request_of("exec sleep 1000"));
    ASSERT_EQ(::kill(pid, SIGKILL), 0);
    const auto exited = next_event();
    EXPECT_EQ(WTERMSIG(exited.status), SIGKILL);
    EXPECT_FALSE(exited.ended_by_us);
    EXPECT_GT(exited.max_rss_kb, 0U);
}

TEST_F(SpawnerLimitsTest, leaves_nothing_running_when_the_spawner_is_killed) {
    start(request_of("echo $PPID > told; " + stray_ + "exec sleep 1000"));
    const auto spawner_pid = told_number();
    const auto stray = told_number();
    ASSERT_EQ(::kill(spawner_pid, SIGKILL), 0);
    EXPECT_THROW(next_event(), base::EnvironmentError);
    EXPECT_TRUE(is_gone(stray));
    EXPECT_TRUE(children().empty());
}

TEST_F(SpawnerLimitsTest, spares_the_other_children_of_the_rank) {
    const pid_t other = ::fork();
    if (other == 0) {
        ::pause();
        ::_exit(0);
    }
    start(request_of("echo $PPID > told; exec sleep 1000"));
    ASSERT_EQ(::kill(told_number(), SIGKILL), 0);
    EXPECT_THROW(next_event(), base::EnvironmentError);
    EXPECT_EQ(children(), std::vector<pid_t>{other});
    ::kill(other, SIGKILL);
    ::waitpid(other, nullptr, 0);
}

TEST_F(SpawnerLimitsTest, leaves_nothing_running_when_the_ranks_process_group_is_killed) {
    const pid_t owner = ::fork();
    if (owner == 0) {
        ::setpgid(0, 0);
        start(request_of(stray_ + "exec sleep 1000"));
        ::pause();
        ::_exit(0);
    }
    const auto stray = told_number();
    ASSERT_EQ(::kill(-owner, SIGKILL), 0);
    ASSERT_EQ(::waitpid(owner, nullptr, 0), owner);
    EXPECT_TRUE(ends(stray));
}

TEST_F(SpawnerLimitsTest, raises_a_low_limit_of_open_files) { expect_limit(256, 2048, "2048"); }

TEST_F(SpawnerLimitsTest, raises_it_no_further_than_is_ample) { expect_limit(256, 9000, "4096"); }

TEST_F(SpawnerLimitsTest, keeps_an_ordinary_limit_of_open_files) {
    expect_limit(1024, 4096, "1024");
}

TEST_F(SpawnerLimitsTest, cannot_start_below_what_descriptors_need) { expect_limit(500, 500, ""); }

}  // namespace
}  // namespace parallel_run::worker
