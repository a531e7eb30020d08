// SPDX-License-Identifier: Apache-2.0
// How a worker process is started, and what it finds.
#include "spawner_fixture.hpp"

#include <sys/stat.h>
#include <sys/wait.h>

#include <cstdlib>

#include "base/error.hpp"

namespace parallel_run::worker {
namespace {

/// Sets a variable of this process for the length of a test.
class ScopedVariable {
public:
    ScopedVariable(const char* name, const char* value) : name_(name) { ::setenv(name, value, 1); }
    ~ScopedVariable() { ::unsetenv(name_); }
    ScopedVariable(const ScopedVariable&) = delete;
    ScopedVariable& operator=(const ScopedVariable&) = delete;

private:
    const char* name_;
};

bool has_line(const std::string& text, const std::string& line) {
    return ("\n" + text).find("\n" + line + "\n") != std::string::npos;
}

TEST_F(SpawnerTest, reports_the_start_and_the_exit_status) {
    const auto pid = start(request_of("exit 3"));
    EXPECT_GT(pid, 0);
    const auto event = next_event();
    EXPECT_EQ(event.kind, SpawnerEvent::Kind::exited);
    EXPECT_EQ(event.pid, pid);
    ASSERT_TRUE(WIFEXITED(event.status));
    EXPECT_EQ(WEXITSTATUS(event.status), 3);
    EXPECT_GT(event.max_rss_kb, 0U);
    EXPECT_TRUE(is_gone(pid));
}

TEST_F(SpawnerTest, says_nothing_while_nothing_happens) { EXPECT_FALSE(spawner().poll()); }

TEST_F(SpawnerTest, starts_one_process_after_another) {
    for (int i = 0; i < 20; ++i) EXPECT_EQ(WEXITSTATUS(run("exit " + std::to_string(i)).status), i);
}

TEST_F(SpawnerTest, says_why_a_program_cannot_be_started) {
    auto request = request_of("");
    request.program = path("missing");
    spawn(request);
    auto event = next_event();
    EXPECT_EQ(event.kind, SpawnerEvent::Kind::start_failed);
    EXPECT_EQ(event.error, ENOENT);

    std::ofstream(path("no_program")) << "text";
    ::chmod(path("no_program").c_str(), 0755);
    request.program = path("no_program");
    spawn(request);
    event = next_event();
    EXPECT_EQ(event.kind, SpawnerEvent::Kind::start_failed);
    EXPECT_EQ(event.error, ENOEXEC);
}

TEST_F(SpawnerTest, says_why_a_working_directory_cannot_be_entered) {
    auto request = request_of("");
    request.working_dir = path("missing");
    spawn(request);
    const auto event = next_event();
    EXPECT_EQ(event.kind, SpawnerEvent::Kind::start_failed);
    EXPECT_EQ(event.error, ENOENT);
}

TEST_F(SpawnerTest, says_why_an_output_file_cannot_be_made) {
    auto request = request_of("");
    request.stdout_path = path("missing/stdout");
    spawn(request);
    const auto event = next_event();
    EXPECT_EQ(event.kind, SpawnerEvent::Kind::start_failed);
    EXPECT_EQ(event.error, ENOENT);
}

TEST_F(SpawnerTest, starts_the_next_process_after_one_that_did_not_start) {
    auto request = request_of("");
    request.program = path("missing");
    spawn(request);
    next_event();
    EXPECT_EQ(WEXITSTATUS(run("exit 4").status), 4);
}

TEST_F(SpawnerTest, puts_both_outputs_into_their_files_and_keeps_what_is_there) {
    std::ofstream(path("stdout")) << "before\n";
    run("echo out; echo err >&2");
    EXPECT_EQ(content("stdout"), "before\nout\n");
    EXPECT_EQ(content("stderr"), "err\n");
}

TEST_F(SpawnerTest, gives_an_empty_standard_input) {
    EXPECT_EQ(WEXITSTATUS(run("read line && exit 1; exit 0").status), 0);
}

TEST_F(SpawnerTest, makes_the_process_the_first_to_go_without_memory) {
    run("cat /proc/self/oom_score_adj");
    EXPECT_EQ(content("stdout"), "500\n");
}

TEST_F(SpawnerTest, starts_in_the_working_directory) {
    run("pwd -P");
    EXPECT_EQ(content("stdout"), std::filesystem::canonical(directory_).string() + "\n");
}

TEST_F(SpawnerTest, hands_two_descriptors_down_by_their_numbers) {
    run("readlink /proc/$$/fd/1000 /proc/$$/fd/1001");
    EXPECT_EQ(content("stdout"), "/memfd:segment (deleted)\nanon_inode:[eventfd]\n");
}

TEST_F(SpawnerTest, hands_no_other_descriptor_down) {
    const base::UniqueFd ours(::open("/dev/zero", O_RDONLY | O_CLOEXEC));
    run("readlink /proc/$$/fd/* | grep -cE 'memfd:segment|eventfd'; "
        "readlink /proc/$$/fd/* | grep -E 'signalfd|zero|told|pidfd'");
    EXPECT_EQ(content("stdout"), "2\n");
}

TEST_F(SpawnerTest, hides_the_launcher_from_the_process) {
    const ScopedVariable a("OMPI_COMM_WORLD_RANK", "3");
    const ScopedVariable b("PMIX_RANK", "3");
    const ScopedVariable c("PMI_RANK", "3");
    const ScopedVariable d("PRTE_X", "1");
    const ScopedVariable e("ORTE_X", "1");
    const ScopedVariable f("SLURM_PROCID", "3");
    run("env");
    const auto environment = content("stdout");
    for (const auto* const prefix : {"OMPI_", "PMIX_", "PMI_", "PRTE_", "ORTE_"}) {
        EXPECT_EQ(("\n" + environment).find(std::string("\n") + prefix), std::string::npos)
            << prefix;
    }
    EXPECT_TRUE(has_line(environment, "SLURM_PROCID=3"));
}

TEST_F(SpawnerTest, adds_and_replaces_variables) {
    const ScopedVariable mine("PR_TEST_MINE", "mine");
    const ScopedVariable longer("PR_TEST_REPLACED_NOT", "kept");
    const ScopedVariable old("PR_TEST_REPLACED", "old");
    auto request = request_of("env | grep ^PR_TEST_ | sort");
    request.environment = {"PR_TEST_REPLACED=new", "PR_TEST_ADDED=a=b c"};
    start(request);
    next_event();
    EXPECT_EQ(content("stdout"),
              "PR_TEST_ADDED=a=b c\nPR_TEST_MINE=mine\nPR_TEST_REPLACED=new\n"
              "PR_TEST_REPLACED_NOT=kept\n");
}

TEST_F(SpawnerTest, starts_with_signals_as_a_shell_would) {
    std::signal(SIGPIPE, SIG_IGN);
    run("grep -E '^Sig(Blk|Ign)' /proc/$$/status | cut -f 2");
    std::signal(SIGPIPE, SIG_DFL);
    EXPECT_EQ(content("stdout"), "0000000000000000\n0000000000000000\n");
}

TEST_F(SpawnerTest, carries_arguments_of_great_length) {
    std::ofstream(path("count")) << "echo ${#1}";
    auto request = request_of("");
    request.arguments = {path("count"), std::string(100'000, 'a')};
    start(request);
    next_event();
    EXPECT_EQ(content("stdout"), "100000\n");
}

TEST_F(SpawnerTest, refuses_arguments_beyond_its_bound) {
    auto request = request_of("");
    request.environment = {"A=" + std::string(1 << 20, 'a')};
    try {
        spawn(request);
        ADD_FAILURE() << "nothing was thrown";
    } catch (const base::UsageError& error) {
        EXPECT_NE(std::string(error.what()).find("environment_variables"), std::string::npos);
    }
    EXPECT_EQ(WEXITSTATUS(run("exit 5").status), 5);
}

}  // namespace
}  // namespace parallel_run::worker
