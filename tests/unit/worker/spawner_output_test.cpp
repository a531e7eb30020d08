// SPDX-License-Identifier: Apache-2.0
// What becomes of the output of a worker process and of all that it starts.
#include "spawner_fixture.hpp"

#include <sys/resource.h>
#include <sys/wait.h>

namespace parallel_run::worker {
namespace {

class SpawnerOutputTest : public SpawnerTest {
protected:
    void kill() {
        spawner().kill_process();
        EXPECT_EQ(next_event().kind, SpawnerEvent::Kind::exited);
    }
};

TEST_F(SpawnerOutputTest, has_its_files_when_the_process_starts) {
    start(request_of("exec sleep 1000"));
    EXPECT_TRUE(std::filesystem::is_empty(path("stdout")));
    EXPECT_TRUE(std::filesystem::is_empty(path("stderr")));
}

TEST_F(SpawnerOutputTest, is_whole_when_the_exit_is_reported) {
    for (std::uintmax_t count = 1; count <= 20; ++count) {
        run("head -c 300000 /dev/zero; kill -KILL $$");
        ASSERT_EQ(std::filesystem::file_size(path("stdout")), count * 300'000);
    }
}

TEST_F(SpawnerOutputTest, is_kept_of_a_process_that_we_kill) {
    start(request_of("echo before; echo 1 > told; exec sleep 1000"));
    told_number();
    kill();
    EXPECT_EQ(content("stdout"), "before\n");
}

TEST_F(SpawnerOutputTest, is_kept_of_what_the_process_leaves_behind) {
    start(request_of("(setsid sh -c 'echo from afar; echo 1 > told; exec sleep 1000') & wait"));
    told_number();
    kill();
    EXPECT_EQ(content("stdout"), "from afar\n");
}

TEST_F(SpawnerOutputTest, is_kept_when_the_rank_goes) {
    start(request_of("head -c 300000 /dev/zero; echo 1 > told; exec sleep 1000"));
    told_number();
    spawner_.reset();
    EXPECT_EQ(std::filesystem::file_size(path("stdout")), 300'000U);
}

TEST_F(SpawnerOutputTest, is_in_the_file_while_the_process_runs) {
    EXPECT_EQ(run("echo now; while ! grep -q now stdout; do :; done").status, 0);
}

TEST_F(SpawnerOutputTest, without_end_takes_twice_its_limit_of_disk) {
    constexpr std::uint64_t kLimit = 100'000;
    constexpr std::uint64_t kLine = 200;  // more than that of a rotation
    auto request = request_of("yes 0123456 | head -c 5000000; yes errors | head -c 300000 >&2");
    request.output_limit = kLimit;
    start(request);
    EXPECT_EQ(next_event().status, 0);
    for (const auto* name : {"stdout", "stdout.1", "stderr", "stderr.1"}) {
        EXPECT_LE(std::filesystem::file_size(path(name)), kLimit + kLine) << name;
        EXPECT_TRUE(content(name).starts_with("[parallel-run: ")) << name;
    }
    EXPECT_TRUE(content("stdout").ends_with("\n0123456\n"));
}

TEST_F(SpawnerOutputTest, may_be_closed_by_the_process) {
    EXPECT_EQ(WEXITSTATUS(run("echo last; exec >&- 2>&-; exit 3").status), 3);
    EXPECT_EQ(content("stdout"), "last\n");
}

TEST_F(SpawnerOutputTest, does_not_wait_for_an_outsider_who_holds_the_pipe) {
    const auto pid = start(request_of("echo here; echo 1 > told; exec sleep 1000"));
    told_number();
    const auto pipe = "/proc/" + std::to_string(pid) + "/fd/1";
    const base::UniqueFd outsider(::open(pipe.c_str(), O_WRONLY | O_CLOEXEC));
    ASSERT_TRUE(outsider);
    kill();
    EXPECT_EQ(content("stdout"), "here\n");
}

TEST_F(SpawnerOutputTest, without_a_place_is_a_start_that_failed) {
    auto request = request_of("exit 0");
    request.stderr_path = path("missing/stderr");
    spawn(request);
    const auto event = next_event();
    EXPECT_EQ(event.kind, SpawnerEvent::Kind::start_failed);
    EXPECT_EQ(event.step, SpawnerEvent::Step::output_files);
    EXPECT_EQ(event.error, ENOENT);
}

TEST_F(SpawnerOutputTest, on_a_full_disk_hinders_nobody) {
    rlimit before{};
    ::getrlimit(RLIMIT_FSIZE, &before);
    const rlimit full{1000, before.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &full);
    spawner();
    ::setrlimit(RLIMIT_FSIZE, &before);
    EXPECT_EQ(run("head -c 3000000 /dev/zero").status, 0);
    EXPECT_EQ(std::filesystem::file_size(path("stdout")), 1000U);
    EXPECT_EQ(WEXITSTATUS(run("exit 6").status), 6);
}

}  // namespace
}  // namespace parallel_run::worker
