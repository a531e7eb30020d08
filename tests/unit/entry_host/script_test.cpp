// SPDX-License-Identifier: Apache-2.0
#include "entry_host/script.hpp"

#include "recording_listener.hpp"

#include <gtest/gtest.h>

namespace parallel_run::entry_host {
namespace {

using Texts = std::vector<std::string>;

/// A script of tests/entry_scripts that was loaded and whose init succeeded.
class Running {
public:
    explicit Running(const std::string& name, Texts arguments = {},
                     RowForm row_form = RowForm::text)
        : script_(load(name)) {
        Surroundings surroundings;
        surroundings.row_form = row_form;
        surroundings.arguments = std::move(arguments);
        const auto error = script_.init(surroundings, listener);
        EXPECT_FALSE(error) << error->message;
    }

    RunOutcome run(const FilesOf& files) { return script_.run(files.raw()); }
    Script& script() { return script_; }

    RecordingListener listener;

private:
    static Script load(const std::string& name) {
        auto script = Script::load(script_path(name));
        if (!script) throw std::runtime_error(script.error());
        return std::move(script.value());
    }

    Script script_;
};

class EchoNames : public testing::TestWithParam<const char*> {};

TEST_P(EchoNames, gives_a_row_per_file) {
    Running echo(GetParam());
    const auto outcome = echo.run(FilesOf({"/data/a.png", "/data/deep/b c.png"}));
    EXPECT_TRUE(outcome.succeeded) << outcome.error.message;
    EXPECT_EQ(outcome.rows, 2U);
    EXPECT_EQ(echo.listener.rows, (Texts{"a.png", "b c.png"}));
    ASSERT_EQ(echo.listener.lines.size(), 1U);
    EXPECT_EQ(echo.listener.lines[0].first, PARALLEL_RUN_INFO);
    EXPECT_EQ(echo.listener.lines[0].second, "ready");
    EXPECT_FALSE(echo.script().shutdown());
}

const char* const kEchoNames[] = {
    "echo_names",         "echo_names_c",
#ifdef PARALLEL_RUN_HAVE_FORTRAN
    "echo_names_fortran",
#endif
#ifdef PARALLEL_RUN_HAVE_CLANG
    "echo_names_clang",
#endif
#ifdef PARALLEL_RUN_HAVE_NVCC
    "echo_names_cuda",
#endif
};
INSTANTIATE_TEST_SUITE_P(Script, EchoNames, testing::ValuesIn(kEchoNames),
                         [](const auto& script) { return std::string(script.param); });

TEST(Script, reports_an_exception_of_run_by_type_and_message) {
    Running script("throws");
    const auto outcome = script.run(FilesOf({"/data/a.png"}));
    EXPECT_FALSE(outcome.succeeded);
    EXPECT_EQ(outcome.error.type, "std::runtime_error");
    EXPECT_EQ(outcome.error.message, "cannot read /data/a.png");
}

TEST(Script, reports_an_exception_of_init_by_type_and_message) {
    auto script = Script::load(script_path("throws_in_init"));
    ASSERT_TRUE(script) << script.error();
    RecordingListener listener;
    const auto error = script.value().init({}, listener);
    ASSERT_TRUE(error);
    EXPECT_EQ(error->type, "std::runtime_error");
    EXPECT_EQ(error->message, "the model is missing");
}

TEST(Script, lists_failed_items) {
    Running script("fails_items");
    const auto outcome = script.run(FilesOf({"/data/good", "/data/bad1", "/data/bad2"}));
    EXPECT_TRUE(outcome.succeeded);
    EXPECT_EQ(script.listener.rows, Texts{"good"});
    ASSERT_EQ(script.listener.failed_items.size(), 2U);
    EXPECT_EQ(script.listener.failed_items[1].first, 2U);
    EXPECT_EQ(script.listener.failed_items[1].second, "bad2 is bad");
}

TEST(Script, hands_on_more_rows_than_items) {
    Running script("too_many_rows");
    EXPECT_EQ(script.run(FilesOf({"/data/a"})).rows, 2U);
    EXPECT_EQ(script.listener.rows, (Texts{"a once", "a twice"}));
}

TEST(Script, refuses_a_row_with_a_line_break_and_says_which) {
    Running script("row_with_line_break");
    const auto outcome = script.run(FilesOf({"/data/a", "/data/b"}));
    EXPECT_FALSE(outcome.succeeded);
    EXPECT_EQ(outcome.error.type, "std::invalid_argument");
    EXPECT_EQ(outcome.error.message,
              "row 2 of the mini-batch has a line break, and a row is one line of the output: "
              "\"in \\n...\"");
    EXPECT_TRUE(script.listener.rows.empty());
}

TEST(Script, fails_the_attempt_of_a_c_script_that_ignores_a_refused_row) {
    Running script("ill_behaved_c", {"refused_row"});
    const auto outcome = script.run(FilesOf({"/data/a", "/data/b"}));
    EXPECT_FALSE(outcome.succeeded);
    EXPECT_EQ(outcome.rows, 1U);
    EXPECT_EQ(outcome.error.message,
              "row 2 of the mini-batch has a line break, and a row is one line of the output");
}

TEST(Script, refuses_to_fail_an_item_that_is_not_there) {
    Running script("ill_behaved_c", {"unknown_item"});
    EXPECT_TRUE(script.run(FilesOf({"/data/a"})).succeeded);
    EXPECT_TRUE(script.listener.failed_items.empty());
}

TEST(Script, says_that_a_failure_came_without_a_reason) {
    Running script("ill_behaved_c", {"silent"});
    const auto outcome = script.run(FilesOf({"/data/a"}));
    EXPECT_FALSE(outcome.succeeded);
    EXPECT_EQ(outcome.error.message,
              "parallel_run_run returned 7 and gave no reason (parallel_run_engine.set_error)");
}

TEST(Script, forgets_the_error_of_a_call_that_succeeded) {
    Running script("ill_behaved_c", {"stale"});
    EXPECT_TRUE(script.run(FilesOf({"/data/a"}, 0)).succeeded);
    const auto outcome = script.run(FilesOf({"/data/a"}, 1));
    EXPECT_FALSE(outcome.succeeded);
    EXPECT_NE(outcome.error.message, "stale");
}

#ifdef PARALLEL_RUN_HAVE_FORTRAN
TEST(Script, lets_fortran_fail_items_counted_from_one) {
    Running script("echo_names_fortran", {"--fail_first"});
    EXPECT_TRUE(script.run(FilesOf({"/data/a", "/data/b"})).succeeded);
    EXPECT_EQ(script.listener.rows, Texts{"b"});
    ASSERT_EQ(script.listener.failed_items.size(), 1U);
    EXPECT_EQ(script.listener.failed_items[0].first, 0U);
    EXPECT_EQ(script.listener.failed_items[0].second, "failed as told");
}

TEST(Script, lets_fortran_say_why_init_failed) {
    auto script = Script::load(script_path("echo_names_fortran"));
    ASSERT_TRUE(script) << script.error();
    RecordingListener listener;
    Surroundings surroundings;
    surroundings.arguments = {"--refuse"};
    const auto error = script.value().init(surroundings, listener);
    ASSERT_TRUE(error);
    EXPECT_EQ(error->type, "");
    EXPECT_EQ(error->message, "refused as told");
}
#endif

/// A row of the script embeddings.
std::string embedding_of(std::int32_t number, const std::string& name) {
    std::string values;
    for (int i = 0; i < 8; ++i) {
        const auto value = static_cast<float>(number) + 0.25F * static_cast<float>(i);
        values.append(reinterpret_cast<const char*>(&value), sizeof value);
    }
    const auto label = number % 7;
    values.append(reinterpret_cast<const char*>(&label), sizeof label);
    return values + name + std::string(16 - name.size(), '\0');
}

TEST(Script, hands_on_records_with_their_items) {
    Running script("embeddings", {}, RowForm::record);
    ASSERT_EQ(script.script().columns().size(), 3U);
    EXPECT_EQ(schema::describe(script.script().columns()[0]), "float32[8] embedding");
    const auto outcome = script.run(FilesOf({"/data/f1", "/data/f3", "/data/f12"}, 5));
    EXPECT_TRUE(outcome.succeeded) << outcome.error.message;
    EXPECT_EQ(outcome.rows, 2U);
    const auto& records = script.listener.records;
    ASSERT_EQ(records.size(), 2U);
    EXPECT_EQ(records[0].mini_batch, 5U);
    EXPECT_EQ(records[0].item, 0U);
    EXPECT_EQ(records[0].values, embedding_of(1, "f1"));
    EXPECT_EQ(records[1].item, 2U) << "the one between failed";
    EXPECT_EQ(records[1].values, embedding_of(12, "f12"));
    EXPECT_EQ(script.listener.failed_items.size(), 1U);
}

TEST(Script, refuses_text_where_the_output_is_a_table) {
    Running script("embeddings", {"--append", "text"}, RowForm::record);
    const auto outcome = script.run(FilesOf({"/data/f1"}));
    EXPECT_FALSE(outcome.succeeded);
    EXPECT_EQ(outcome.error.message,
              "row 1 of the mini-batch is text, and the output is a table: append_record() takes "
              "its rows");
}

TEST(Script, takes_either_form_where_there_is_no_output) {
    Running records("embeddings", {}, RowForm::none);
    EXPECT_EQ(records.run(FilesOf({"/data/f1"})).rows, 1U);
    Running texts("embeddings", {"--declare", "nothing", "--append", "text"}, RowForm::none);
    EXPECT_EQ(texts.run(FilesOf({"/data/f1"})).rows, 1U);
}

TEST(Script, fails_to_start_without_the_columns_of_a_table) {
    auto script = Script::load(script_path("embeddings"));
    ASSERT_TRUE(script) << script.error();
    RecordingListener listener;
    Surroundings surroundings;
    surroundings.row_form = RowForm::record;
    surroundings.arguments = {"--declare", "nothing"};
    const auto error = script.value().init(surroundings, listener);
    ASSERT_TRUE(error);
    EXPECT_EQ(error->message.rfind("init() declared no columns, and the output is a table", 0), 0U);
}

}  // namespace
}  // namespace parallel_run::entry_host
