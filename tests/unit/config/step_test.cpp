// SPDX-License-Identifier: Apache-2.0
#include "config/step.hpp"

#include <gtest/gtest.h>

namespace parallel_run::config {
namespace {

TEST(Step, rows_get_their_final_name_only_at_the_end) {
    Step step;
    step.output = "/results";
    step.append_row_file_name = "rows.txt";
    EXPECT_EQ(final_output_path(step), "/results/rows.txt");
    EXPECT_EQ(partial_output_path(step), "/results/rows.txt.partial");
}

TEST(Step, is_equal_only_when_every_member_is) {
    Step one;
    auto other = one;
    EXPECT_EQ(one, other);
    other.input.push_back({"input0", "/images"});
    EXPECT_NE(one, other);
}

}  // namespace
}  // namespace parallel_run::config
