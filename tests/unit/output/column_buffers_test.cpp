// SPDX-License-Identifier: Apache-2.0
#include "output/column_buffers.hpp"

#include <cstring>
#include <random>

#include <gtest/gtest.h>

namespace parallel_run::output {
namespace {

std::string any_bytes(std::size_t size) {
    std::mt19937 random(1);
    std::string bytes(size, '\0');
    for (auto& byte : bytes) byte = static_cast<char>(random());
    return bytes;
}

TEST(ColumnBuffers, have_the_values_of_a_column_one_after_another) {
    const schema::Columns columns{{"letter", PARALLEL_RUN_TEXT, 1, {}},
                                  {"word", PARALLEL_RUN_TEXT, 3, {}}};
    ColumnBuffers buffers(columns, 3);
    EXPECT_EQ(buffers.row_bytes(), 4U);
    buffers.unpack("aonebtwocsix", 0);
    EXPECT_EQ(std::string(static_cast<char*>(buffers.data()[0]), 3), "abc");
    EXPECT_EQ(std::string(static_cast<char*>(buffers.data()[1]), 9), "onetwosix");
}

TEST(ColumnBuffers, pack_what_was_unpacked_in_parts) {
    const schema::Columns columns{
        {"a", PARALLEL_RUN_INT8, 0, {}},      {"b", PARALLEL_RUN_INT16, 0, {}},
        {"c", PARALLEL_RUN_FLOAT32, 0, {}},   {"d", PARALLEL_RUN_FLOAT64, 0, {}},
        {"e", PARALLEL_RUN_INT16, 0, {5, 7}}, {"f", PARALLEL_RUN_TEXT, 3, {}}};
    ColumnBuffers buffers(columns, 100);
    const auto rows = any_bytes(100 * buffers.row_bytes());
    buffers.unpack(rows.substr(0, 40 * buffers.row_bytes()), 0);
    buffers.unpack(rows.substr(40 * buffers.row_bytes()), 40);
    std::string packed;
    buffers.pack(100, packed);
    EXPECT_TRUE(packed == rows);
    buffers.pack(7, packed);
    EXPECT_TRUE(packed == rows.substr(0, 7 * buffers.row_bytes()));
}

}  // namespace
}  // namespace parallel_run::output
