// SPDX-License-Identifier: Apache-2.0
#include "step_fixture.hpp"

namespace parallel_run::cli {
namespace {

struct Case {
    std::string line;    ///< the fourth of step.conf
    std::string advice;  ///< what the message says after key, value and place
};

class StepCheck : public StepFiles, public ::testing::WithParamInterface<Case> {};

TEST_P(StepCheck, names_key_value_place_and_what_is_allowed) {
    const auto& line = GetParam().line;
    const auto key = line.substr(0, line.find('='));
    const auto value = line.substr(line.find('=') + 1);
    EXPECT_EQ(refusal(key + " = " + value),
              key + " = '" + value + "' (step.conf, line 4): " + GetParam().advice);
    if (key == "input") return;  // its first line would be replaced
    EXPECT_EQ(refusal("", {"--" + key + "=" + value}),
              key + " = '" + value + "' (the command line): " + GetParam().advice);
}

constexpr auto kFileNameAdvice =
    R"(give a bare file name without any of ~ " # % & * : < > ? / \ { | })";
constexpr auto kNameAdvice =
    "give 3 to 32 lower-case letters, digits and dashes, the first a letter, the last no dash";

INSTANTIATE_TEST_SUITE_P(
    Values, StepCheck,
    ::testing::Values(
        Case{"name=Digits", kNameAdvice}, Case{"name=ab", kNameAdvice},
        Case{"mini_batch_size=0", "give a whole number from 1 to 4,294,967,295"},
        Case{"mini_batch_size=10MB", "give a whole number from 1 to 4,294,967,295"},
        Case{"error_threshold=-2", "give a whole number, -1 or more"},
        Case{"allowed_failed_count=1.5", "give a whole number, -1 or more"},
        Case{"allowed_failed_percent=101", "give a number from 0 to 100"},
        Case{"run_max_try=0", "give a whole number from 1 to 1,000,000"},
        Case{"run_invocation_timeout=0", "give seconds, from 0.001 to 100,000,000"},
        Case{"first_task_creation_timeout=soon", "give seconds, from 0.001 to 100,000,000"},
        Case{"flush_interval=-3", "give seconds, from 0.001 to 100,000,000"},
        Case{"flush_bytes=0", "give a size of at least one byte, such as 1024, 64KB, 10MB or 1GB"},
        Case{"process_count_per_node=0", "give a whole number from 1 to 4,096"},
        Case{"node_count=0", "give a whole number from 1 to 100,000"},
        Case{"max_restarts=-1", "give a whole number from 0 to 1,000,000"},
        Case{"grace_seconds=0", "give seconds, from 0.001 to 100,000,000"},
        Case{"overwrite=perhaps", "give true or false"},
        Case{"output_action=append", "give append_row or summary_only"},
        Case{"logging_level=verbose", "give WARNING or INFO or DEBUG"},
        Case{"append_row_file_name=a/b.txt", kFileNameAdvice},
        Case{"append_row_file_name=..", kFileNameAdvice},
        Case{"append_row_file_name=what?.txt", kFileNameAdvice},
        Case{"hdf5_compression=10", "give a whole number from 0 to 9"},
        Case{"environment_variables=PATH", "give NAME=VALUE, the name of letters, digits and '_'"},
        Case{"environment_variables=1A=2", "give NAME=VALUE, the name of letters, digits and '_'"},
        Case{"side_input=/models", "give NAME=PATH, the name of letters, digits and '_'"},
        Case{"input=input0=/more", "the name 'input0' is taken by one before it; give another"},
        Case{"arguments='a", "close the quote that ' opens"}));

INSTANTIATE_TEST_SUITE_P(
    Tables, StepCheck,
    ::testing::Values(Case{"input_type=table", "give file or tabular"},
                      Case{"tabular_format=csv", "give delimited or json_lines or lines or hdf5"},
                      Case{"header=some", "give all_files or first_file or none"},
                      Case{"delimiter=ab", "give one character, or 'tab'"},
                      Case{"quote=ab", "give one character, or 'none'"},
                      Case{"delimiter=;",
                           "this counts for tables only; add input_type = tabular, or remove it"}));

INSTANTIATE_TEST_SUITE_P(
    Partitions, StepCheck,
    ::testing::Values(
        Case{"partition_keys=user",
             "say where they stand in the files' paths, like partition_format = "
             "{user}/{genre}/{file}"},
        Case{"partition_keys=a,,b", "give names with commas between them"},
        Case{"partition_keys=a, a", "give the name 'a' once"},
        Case{"partition_format={a", "close each brace in the path's component where it opens"},
        Case{"partition_format={a}/{b}", "name those that count in partition_keys, or remove it"}));

INSTANTIATE_TEST_SUITE_P(
    NotYet, StepCheck,
    ::testing::Values(
        Case{"resource_monitor_interval=600",
             "this version of parallel-run does not have it yet; leave it out or give 0"},
        Case{"profiling=cpu", "this version of parallel-run does not have it yet; leave it out"}));

using StepRefusal = StepFiles;

TEST_F(StepRefusal, of_an_unknown_key_suggests_the_near_one) {
    EXPECT_EQ(refusal("mini_batch_sizes = 3\n"),
              "unknown key 'mini_batch_sizes' (step.conf, line 4); "
              "did you mean 'mini_batch_size'?");
    EXPECT_EQ(refusal("\n# colours\ncolour = red\n"),
              "unknown key 'colour' (step.conf, line 6); "
              "'parallel-run help run' lists what there is");
    EXPECT_EQ(refusal("", {"--run-max-tries", "3"}),
              "unknown option '--run_max_tries' (the command line); did you mean 'run_max_try'?");
}

TEST_F(StepRefusal, of_what_is_given_twice_names_both_places) {
    EXPECT_EQ(refusal_of([&] {
                  (void)read("", {"--logs=a", "--logs=b"});
              }),
              "logs is given twice (the command line, and the command line); keep one");
    const auto place = at("step.conf") + ", line ";
    EXPECT_EQ(refusal_of([&] { (void)read("output = again\n"); }),
              "output is given twice (" + place + "3, and " + place + "4); keep one");
    EXPECT_EQ(refusal("", {"--environment_variables=A=1", "--environment_variables=A=2"}),
              "environment_variables = 'A=2' (the command line): 'A' has a value already; "
              "give it once");
}

TEST_F(StepRefusal, of_a_key_that_the_format_lacks_names_those_it_has) {
    const std::vector<std::string> format = {"--partition_format={user}/{genre}/{file}"};
    const std::string place = " (step.conf, line 4): partition_format has no ";
    EXPECT_EQ(refusal("partition_keys = user, genr\n", format),
              "partition_keys = 'user, genr'" + place + "{genr}; did you mean 'genre'?");
    EXPECT_EQ(refusal("partition_keys = weather\n", format),
              "partition_keys = 'weather'" + place + "{weather}; it has user, genre, file");
    EXPECT_EQ(
        refusal("partition_keys = a\n", {"--input_type=tabular", "--partition_format={a}/{b}"}),
        "partition_format = '{a}/{b}' (the command line): this counts for files only; "
        "partition_keys are columns of a table, so remove it");
}

TEST_F(StepRefusal, of_missing_parameters_says_how_to_give_them) {
    write("empty.conf", "");
    const auto file = at("empty.conf");
    EXPECT_EQ(refusal_of([&] { (void)read_step({file}); }),
              "entry_script is missing: add a line 'entry_script = PATH' to " + file +
                  ", or --entry_script");
    EXPECT_EQ(refusal_of([&] {
                  (void)read_step({file, "--entry_script=/x"});
              }),
              "input is missing: add a line 'input = [NAME=]PATH' to " + file + ", or --input");
    EXPECT_EQ(refusal_of([&] {
                  (void)read_step({file, "--entry_script=/x", "--input=/i"});
              }),
              "output is missing: add a line 'output = PATH' to " + file + ", or --output");
}

TEST_F(StepRefusal, of_missing_files_names_them) {
    EXPECT_EQ(refusal("source_directory = gone\n"),
              "source_directory = 'gone' (step.conf, line "
              "4): there is no directory '" +
                  at("gone") + "'");
    EXPECT_EQ(refusal("", {"--entry_script=/gone.so"}),
              "entry_script = '/gone.so' (the command line): there is no file '/gone.so'");
    EXPECT_EQ(refusal("side_input = a=script.so\nside_input = b=gone\n"),
              "side_input = 'b=gone' (step.conf, line 5): there is no file or directory '" +
                  at("gone") + "'");
    EXPECT_EQ(
        refusal("", {"--output=" + at("script.so")}),
        "output = '" + at("script.so") + "' (the command line): this is a file; give a directory");
}

TEST_F(StepRefusal, of_a_missing_configuration_names_it) {
    EXPECT_EQ(refusal_of([] { (void)read_step({}); }),
              "no configuration file: give a STEP.conf, as in 'parallel-run run step.conf'");
    EXPECT_EQ(refusal_of([&] { (void)read_step({at("gone.conf")}); }),
              "cannot read " + at("gone.conf") + ": No such file or directory");
    EXPECT_EQ(refusal_of([&] { (void)read_step({folder_}); }),
              folder_ + " is a directory; give a configuration file");
}

TEST_F(StepRefusal, of_what_does_not_go_with_the_form_of_the_output) {
    EXPECT_EQ(refusal("append_row_file_name = rows.h5\nappend_row_header = a\n"),
              "append_row_header = 'a' (step.conf, line 5): an HDF5 file has no first line; its "
              "columns have names, which the script declares. Remove this, or give another "
              "append_row_file_name");
    EXPECT_EQ(refusal("hdf5_compression = 1\n"),
              "hdf5_compression = '1' (step.conf, line 4): this counts for an HDF5 output only; "
              "give an append_row_file_name that ends in .h5, or remove it");
}

TEST_F(StepRefusal, of_a_header_with_a_line_break_or_without_text) {
    const std::string advice =
        "give one line of text (in a file in double quotes if it holds a '#')";
    EXPECT_EQ(refusal("append_row_header = # name\n"),
              "append_row_header = '' (step.conf, line 4): " + advice);
    EXPECT_EQ(refusal("", {"--append_row_header=a\nb"}),
              "append_row_header = 'a\nb' (the command line): " + advice);
}

TEST_F(StepRefusal, of_options_without_their_values) {
    const std::string needs_value = "the option '--output' needs a value (the command line)";
    EXPECT_EQ(refusal("", {"--output"}), needs_value);
    EXPECT_EQ(refusal("", {"--output="}), needs_value);
    EXPECT_EQ(refusal("", {"--output", "--overwrite"}), needs_value);
    EXPECT_EQ(refusal("", {"--output", "--", "x"}), needs_value);
}

TEST_F(StepRefusal, of_words_too_many) {
    EXPECT_NE(refusal("", {"--overwrite", "true"}).find("'true' is one word too many"),
              std::string::npos);
    EXPECT_NE(refusal("", {"-x"}).find("unknown option '-x'"), std::string::npos);
}

}  // namespace
}  // namespace parallel_run::cli
