// SPDX-License-Identifier: Apache-2.0
// How a worker process ends, and that nothing survives it.
#include "spawner_fixture.hpp"

#include <sys/wait.h>

#include "base/error.hpp"

namespace parallel_run::worker {
namespace {

class SpawnerEndTest : public SpawnerTest {};

TEST_F(SpawnerEndTest, reports_the_signal_that_killed_the_process) {
    const auto event = run("kill -SEGV $$");
    ASSERT_TRUE(WIFSIGNALED(event.status));
    EXPECT_EQ(WTERMSIG(event.status), SIGSEGV);
}

TEST_F(SpawnerEndTest, kills_the_process_and_its_group) {
    const auto pid = start(request_of("sleep 1000 & echo $! > told; wait"));
    const auto child = told_number();
    spawner().kill_process();
    const auto event = next_event();
    EXPECT_EQ(event.kind, SpawnerEvent::Kind::exited);
    ASSERT_TRUE(WIFSIGNALED(event.status));
    EXPECT_EQ(WTERMSIG(event.status), SIGKILL);
    EXPECT_TRUE(is_gone(pid));
    EXPECT_TRUE(is_gone(child));
}

TEST_F(SpawnerEndTest, kills_a_process_that_ignores_signals) {
    start(request_of("trap '' TERM INT HUP QUIT; echo 1 > told; while :; do sleep 1000; done"));
    told_number();
    spawner().kill_process();
    EXPECT_EQ(WTERMSIG(next_event().status), SIGKILL);
}

TEST_F(SpawnerEndTest, kills_a_process_that_was_only_just_started) {
    for (int i = 0; i < 20; ++i) {
        spawn(request_of("sleep 1000"));
        spawner().kill_process();
        EXPECT_EQ(next_event().kind, SpawnerEvent::Kind::started);
        EXPECT_EQ(WTERMSIG(next_event().status), SIGKILL);
    }
}

TEST_F(SpawnerEndTest, minds_no_kill_when_nothing_runs) {
    spawner().kill_process();
    run("exit 0");
    spawner().kill_process();
    EXPECT_EQ(WEXITSTATUS(run("exit 6").status), 6);
}

TEST_F(SpawnerEndTest, leaves_no_child_that_went_to_the_background) {
    start(request_of("sleep 1000 & echo $! > told; exit 0"));
    const auto child = told_number();
    EXPECT_EQ(next_event().kind, SpawnerEvent::Kind::exited);
    EXPECT_TRUE(is_gone(child));
}

TEST_F(SpawnerEndTest, leaves_no_child_in_a_session_of_its_own) {
    start(request_of("setsid sh -c 'echo $$ > told; exec sleep 1000' & sleep 1000"));
    const auto child = told_number();
    EXPECT_NE(::getsid(child), ::getsid(0));
    spawner().kill_process();
    EXPECT_EQ(next_event().kind, SpawnerEvent::Kind::exited);
    EXPECT_TRUE(is_gone(child));
}

TEST_F(SpawnerEndTest, leaves_no_daemon) {
    ASSERT_EQ(::mkfifo(path("go").c_str(), 0600), 0);
    const base::UniqueFd go(::open(path("go").c_str(), O_RDWR | O_CLOEXEC));
    start(
        request_of("(setsid sh -c '(echo $$ > told; exec sleep 1000) &' &) ; "
                   "(setsid sh -c 'echo $$ > told; exec sleep 1000' &) ; read x < go"));
    const auto first = told_number();
    const auto second = told_number();
    ASSERT_EQ(::write(go.get(), "\n", 1), 1);
    const auto event = next_event();
    EXPECT_EQ(event.kind, SpawnerEvent::Kind::exited);
    EXPECT_TRUE(is_gone(first));
    EXPECT_TRUE(is_gone(second));
}

TEST_F(SpawnerEndTest, leaves_no_zombies_of_what_ended_before) {
    start(request_of("(setsid sh -c 'echo $$ > told' &) ; sleep 1000"));
    const auto orphan = told_number();
    EXPECT_TRUE(ends(orphan));
    spawner().kill_process();
    next_event();
    EXPECT_TRUE(is_gone(orphan));
}

TEST_F(SpawnerEndTest, ends_everything_when_it_is_destroyed) {
    const auto pid = start(request_of("setsid sh -c 'echo $$ > told; exec sleep 1000' & wait"));
    const auto child = told_number();
    spawner_.reset();
    EXPECT_TRUE(is_gone(pid));
    EXPECT_TRUE(is_gone(child));
}

TEST_F(SpawnerEndTest, is_destroyed_at_once_when_nothing_runs) {
    spawner();
    spawner_.reset();
    EXPECT_EQ(::waitpid(-1, nullptr, WNOHANG), -1) << "a child is left";
    EXPECT_EQ(errno, ECHILD);
}

TEST_F(SpawnerEndTest, ends_everything_when_its_owner_is_killed) {
    const pid_t owner = ::fork();
    if (owner == 0) {
        start(request_of("setsid sh -c 'echo $$ > told; exec sleep 1000' & echo $$ > told; wait"));
        ::pause();
        ::_exit(0);
    }
    const auto one = told_number();
    const auto other = told_number();
    ASSERT_EQ(::kill(owner, SIGKILL), 0);
    ASSERT_EQ(::waitpid(owner, nullptr, 0), owner);
    EXPECT_TRUE(ends(one));
    EXPECT_TRUE(ends(other));
}

TEST_F(SpawnerEndTest, does_not_mind_the_signals_of_a_terminal) {
    start(request_of("echo $PPID > told; sleep 1000"));
    const auto spawner_pid = told_number();
    for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGUSR1}) {
        ASSERT_EQ(::kill(spawner_pid, signal), 0);
    }
    spawner().kill_process();
    EXPECT_EQ(next_event().kind, SpawnerEvent::Kind::exited);
}

TEST_F(SpawnerEndTest, tells_when_the_spawner_itself_is_gone) {
    const auto pid = start(request_of("echo $PPID > told; sleep 1000"));
    const auto spawner_pid = told_number();
    ASSERT_EQ(::kill(spawner_pid, SIGKILL), 0);
    ASSERT_TRUE(ends(spawner_pid));
    EXPECT_TRUE(ends(pid)) << "the process died with its parent";
    EXPECT_THROW(spawner().poll(), base::EnvironmentError);
    EXPECT_THROW(spawner().kill_process(), base::EnvironmentError);
    EXPECT_THROW(spawn(request_of("")), base::EnvironmentError);
}

}  // namespace
}  // namespace parallel_run::worker
