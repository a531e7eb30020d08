// SPDX-License-Identifier: Apache-2.0
#include "entry_host/declaration.hpp"

#include <gtest/gtest.h>

namespace parallel_run::entry_host {
namespace {

class DeclarationTest : public testing::Test {
protected:
    DeclarationTest() {
        column_.size = sizeof column_;
        column_.type = PARALLEL_RUN_FLOAT32;
        column_.name = "embedding";
        column_.dimension_count = 1;
        column_.dimensions = &dimension_;
        declaration_.open(RowForm::record);
    }
    /// What the script is told; empty: it was accepted.
    std::string declare(std::uint64_t count = 1) {
        const auto* const fault = declaration_.declare(columns_, count);
        return fault == nullptr ? "" : fault;
    }

    const std::uint64_t dimension_ = 64;
    parallel_run_output_column column_{};
    const parallel_run_output_column* const columns_[2] = {&column_, &column_};
    Declaration declaration_;
};

TEST_F(DeclarationTest, gives_the_columns) {
    EXPECT_EQ(declare(), "");
    EXPECT_EQ(declaration_.close(), "");
    ASSERT_EQ(declaration_.columns().size(), 1U);
    EXPECT_EQ(schema::describe(declaration_.columns()[0]), "float32[64] embedding");
}

TEST_F(DeclarationTest, refuses_columns_that_cannot_be) {
    EXPECT_EQ(declare(2),
              "the declared columns cannot be: column 2 has the name embedding, as one before it "
              "does");
    EXPECT_TRUE(declaration_.columns().empty());
}

TEST_F(DeclarationTest, fails_init_although_the_script_does_not_care) {
    column_.name = nullptr;
    EXPECT_EQ(declare(), "the declared columns cannot be: column 1 has no name");
    EXPECT_EQ(declaration_.close(), "the declared columns cannot be: column 1 has no name");
}

TEST_F(DeclarationTest, refuses_a_struct_of_no_size) {
    column_.size = 0;
    EXPECT_EQ(declare(), "column 1 has size 0: set it to sizeof(parallel_run_output_column)");
}

TEST_F(DeclarationTest, refuses_no_columns_and_too_many) {
    EXPECT_EQ(declare(0),
              "the declared columns cannot be: there is no column: declare at least one");
    EXPECT_EQ(declare(1'000'000), "1000000 columns are too many");
}

TEST_F(DeclarationTest, refuses_too_many_dimensions_without_reading_them) {
    const std::uint64_t ones[32] = {1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
                                    1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1};
    column_.dimensions = ones;
    column_.dimension_count = ~0ULL;
    EXPECT_EQ(declare(), "the declared columns cannot be: column 1 has more than 31 dimensions");
}

TEST_F(DeclarationTest, is_made_once) {
    EXPECT_EQ(declare(), "");
    EXPECT_EQ(declare(), "columns are declared for the second time: declare all at once");
    EXPECT_EQ(declaration_.close(),
              "columns are declared for the second time: declare all at once");
}

TEST_F(DeclarationTest, is_made_in_init_only) {
    EXPECT_EQ(declare(), "");
    EXPECT_EQ(declaration_.close(), "");
    EXPECT_EQ(declare(), "columns are declared in init() only");
    EXPECT_EQ(declaration_.columns().size(), 1U);
}

TEST_F(DeclarationTest, is_for_tables) {
    declaration_.open(RowForm::text);
    EXPECT_EQ(declare().rfind("columns are declared, and the output is no table", 0), 0U);
    declaration_.open(RowForm::none);
    EXPECT_EQ(declare(), "");
}

TEST_F(DeclarationTest, is_needed_for_a_table_only) {
    EXPECT_EQ(declaration_.close().rfind("init() declared no columns", 0), 0U);
    declaration_.open(RowForm::text);
    EXPECT_EQ(declaration_.close(), "");
    declaration_.open(RowForm::none);
    EXPECT_EQ(declaration_.close(), "");
}

}  // namespace
}  // namespace parallel_run::entry_host
