// SPDX-License-Identifier: Apache-2.0
#include "script_fixture.hpp"

#include <limits>

namespace parallel_run::test {
namespace {

using AppendFields = ScriptFixture;

TEST_F(AppendFields, separates_texts_and_numbers) {
    EXPECT_EQ(run_with([](const MiniBatch&) {
                  Rows result;
                  result.append_fields("id", std::string("name"), std::string_view("note"));
                  result.append_fields(-1, 0.1, 0.1F, std::uint64_t{7}, std::int8_t{65});
                  result.append_fields(std::numeric_limits<double>::infinity(), 1e300);
                  EXPECT_EQ(result.size(), 3U);
                  return result;
              }),
              0);
    EXPECT_EQ(rows, (Texts{"id,name,note", "-1,0.1,0.1,7,65", "inf,1e+300"}));
}

TEST_F(AppendFields, quotes_what_a_reader_would_misread) {
    EXPECT_EQ(run_with([](const MiniBatch&) {
                  Rows result;
                  result.append_fields("a,b", "say \"yes\"", "tab\t", " blank ");
                  result.append_fields("ends in\r", "", "\"");
                  return result;
              }),
              0);
    EXPECT_EQ(rows,
              (Texts{"\"a,b\",\"say \"\"yes\"\"\",tab\t, blank ", "\"ends in\r\",,\"\"\"\""}));
}

TEST_F(AppendFields, puts_tabs_into_a_tsv) {
    engine.field_delimiter = '\t';
    EXPECT_EQ(run_with([](const MiniBatch&) {
                  Rows result;
                  result.append_fields("a,b", "tab\t", 1);
                  EXPECT_EQ(EntryScript::instance().field_delimiter(), '\t');
                  return result;
              }),
              0);
    EXPECT_EQ(rows, (Texts{"a,b\t\"tab\t\"\t1"}));
}

TEST_F(AppendFields, gives_each_element_of_a_range_a_field) {
    EXPECT_EQ(run_with([](const MiniBatch&) {
                  Rows result;
                  result.append_fields("id", std::vector<float>{0.25F, 0.75F}, Texts{"x", "y,z"});
                  result.append_fields(std::filesystem::path("/data/a,b.png"), 1);
                  return result;
              }),
              0);
    EXPECT_EQ(rows, (Texts{"id,0.25,0.75,x,\"y,z\"", "\"/data/a,b.png\",1"}));
}

TEST_F(AppendFields, leaves_no_line_empty) {
    EXPECT_EQ(run_with([](const MiniBatch&) {
                  Rows result;
                  result.append_fields("");
                  result.append_fields("", "");
                  result.append_fields();
                  return result;
              }),
              0);
    EXPECT_EQ(rows, (Texts{"\"\"", ",", "\"\""}));
}

TEST_F(AppendFields, leaves_out_a_row_with_a_line_break_and_says_which_field_has_it) {
    EXPECT_EQ(run_with([](const MiniBatch&) {
                  Rows result;
                  result.append_fields("first", 1);
                  try {
                      result.append_fields("second", "in\ntwo");
                      ADD_FAILURE() << "nothing was thrown";
                  } catch (const std::invalid_argument& error) {
                      EXPECT_EQ(std::string(error.what()),
                                "field 2 of row 2 of the mini-batch has a line break, and a row is "
                                "one line of the output: 'in?two'");
                  }
                  result.append_fields("third", 3);
                  EXPECT_EQ(result.size(), 2U);
                  return result;
              }),
              0);
    EXPECT_EQ(rows, (Texts{"first,1", "third,3"}));
}

TEST_F(AppendFields, needs_an_output_that_is_a_table_of_text) {
    const auto append = [](const MiniBatch&) {
        Rows result;
        result.append_fields("id", 1);
        return result;
    };
    const std::string message =
        "the output is no table of text, so its rows have no fields: give the step an "
        "append_row_file_name that ends in .csv or .tsv";
    engine.field_delimiter = '\0';
    EXPECT_EQ(run_with(append), 1);
    EXPECT_EQ(error_type, "std::logic_error");
    EXPECT_EQ(error_message, message);
    engine.field_delimiter = ',';
    engine.size = offsetof(parallel_run_engine, field_delimiter);  // an engine that knows none
    EXPECT_EQ(run_with(append), 1);
    EXPECT_EQ(error_message, message);
}

}  // namespace
}  // namespace parallel_run::test
