// SPDX-License-Identifier: Apache-2.0
#include "cli/step_reader.hpp"

#include "step_fixture.hpp"

namespace parallel_run::cli {
namespace {

using namespace std::chrono_literals;
using Words = std::vector<std::string>;

using StepReader = StepFiles;

TEST_F(StepReader, fills_in_the_defaults) {
    const auto step = read("");
    EXPECT_EQ(step.name, "step");
    EXPECT_EQ(step.input, (std::vector<config::Input>{{"input0", at("images")}}));
    EXPECT_EQ(step.entry_script, at("script.so"));
    EXPECT_EQ(step.output, at("out"));
    EXPECT_EQ(step.logs, at("out/logs"));
    EXPECT_EQ(step.mini_batch_size.count, 10U);
    EXPECT_FALSE(step.node_count);
}

TEST_F(StepReader, a_mini_batch_of_a_table_has_bytes_or_rows) {
    using Unit = config::MiniBatchSize::Unit;
    const std::string tabular = "input_type = tabular\n";
    EXPECT_EQ(read(tabular).mini_batch_size, (config::MiniBatchSize{1 << 20, Unit::bytes}));
    EXPECT_EQ(read(tabular + "mini_batch_size = 10MB\n").mini_batch_size,
              (config::MiniBatchSize{10 << 20, Unit::bytes}));
    EXPECT_EQ(read("mini_batch_size = 500rows\n" + tabular).mini_batch_size,
              (config::MiniBatchSize{500, Unit::rows}));
    EXPECT_EQ(refusal(tabular + "mini_batch_size = many\n"),
              "mini_batch_size = 'many' (step.conf, line 5): give bytes, like 1024, 64KB or 10MB, "
              "2GB at most, or rows, like 500rows");
}

TEST_F(StepReader, how_tables_are_read) {
    const auto step = read(
        "input_type = tabular\ntabular_format = delimited\ndelimiter = tab\nquote = none\n"
        "header = first_file\nsupport_multi_line = true\nhdf5_dataset = x\nhdf5_dataset = /g/y\n");
    EXPECT_EQ(step.input_type, config::InputType::tabular);
    EXPECT_EQ(step.tabular_format, config::TabularFormat::delimited);
    EXPECT_EQ(step.delimiter, '\t');
    EXPECT_EQ(step.quote, std::nullopt);
    EXPECT_EQ(step.header, config::Header::first_file);
    EXPECT_TRUE(step.support_multi_line);
    EXPECT_EQ(step.hdf5_dataset, (Words{"/x", "/g/y"}));
}

TEST_F(StepReader, delimiter_and_quote_are_two_characters) {
    EXPECT_TRUE(refusal("input_type = tabular\ndelimiter = '\nquote = '\n")
                    .starts_with("delimiter and quote are the same character"));
}

TEST_F(StepReader, the_command_line_wins_over_the_file) {
    const auto step = read("run_max_try = 5\nerror_threshold = 7\n",
                           {"--run_max_try", "2", "--flush_interval=0.5"});
    EXPECT_EQ(step.run_max_try, 2U);
    EXPECT_EQ(step.error_threshold, 7);
    EXPECT_EQ(step.flush_interval, 500ms);
}

TEST_F(StepReader, dashes_are_underscores_in_keys_and_options) {
    const auto step = read("mini-batch-size = 3\n", {"--run-max-try", "2"});
    EXPECT_EQ(step.mini_batch_size.count, 3U);
    EXPECT_EQ(step.run_max_try, 2U);
}

TEST_F(StepReader, repeated_values_of_the_command_line_replace_the_files) {
    write("a", "");
    const auto step = read(
        "side_input = x=a\nenvironment_variables = A=1\n"
        "environment_variables = B=2\n",
        {"--environment_variables", "C=3", "--input", "p=/1", "--input=/2"});
    EXPECT_EQ(step.environment_variables, Words{"C=3"});
    EXPECT_EQ(step.side_input.size(), 1U);
    EXPECT_EQ(step.input, (std::vector<config::Input>{{"p", "/1"}, {"input1", "/2"}}));
}

TEST_F(StepReader, arguments_after_the_dashes_follow_the_files) {
    const auto step =
        read("arguments = --model 'my model'\n", {"--", "--top", "5", "--run_max_try"});
    EXPECT_EQ(step.arguments, (Words{"--model", "my model", "--top", "5", "--run_max_try"}));
}

TEST_F(StepReader, paths_start_where_they_are_given) {
    const auto step = read("logs = logs\n", {"--output", "here"});
    EXPECT_EQ(step.logs, at("logs"));
    EXPECT_EQ(step.output, std::filesystem::current_path() / "here");
}

TEST_F(StepReader, the_entry_script_is_relative_to_the_source_directory) {
    std::filesystem::create_directory(at("code"));
    write("code/other.cpp", "");
    const auto step = read("source_directory = code\n", {"--entry_script", "other.cpp"});
    EXPECT_EQ(step.entry_script, at("code/other.cpp"));
    EXPECT_EQ(step.source_directory, at("code"));
}

TEST_F(StepReader, inputs_may_be_lists_globs_and_have_names) {
    const auto step = read("", {"--input=a=@/all.txt", "--input=b=/d/**/*.png", "--input=/y=1/x"});
    EXPECT_EQ(step.input, (std::vector<config::Input>{
                              {"a", "@/all.txt"}, {"b", "/d/**/*.png"}, {"input2", "/y=1/x"}}));
}

TEST_F(StepReader, an_option_that_is_on_or_off_needs_no_value) {
    EXPECT_TRUE(read("", {"--overwrite"}).overwrite);
    EXPECT_FALSE(read("overwrite = yes\n", {"--overwrite=false"}).overwrite);
    EXPECT_TRUE(read("dedicated-orchestrator = on\n").dedicated_orchestrator);
    write("step.conf", "input = /i\nentry_script = script.so\noutput = o\n");
    EXPECT_TRUE(read_step({"--overwrite", at("step.conf")}).overwrite);
}

TEST_F(StepReader, choices_are_read_in_any_case) {
    const auto step = read("output_action = Summary_Only\nlogging_level = debug\n");
    EXPECT_EQ(step.output_action, config::OutputAction::summary_only);
    EXPECT_EQ(step.logging_level, config::LoggingLevel::debug);
}

TEST_F(StepReader, the_name_comes_from_the_file) {
    write("My Digits.conf", "input = /i\nentry_script = script.so\noutput = o\n");
    EXPECT_EQ(read_step({at("My Digits.conf")}).name, "my-digits");
    EXPECT_EQ(read("name = my-own\n").name, "my-own");
}

TEST_F(StepReader, values_of_this_versions_behaviour_may_be_given) {
    EXPECT_NO_THROW(
        (void)read("input_type = file\nallow_reuse = false\nresource_monitor_interval = 0\n"));
}

TEST(MiniBatchOption, is_taken_out_of_the_words_before_the_dashes) {
    Words words = {"s.conf", "--mini-batch", "7", "--overwrite", "--", "--mini_batch", "8"};
    EXPECT_EQ(take_mini_batch(words), 7U);
    EXPECT_EQ(words, (Words{"s.conf", "--overwrite", "--", "--mini_batch", "8"}));
    EXPECT_FALSE(take_mini_batch(words));
    Words adjacent = {"--mini_batch=0", "s.conf"};
    EXPECT_EQ(take_mini_batch(adjacent), 0U);
    EXPECT_EQ(adjacent, Words{"s.conf"});
}

TEST(MiniBatchOption, is_refused_without_an_index_and_when_given_twice) {
    const auto refusal = [](Words words) {
        return refusal_of([&] { (void)take_mini_batch(words); });
    };
    EXPECT_EQ(refusal({"--mini_batch"}), "the option '--mini_batch' needs a value");
    EXPECT_EQ(refusal({"--mini_batch", "--", "1"}), "the option '--mini_batch' needs a value");
    EXPECT_EQ(refusal({"--mini_batch=-1"}), "--mini_batch = '-1': give a whole number, 0 or more");
    EXPECT_EQ(refusal({"--mini_batch=1", "--mini-batch=2"}),
              "the option '--mini_batch' is given twice; keep one");
}

}  // namespace
}  // namespace parallel_run::cli
