// SPDX-License-Identifier: Apache-2.0
// What an entry script sees of its surroundings, what it leaves in the logs, and who may compile
// it.
#include "whole_test.hpp"

#include <algorithm>
#include <filesystem>

namespace parallel_run::whole {

namespace {

namespace fs = std::filesystem;

class Scripts : public WholeTest {
protected:
    void expect_row(const std::string& row) const {
        const auto all = rows();
        EXPECT_TRUE(std::find(all.begin(), all.end(), row) != all.end())
            << row << " in:\n"
            << read("out/parallel_run_step.txt");
    }
    /// A step of one mini-batch in one process.
    void run_surroundings(const std::string& more, const Words& words = {}) {
        write("data/file", "");
        write("weights/model.bin", "");
        make_step(entry_script("tells_surroundings"),
                  "side_input = model=weights/model.bin\nprocess_count_per_node = 1\n" + more);
        ASSERT_TRUE(ended_with(0, run_step(words)));
    }
};

}  // namespace

TEST_F(Scripts, see_where_they_are) {
    fs::create_directories(path("source"));
    run_surroundings("source_directory = source\n");
    expect_row("index=0");
    expect_row("attempt=1");
    expect_row("input_name=input0");
    expect_row("current_path=" + path("source"));
    expect_row("working_dir=" + path("source"));
    expect_row("output_dir=" + path("out"));
    expect_row("log_dir=" + path("out/logs/user/entry_script_log/" + host_name()));
    expect_row("agent_name=process000");
    expect_row("worker_index=0");
    expect_row("model=" + path("weights/model.bin"));
}

TEST_F(Scripts, start_where_the_user_is_without_a_source_directory) {
    fs::create_directories(path("elsewhere"));
    working_directory_ = path("elsewhere");
    run_surroundings("");
    expect_row("current_path=" + path("elsewhere"));
    expect_row("working_dir=" + path("elsewhere"));
}

TEST_F(Scripts, get_arguments_of_the_file_and_of_the_command_line) {
    run_surroundings("arguments = --model \"deep one\"\n", {"--", "--more", "--output"});
    for (const auto* word : {"--model", "deep one", "--more", "--output"}) {
        expect_row(std::string("argument=") + word);
    }
}

TEST_F(Scripts, get_environment_variables_and_nothing_of_mpi) {
    environment_["COLOUR"] = "blue";
    run_surroundings(
        "environment_variables = \"COLOUR=red = #1\"\nenvironment_variables = EMPTY=\n");
    expect_row("COLOUR=red = #1");
    expect_row("EMPTY=");
    expect_row("OMPI_COMM_WORLD_RANK=(none)");
    expect_row("PMIX_RANK=(none)");
}

TEST_F(Scripts, leave_output_streams_and_log_lines_in_files) {
    run_surroundings("");
    const auto out = "out/logs/user/stdout/" + host_name() + "/process000.stdout.txt";
    const auto err = "out/logs/user/stderr/" + host_name() + "/process000.stderr.txt";
    const auto log = "out/logs/user/entry_script_log/" + host_name() + "/process000.log.txt";
    EXPECT_EQ(lines(out), (Words{"printed by its child", "printed by the script"}));
    EXPECT_EQ(lines(err), (Words{"complained by its child", "complained by the script"}));
    EXPECT_TRUE(says(read(log), "|INFO|init|an info line\n"));
    EXPECT_TRUE(says(read(log), "|WARNING|init|a warning line\n"));
    EXPECT_EQ(count_of(read(log), "a debug line"), 0U);
}

TEST_F(Scripts, log_what_logging_level_lets_through) {
    run_surroundings("logging_level = DEBUG\n");
    EXPECT_TRUE(says(logged("user/entry_script_log"), "a debug line"));
    run_surroundings("logging_level = WARNING\n", {"--overwrite"});
    EXPECT_EQ(count_of(logged("user/entry_script_log"), "an info line"), 0U);
    EXPECT_TRUE(says(logged("user/entry_script_log"), "a warning line"));
}

class ScriptsBy : public Scripts, public testing::WithParamInterface<const char*> {};

TEST_P(ScriptsBy, another_compiler_run) {
    const auto script = entry_script(std::string("echo_names_") + GetParam());
    if (!fs::exists(script)) GTEST_SKIP() << "there was no such compiler when this was configured";
    const auto names = make_files("data", 7);
    make_step(script, "mini_batch_size = 2\n");
    EXPECT_TRUE(ended_with(0, run_step()));
    EXPECT_EQ(rows(), names);
    EXPECT_TRUE(says(logged("user/entry_script_log"), "ready"));
}

INSTANTIATE_TEST_SUITE_P(Built, ScriptsBy, testing::Values("c", "fortran", "clang", "cuda"),
                         [](const auto& by) { return std::string(by.param); });

TEST_F(Scripts, given_as_a_source_are_compiled_once) {
    const auto names = make_files("data", 7);
    fs::copy_file(PARALLEL_RUN_SCRIPT_SOURCES "/echo_names.cpp", path("script.cpp"));
    make_step("script.cpp");
    const auto first = run_step();
    EXPECT_TRUE(ended_with(0, first));
    EXPECT_TRUE(says(first.err, "compiling " + path("script.cpp")));
    EXPECT_EQ(rows(), names);
    const auto second = run(under_mpirun(2, {"--overwrite"}));
    EXPECT_TRUE(ended_with(0, second));
    EXPECT_EQ(count_of(second.err, "compiling"), 0U) << second.err;
    EXPECT_EQ(rows(), names);
}

TEST_F(Scripts, that_do_not_compile_are_refused_with_the_compilers_words) {
    make_files("data", 1);
    write("script.cpp", "nonsense\n");
    make_step("script.cpp");
    const auto finished = run_step();
    EXPECT_TRUE(ended_with(2, finished));
    EXPECT_TRUE(says(finished.err, path("script.cpp") + ":1:1: error: "));
    EXPECT_FALSE(exists("out"));
}

TEST_F(Scripts, built_by_the_build_command_run) {
    const auto names = make_files("data", 7);
    fs::copy_file(PARALLEL_RUN_SCRIPT_SOURCES "/echo_names.cpp", path("script.cpp"));
    ASSERT_TRUE(ended_with(0, run({program(), "build", "script.cpp", "-o", "made.so"})));
    make_step("made.so");
    EXPECT_TRUE(ended_with(0, run_step()));
    EXPECT_EQ(rows(), names);

    write("wrong.cpp", "nonsense\n");
    const auto refused = run({program(), "build", "wrong.cpp"});
    EXPECT_TRUE(ended_with(2, refused));
    EXPECT_TRUE(says(refused.err, "wrong.cpp:1:1: error: "));
    EXPECT_FALSE(exists("wrong.so"));
}

TEST_F(Scripts, under_try_stop_in_run_for_a_debugger) {
    if (run({"gdb", "--version"}).status != 0) GTEST_SKIP() << "gdb is not installed";
    make_files("data", 3);
    make_step(entry_script("echo_names"));
    Words words = {"gdb",
                   "--batch",
                   "-nx",
                   "-ex",
                   "set breakpoint pending on",
                   "-ex",
                   "break echo_names.cpp:run",
                   "-ex",
                   "run",
                   "-ex",
                   "bt",
                   "-ex",
                   "kill",
                   "--args"};
    for (const auto& word : command("try")) words.push_back(word);
    const auto finished = run(words);
    if (count_of(finished.err + finished.out, "ptrace") > 0) GTEST_SKIP() << "ptrace is forbidden";
    EXPECT_TRUE(says(finished.out, "Breakpoint 1, "));
    EXPECT_TRUE(says(finished.out, "echo_names.cpp"));
}

TEST_F(Scripts, are_not_needed_to_plan) {
    const auto names = make_files("data", 7);
    make_step(entry_script("echo_names"), "mini_batch_size = 3\n");
    const auto finished = run(command("plan"));
    EXPECT_TRUE(ended_with(0, finished));
    EXPECT_TRUE(says(finished.out, path("data/f0006")));
    EXPECT_TRUE(says(finished.out, "3 mini-batches, 7 files, "));
    EXPECT_FALSE(exists("out"));
    const auto one = run(command("plan", {"--mini_batch", "2"}));
    EXPECT_EQ(one.out, path("data/f0006") + "\n");
}

}  // namespace parallel_run::whole
