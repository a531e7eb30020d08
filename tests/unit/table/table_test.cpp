// SPDX-License-Identifier: Apache-2.0
#include "table/table.hpp"

#include <string_view>

#include <gtest/gtest.h>

namespace parallel_run::table {
namespace {

std::string_view text(const parallel_run_column& column, std::size_t row) {
    const auto& span = column.spans[row * column.span_stride];
    return {column.bytes + span.begin, span.size};
}

TEST(Table, shows_fields_that_lie_row_by_row_as_columns) {
    Table table;
    table.columns.resize(2);
    table.columns[1].name = "b";
    table.bytes.append("1,x\n22,yy\n");
    table.fields = {{0, 1}, {2, 1}, {4, 2}, {7, 2}};
    table.records = {{0, 3}, {4, 5}};
    table.row_count = 2;
    const auto& view = table.view();
    ASSERT_EQ(view.column_count, 2U);
    EXPECT_STREQ(view.columns[1]->name, "b");
    EXPECT_EQ(text(*view.columns[0], 1), "22");
    EXPECT_EQ(text(*view.columns[1], 0), "x");
    EXPECT_EQ(text(*view.columns[1], 1), "yy");
}

TEST(Table, keeps_its_columns_when_it_is_cleared) {
    Table table;
    table.columns.resize(1);
    table.columns[0].values.append("12345678");
    table.row_count = 1;
    table.add_bad({7, 1, "ragged"});
    table.clear();
    EXPECT_EQ(table.record_count(), 0U);
    ASSERT_EQ(table.columns.size(), 1U);
    EXPECT_EQ(table.columns[0].values.size(), 0U);
}

TEST(Table, keeps_the_reasons_of_so_many_bad_records_and_counts_all) {
    Table table;
    for (std::uint32_t i = 0; i < Table::kMaxBadRecords + 5; ++i) table.add_bad({i, i, "ragged"});
    EXPECT_EQ(table.bad_records.size(), Table::kMaxBadRecords);
    EXPECT_EQ(table.bad_count, Table::kMaxBadRecords + 5);
}

}  // namespace
}  // namespace parallel_run::table
