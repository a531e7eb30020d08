// SPDX-License-Identifier: Apache-2.0
// What is wrong from the start ends with 2 and a message that helps, and touches nothing.
#include "whole_test.hpp"

#include <filesystem>
#include <fstream>
#include <iterator>

namespace parallel_run::whole {

namespace {

class Refusing : public WholeTest {
protected:
    Refusing() { make_files("data", 3); }

    void expect_refused(const Finished& finished, const Words& parts) const {
        EXPECT_TRUE(ended_with(2, finished));
        EXPECT_EQ(finished.out, "");
        for (const auto& part : parts) EXPECT_TRUE(says(finished.err, part));
        EXPECT_EQ(count_of(finished.err, "parallel-run: "), 1U) << finished.err;
        EXPECT_FALSE(exists("out"));
    }
    static std::string read_bytes(const std::string& path) {
        std::ifstream file(path, std::ios::binary);
        return {std::istreambuf_iterator<char>(file), {}};
    }
    void expect_script_refused(const std::string& script, const Words& parts) {
        make_step(script);
        SCOPED_TRACE(script);
        expect_refused(run_step(), parts);
        expect_refused(run(under_mpirun(2)), parts);
    }
};

}  // namespace

TEST_F(Refusing, a_script_that_is_not_there) {
    expect_script_refused(path("nothing.so"),
                          {"there is no file '" + path("nothing.so") + "'", "step.conf, line 1"});
}

TEST_F(Refusing, a_file_that_is_no_shared_object) {
    write("script.so", "no shared object");
    expect_script_refused(path("script.so"), {path("script.so"), "it is not a shared object"});
}

TEST_F(Refusing, a_script_of_another_version) {
    expect_script_refused(entry_script("wrong_version"), {"version 42", "Build it again"});
}

TEST_F(Refusing, a_script_without_entry_points) {
    expect_script_refused(entry_script("no_entry_points"),
                          {"PARALLEL_RUN_ENTRY_SCRIPT(init, run)"});
}

TEST_F(Refusing, a_script_with_an_unresolved_symbol) {
    expect_script_refused(entry_script("unresolved"), {"missing::classify(char const*, int)"});
}

TEST_F(Refusing, a_script_that_throws_when_it_is_loaded) {
    expect_script_refused(entry_script("static_throw"),
                          {"a static initialiser threw std::runtime_error: the model is missing"});
}

TEST_F(Refusing, a_script_that_crashes_when_it_is_loaded) {
    expect_script_refused(entry_script("static_crash"), {"Segmentation fault", "global objects"});
}

TEST_F(Refusing, a_script_that_ends_the_process_when_it_is_loaded) {
    expect_script_refused(entry_script("static_exit"),
                          {"loading it ended the process with status 0", "exit()"});
}

TEST_F(Refusing, a_script_that_was_cut_short) {
    write("script.so", read_bytes(entry_script("echo_names")).substr(0, 2000));
    make_step(path("script.so"));
    expect_refused(run_step(), {path("script.so"), "signal 7 (Bus error)", "damaged"});
}

TEST_F(Refusing, to_start_without_a_launcher) {
    make_step(entry_script("echo_names"));
    environment_["PATH"] = path("data");
    expect_refused(run_step(), {"there is no mpirun", "openmpi-bin"});
}

TEST_F(Refusing, unknown_keys_with_a_suggestion) {
    make_step(entry_script("echo_names"), "mini_bach_size = 3\n");
    expect_refused(run_step(), {"mini_bach_size", "line 4", "did you mean 'mini_batch_size'?"});
    make_step(entry_script("echo_names"));
    expect_refused(run_step({"--output-acton", "append_row"}), {"did you mean 'output_action'?"});
    expect_refused(run(under_mpirun(2, {"--overwite"})), {"did you mean 'overwrite'?"});
}

TEST_F(Refusing, a_configuration_that_is_not_there) {
    expect_refused(run_step(), {"cannot read " + path("step.conf")});
    expect_refused(run({program(), "run"}), {"give a STEP.conf"});
}

TEST_F(Refusing, values_out_of_range) {
    make_step(entry_script("echo_names"), "run_max_try = 0\n");
    expect_refused(run_step(), {"run_max_try = '0'", "step.conf, line 4"});
    make_step(entry_script("echo_names"));
    expect_refused(run_step({"--error_threshold", "many"}),
                   {"error_threshold = 'many'", "the command line"});
}

TEST_F(Refusing, parameters_that_are_missing) {
    write("step.conf", "input = data\noutput = out\n");
    expect_refused(run_step(), {"entry_script is missing"});
}

TEST_F(Refusing, input_that_is_not_there) {
    make_step(entry_script("echo_names"), "input = nowhere\n");
    expect_refused(run_step(), {path("nowhere")});
}

TEST_F(Refusing, input_without_a_file) {
    std::filesystem::remove_all(path("data"));
    std::filesystem::create_directories(path("data"));
    make_step(entry_script("echo_names"));
    expect_refused(run_step(), {path("data"), "hold no file"});
    write("list", "\n");
    for (const auto& input : {path("nowhere/*.png"), path("*.png"), "@" + path("list")}) {
        write("step.conf", "entry_script = " + entry_script("echo_names") + "\ninput = " + input +
                               "\noutput = out\n");
        expect_refused(run_step(), {input, " no file"});
    }
}

TEST_F(Refusing, an_output_that_is_a_file) {
    make_step(entry_script("echo_names"));
    write("occupied", "mine");
    const auto finished = run_step({"--output", "occupied"});
    expect_refused(finished, {"give a directory"});
    EXPECT_EQ(read("occupied"), "mine");
}

TEST_F(Refusing, an_output_that_cannot_be_made) {
    make_step(entry_script("echo_names"));
    expect_refused(
        run_step({"--output", "/proc/out"}),
        {"cannot use the output directory /proc/out", "Choose an --output where you may"});
}

TEST_F(Refusing, unknown_commands_and_help_for_them) {
    const auto refused = run({program(), "rum"});
    EXPECT_TRUE(ended_with(2, refused));
    EXPECT_TRUE(says(refused.err, "did you mean 'run'?"));
    const auto helped = run({program(), "--help"});
    EXPECT_TRUE(ended_with(0, helped));
    EXPECT_TRUE(says(helped.out, "Commands"));
    EXPECT_TRUE(says(run({program(), "--version"}).out, "parallel-run 0."));
}

}  // namespace parallel_run::whole
