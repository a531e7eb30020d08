// SPDX-License-Identifier: Apache-2.0
#include "message_of.hpp"
#include "script_fixture.hpp"

namespace parallel_run::test {
namespace {

namespace pr = parallel_run;

using EntryScriptTest = ScriptFixture;

const pr::EntryScript& script() { return pr::EntryScript::instance(); }

TEST_F(EntryScriptTest, says_where_it_runs) {
    EXPECT_EQ(init_with({"--fast", "x y"},
                        [] {
                            EXPECT_EQ(script().output_dir(), "/output");
                            EXPECT_EQ(script().log_dir(), "/output/logs");
                            EXPECT_EQ(script().working_dir(), "/scratch");
                            EXPECT_EQ(script().agent_name(), "process003");
                            EXPECT_EQ(script().worker_index(), 2);
                            EXPECT_EQ(script().gpu_index(), -1);
                            EXPECT_EQ(script().arguments(), (Texts{"--fast", "x y"}));
                            EXPECT_EQ(script().side_input("labels"), "/data/labels.txt");
                        }),
              0);
}

TEST_F(EntryScriptTest, finds_arguments_in_both_spellings) {
    EXPECT_EQ(init_with({"--model_dir", "/m", "--top=5", "--empty=", "--minus", "-1"},
                        [] {
                            EXPECT_EQ(script().argument("--model_dir"), "/m");
                            EXPECT_EQ(script().argument("--top"), "5");
                            EXPECT_EQ(script().argument("--empty", "full"), "");
                            EXPECT_EQ(script().argument("--minus"), "-1");
                            EXPECT_EQ(script().argument("--scale", "1.5"), "1.5");
                        }),
              0);
}

TEST_F(EntryScriptTest, takes_the_last_of_repeated_arguments) {
    EXPECT_EQ(
        init_with({"--top", "1", "--top=2"}, [] { EXPECT_EQ(script().argument("--top"), "2"); }),
        0);
}

TEST_F(EntryScriptTest, takes_no_argument_for_another_that_begins_like_it) {
    EXPECT_EQ(init_with({"--topmost", "1"},
                        [] { EXPECT_EQ(script().argument("--top", "none"), "none"); }),
              0);
}

TEST_F(EntryScriptTest, names_an_argument_that_is_missing) {
    EXPECT_EQ(init_with({}, [] { static_cast<void>(script().argument("--model_dir")); }), 1);
    EXPECT_EQ(error_type, "std::invalid_argument");
    EXPECT_EQ(error_message,
              "the argument --model_dir is missing: give it a value in the step's `arguments`");
}

TEST_F(EntryScriptTest, names_an_argument_without_a_value) {
    EXPECT_EQ(init_with({"--top"}, [] { static_cast<void>(script().argument("--top", "1")); }), 1);
    EXPECT_EQ(error_message, "the argument --top has no value after it");
}

TEST_F(EntryScriptTest, lists_the_side_inputs_when_one_is_unknown) {
    EXPECT_EQ(init_with({}, [] { static_cast<void>(script().side_input("weights")); }), 1);
    EXPECT_EQ(error_message, "the step has no side_input \"weights\"; it has model, labels");
    engine.side_input_count = 0;
    EXPECT_EQ(init_with({}, [] { static_cast<void>(script().side_input("weights")); }), 1);
    EXPECT_EQ(error_message, "the step has no side_input \"weights\"; it has none");
}

TEST_F(EntryScriptTest, logs_plain_and_formatted_lines_at_each_level) {
    EXPECT_EQ(init_with({},
                        [] {
                            const auto& logger = script().logger();
                            logger.debug("{} is not a format here");
                            logger.info("{} of {}", 1, "two");
                            logger.warning(std::string("text"));
                            logger.error("{:.2f}", 0.5);
                            script().log_metric("loss", 0.25);
                        }),
              0);
    ASSERT_EQ(lines.size(), 4U);
    EXPECT_EQ(lines[0], std::pair(PARALLEL_RUN_DEBUG + 0, std::string("{} is not a format here")));
    EXPECT_EQ(lines[1], std::pair(PARALLEL_RUN_INFO + 0, std::string("1 of two")));
    EXPECT_EQ(lines[2], std::pair(PARALLEL_RUN_WARNING + 0, std::string("text")));
    EXPECT_EQ(lines[3], std::pair(PARALLEL_RUN_ERROR + 0, std::string("0.50")));
    ASSERT_EQ(metrics.size(), 1U);
    EXPECT_EQ(metrics[0], std::pair(std::string("loss"), 0.25));
}

TEST_F(EntryScriptTest, describes_the_mini_batch) {
    EXPECT_EQ(run_with([](const pr::MiniBatch& given) {
                  EXPECT_EQ(given.index(), 7U);
                  EXPECT_EQ(given.attempt(), 2U);
                  EXPECT_EQ(given.input_name(), "images");
                  EXPECT_EQ(given.partition_key(), "");
                  const auto files = given.files();
                  EXPECT_EQ(files.size(), 2U);
                  EXPECT_FALSE(files.empty());
                  EXPECT_EQ(files[1], "/data/b.png");
                  EXPECT_EQ(std::vector<std::filesystem::path>(files.begin(), files.end()),
                            (std::vector<std::filesystem::path>{"/data/a.png", "/data/b.png"}));
                  return pr::Rows();
              }),
              0);
}

TEST(MiniBatch, tells_the_values_of_partition_keys) {
    const std::vector<const char*> names = {"user", "genre"};
    const std::vector<const char*> values = {"alice", ""};
    parallel_run_mini_batch raw{};
    raw.size = sizeof raw;
    raw.partition_key = "user=alice/genre=";
    raw.partition_key_count = names.size();
    raw.partition_key_names = names.data();
    raw.partition_key_values = values.data();
    const pr::MiniBatch mini_batch(raw);
    EXPECT_EQ(mini_batch.partition_key(), "user=alice/genre=");
    EXPECT_EQ(mini_batch.partition_value("user"), "alice");
    EXPECT_EQ(mini_batch.partition_value("genre"), "");
    ASSERT_EQ(mini_batch.partition_values().size(), 2U);
    EXPECT_EQ(mini_batch.partition_values()[0].first, "user");
    EXPECT_EQ(
        message_of<std::invalid_argument>([&] { (void)mini_batch.partition_value("artist"); }),
        "partition_keys has no \"artist\"; it has user, genre");
}

TEST(MiniBatch, without_partition_keys_or_of_an_older_engine_has_no_values) {
    parallel_run_mini_batch raw{};
    raw.size = sizeof raw;
    EXPECT_TRUE(pr::MiniBatch(raw).partition_values().empty());
    raw.partition_key_count = 1;
    raw.size = offsetof(parallel_run_mini_batch, partition_key_count);
    EXPECT_EQ(
        message_of<std::invalid_argument>([&] { (void)pr::MiniBatch(raw).partition_value("x"); }),
        "partition_keys has no \"x\"; the step has none");
}

TEST_F(EntryScriptTest, hands_over_rows_of_any_bytes_but_line_feeds) {
    const std::string bytes("zero \0 and \r", 12);
    EXPECT_EQ(run_with([&](const pr::MiniBatch&) {
                  pr::Rows result;
                  EXPECT_TRUE(result.empty());
                  result.append("");
                  result.append(bytes);
                  result.append("{}: {}", "a", 1);
                  result.append("100 {}%");
                  EXPECT_EQ(result.size(), 4U);
                  return result;
              }),
              0);
    EXPECT_EQ(rows, (Texts{"", bytes, "a: 1", "100 {}%"}));
}

TEST_F(EntryScriptTest, keeps_the_other_rows_when_one_is_refused) {
    EXPECT_EQ(run_with([](const pr::MiniBatch&) {
                  pr::Rows result;
                  result.append("first");
                  EXPECT_THROW(result.append("in\ntwo"), std::invalid_argument);
                  result.append("second");
                  return result;
              }),
              0);
    EXPECT_EQ(rows, (Texts{"first", "second"}));
}

TEST_F(EntryScriptTest, hands_over_failed_items) {
    EXPECT_EQ(run_with([](const pr::MiniBatch&) {
                  pr::Rows result;
                  result.fail(1, "no image");
                  return result;
              }),
              0);
    ASSERT_EQ(failures.size(), 1U);
    EXPECT_EQ(failures[0], std::pair(uint64_t{1}, std::string("no image")));
}

TEST_F(EntryScriptTest, refuses_an_item_that_the_mini_batch_does_not_have) {
    EXPECT_EQ(run_with([](const pr::MiniBatch&) {
                  pr::Rows result;
                  result.fail(2, "no image");
                  return result;
              }),
              1);
    EXPECT_EQ(error_type, "std::out_of_range");
    EXPECT_EQ(error_message, "Rows::fail(2, ...): the mini-batch has no such item");
}

TEST_F(EntryScriptTest, hands_over_nothing_of_a_run_that_threw) {
    EXPECT_EQ(run_with([](const pr::MiniBatch&) -> pr::Rows {
                  pr::Rows result;
                  result.append("lost");
                  throw std::length_error("too long");
              }),
              1);
    EXPECT_TRUE(rows.empty());
    EXPECT_EQ(error_type, "std::length_error");
    EXPECT_EQ(error_message, "too long");
}

TEST_F(EntryScriptTest, names_the_type_of_what_is_no_std_exception) {
    EXPECT_EQ(init_with({}, [] { throw 42; }), 1);
    EXPECT_EQ(error_type, "int");
    EXPECT_EQ(error_message, "the exception is no std::exception, so it has no message");
}

TEST_F(EntryScriptTest, reports_an_exception_of_shutdown) {
    EXPECT_EQ(init_with({}, [] {}), 0);
    on_shutdown = [] {};
    EXPECT_EQ(parallel_run_shutdown(), 0);
    on_shutdown = [] { throw std::runtime_error("still busy"); };
    EXPECT_EQ(parallel_run_shutdown(), 1);
    EXPECT_EQ(error_message, "still busy");
}

}  // namespace
}  // namespace parallel_run::test
