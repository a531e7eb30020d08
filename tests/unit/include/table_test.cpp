// SPDX-License-Identifier: Apache-2.0
#include "message_of.hpp"
#include "sample_table.hpp"
#include "script_fixture.hpp"

namespace parallel_run::test {
namespace {

using Names = std::vector<std::string_view>;

const std::vector<TextTable::Record> kRecords{{"a", "1.5", "x"}, {"b", "", std::nullopt}};

TEST(Table, gives_text_by_index_and_name) {
    const TextTable sample({"id", "price", "note"}, kRecords);
    const Table table(sample.raw);
    EXPECT_EQ(table.file(), "/data/a.csv");
    EXPECT_EQ(table.position(), 100U);
    EXPECT_EQ(table.row_count(), 2U);
    EXPECT_EQ(table.column_count(), 3U);
    EXPECT_EQ(table.column_name(2), "note");
    EXPECT_EQ(table.column_names(), (Names{"id", "price", "note"}));
    EXPECT_EQ(table.type("id"), PARALLEL_RUN_TEXT);
    EXPECT_EQ(table.column("price"), 1U);
    EXPECT_EQ(table.text(0, 0), "a");
    EXPECT_EQ(table.text(1, "id"), "b");
    EXPECT_EQ(table.text(0, std::string("price")), "1.5");
    EXPECT_EQ(table.text(1, std::string_view("price")), "");
}

TEST(Table, gives_rows_one_after_another) {
    const TextTable sample({"id", "price", "note"}, kRecords);
    Texts seen;
    for (const auto row : Table(sample.raw)) {
        seen.push_back(std::to_string(row.index()) + std::string(row["id"]) +
                       std::string(row.text(1)) + (row.has("note") ? "+" : "-") +
                       std::string(row.record()));
    }
    EXPECT_EQ(seen, (Texts{"0a1.5+a,1.5,x", "1b-b,"}));
    EXPECT_EQ(Table(sample.raw)[1][0], "b");
}

TEST(Table, tells_an_absent_field_from_an_empty_one) {
    const TextTable sample({"id", "price", "note"}, kRecords);
    const Table table(sample.raw);
    EXPECT_TRUE(table.has(1, "price"));
    EXPECT_FALSE(table.has(1, "note"));
    EXPECT_EQ(message_of<FieldError>([&] { return table.text(1, "note"); }),
              "/data/a.csv, byte 108 (row 1 of the table), column \"note\": the record does not "
              "have this field");
}

TEST(Table, lists_the_columns_when_one_is_unknown) {
    const TextTable sample({"id", "price", "note"}, kRecords);
    const Table table(sample.raw);
    EXPECT_EQ(message_of<std::out_of_range>([&] { return table.column("prices"); }),
              "/data/a.csv has no column \"prices\"; it has id, price, note; did you mean "
              "\"price\"?");
    EXPECT_EQ(message_of<std::out_of_range>([&] { return table.text(0, "volume"); }),
              "/data/a.csv has no column \"volume\"; it has id, price, note");
    const ColumnTable none(0);
    EXPECT_EQ(message_of<std::out_of_range>([&] { return Table(none.raw).column("x"); }),
              "/data/a.h5 has no column \"x\"; it has none");
}

TEST(Table, lists_no_more_than_20_columns) {
    Texts names;
    for (int i = 0; i < 30; ++i) names.push_back("c" + std::to_string(i));
    const TextTable sample(names, {});
    const auto message =
        message_of<std::out_of_range>([&] { return Table(sample.raw).column("volume"); });
    EXPECT_NE(message.find("c18, c19 and 10 more"), std::string::npos) << message;
}

TEST(Table, refuses_rows_and_columns_that_it_does_not_have) {
    const TextTable sample({"id", "price", "note"}, kRecords);
    const Table table(sample.raw);
    EXPECT_EQ(message_of<std::out_of_range>([&] { return table.text(0, 3); }),
              "column 3 (from 0) of a table of 3 columns");
    const std::string no_row = "row 2 (from 0) of a table of 2 rows";
    EXPECT_EQ(message_of<std::out_of_range>([&] { return table.text(2, 0); }), no_row);
    EXPECT_EQ(message_of<std::out_of_range>([&] { return table.has(2, 0); }), no_row);
    EXPECT_EQ(message_of<std::out_of_range>([&] { return table.number<int>(2, 0); }), no_row);
    EXPECT_EQ(message_of<std::out_of_range>([&] { return table.find_number<int>(2, 0); }), no_row);
    EXPECT_EQ(message_of<std::out_of_range>([&] { return table.record(2); }), no_row);
    EXPECT_EQ(message_of<std::out_of_range>([&] { return table.row_position(2); }), no_row);
    EXPECT_EQ(message_of<std::out_of_range>([&] { return table.row_number(2).has_value(); }),
              no_row);
    EXPECT_EQ(message_of<std::out_of_range>([&] { return table[2].index(); }), no_row);
}

TEST(Table, knows_where_a_row_of_text_lies) {
    TextTable sample({"id", "price", "note"}, kRecords);
    EXPECT_EQ(Table(sample.raw).record(1), "b,");
    EXPECT_EQ(Table(sample.raw).row_position(1), 108U);
    EXPECT_EQ(Table(sample.raw).row_number(1), std::nullopt);
    const std::vector<std::uint32_t> numbers{0, 5};  // four records between them are bad
    sample.raw.first_record = 70;
    sample.raw.record_numbers = numbers.data();
    EXPECT_EQ(Table(sample.raw).row_number(1), 75U);
    EXPECT_EQ(Table(sample.raw).row_position(1), 108U);
}

TEST(Table, knows_where_a_row_of_hdf5_lies) {
    ColumnTable sample(3);
    sample.raw.first_record = 7000;
    EXPECT_EQ(Table(sample.raw).row_position(2), 1002U);
    EXPECT_EQ(Table(sample.raw).row_number(2), 7002U);
    EXPECT_EQ(message_of<std::logic_error>([&] { return Table(sample.raw).record(0); }),
              "the records of /data/a.h5 are no text: only delimited, json_lines and lines have "
              "them as text");
}

TEST(Table, has_no_rows_in_an_empty_part) {
    const TextTable sample({"id"}, {});
    const Table table(sample.raw);
    EXPECT_EQ(table.row_count(), 0U);
    EXPECT_TRUE(table.begin() == table.end());
}

using MiniBatchOfTable = ScriptFixture;

TEST_F(MiniBatchOfTable, reaches_the_script) {
    const TextTable sample({"id", "price", "note"}, kRecords);
    mini_batch.table = &sample.raw;
    EXPECT_EQ(run_with([](const MiniBatch& given) {
                  Rows result;
                  EXPECT_TRUE(given.has_table());
                  for (const auto row : given.table()) result.append(row["id"]);
                  return result;
              }),
              0);
    EXPECT_EQ(rows, (Texts{"a", "b"}));
}

TEST_F(MiniBatchOfTable, says_what_to_do_when_the_items_are_files) {
    const auto use_table = [](const MiniBatch& given) {
        EXPECT_FALSE(given.has_table());
        static_cast<void>(given.table());
        return Rows();
    };
    const std::string message =
        "the items of this mini-batch are files, not rows of a table: use files(), or give the "
        "step input_type = tabular";
    EXPECT_EQ(run_with(use_table), 1);
    EXPECT_EQ(error_type, "std::logic_error");
    EXPECT_EQ(error_message, message);

    const TextTable sample({"id"}, {});
    mini_batch.table = &sample.raw;
    mini_batch.size = offsetof(parallel_run_mini_batch, table);  // an engine that knows no tables
    EXPECT_EQ(run_with(use_table), 1);
    EXPECT_EQ(error_message, message);
}

}  // namespace
}  // namespace parallel_run::test
