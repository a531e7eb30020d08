// SPDX-License-Identifier: Apache-2.0
#include "output/row_buffer.hpp"

#include <gtest/gtest.h>

namespace parallel_run::output {
namespace {

std::string sealed(RowBuffer& rows) {
    Spool block;
    EXPECT_EQ(block.append("of before"), "");
    rows.seal(block);
    return std::string(block.view().value());
}

TEST(RowBuffer, is_empty_at_first) {
    RowBuffer rows;
    EXPECT_EQ(rows.bytes(), 0U);
    EXPECT_EQ(sealed(rows), "");
}

TEST(RowBuffer, seals_the_rows_of_mini_batches_that_succeeded) {
    RowBuffer rows;
    EXPECT_TRUE(rows.add("a\n"));
    EXPECT_TRUE(rows.add("b\n"));
    rows.commit();
    EXPECT_EQ(rows.finished_bytes(), 4U);
    EXPECT_EQ(sealed(rows), "a\nb\n");
    EXPECT_EQ(rows.bytes(), 0U);
    EXPECT_EQ(sealed(rows), "");
}

TEST(RowBuffer, forgets_the_rows_of_a_failed_attempt_only) {
    RowBuffer rows;
    EXPECT_TRUE(rows.add("good\n"));
    rows.commit();
    EXPECT_TRUE(rows.add("bad\n"));
    rows.discard();
    EXPECT_TRUE(rows.add("better\n"));
    rows.commit();
    EXPECT_EQ(sealed(rows), "good\nbetter\n");
}

TEST(RowBuffer, keeps_the_rows_in_progress_across_a_seal) {
    RowBuffer rows;
    EXPECT_TRUE(rows.add("done\n"));
    rows.commit();
    EXPECT_TRUE(rows.add("half "));
    EXPECT_EQ(rows.finished_bytes(), 5U);
    EXPECT_EQ(rows.bytes(), 10U);
    EXPECT_EQ(sealed(rows), "done\n");
    EXPECT_EQ(rows.finished_bytes(), 0U);
    EXPECT_TRUE(rows.add("whole\n"));
    rows.commit();
    EXPECT_EQ(sealed(rows), "half whole\n");
}

TEST(RowBuffer, can_discard_what_was_in_progress_at_a_seal) {
    RowBuffer rows;
    EXPECT_TRUE(rows.add("half "));
    EXPECT_EQ(sealed(rows), "");
    rows.discard();
    EXPECT_EQ(rows.bytes(), 0U);
}

TEST(RowBuffer, takes_over_the_capacity_of_the_block_before) {
    RowBuffer rows;
    Spool block;
    EXPECT_EQ(block.append(std::string(1 << 16, 'x')), "");
    const auto* const memory = block.view().value().data();
    rows.seal(block);
    EXPECT_TRUE(rows.add("a\n"));
    rows.commit();
    rows.seal(block);
    EXPECT_EQ(block.view().value(), "a\n");
    EXPECT_EQ(block.view().value().data(), memory);
}

}  // namespace
}  // namespace parallel_run::output
