// SPDX-License-Identifier: Apache-2.0
#include "schema/record_text.hpp"

#include <array>

#include <gtest/gtest.h>

namespace parallel_run::schema {
namespace {

template <typename... Values>
std::string packed(const Values&... values) {
    std::string bytes;
    (bytes.append(reinterpret_cast<const char*>(&values), sizeof values), ...);
    return bytes;
}

TEST(RecordText, shows_numbers_of_every_type) {
    const Columns columns{{"a", PARALLEL_RUN_INT8, 0, {}},    {"b", PARALLEL_RUN_INT16, 0, {}},
                          {"c", PARALLEL_RUN_INT32, 0, {}},   {"d", PARALLEL_RUN_INT64, 0, {}},
                          {"e", PARALLEL_RUN_UINT8, 0, {}},   {"f", PARALLEL_RUN_UINT16, 0, {}},
                          {"g", PARALLEL_RUN_UINT32, 0, {}},  {"h", PARALLEL_RUN_UINT64, 0, {}},
                          {"i", PARALLEL_RUN_FLOAT32, 0, {}}, {"j", PARALLEL_RUN_FLOAT64, 0, {}}};
    const auto record =
        packed(std::int8_t(-1), std::int16_t(-2), std::int32_t(-3), std::int64_t(-4),
               std::uint8_t(1), std::uint16_t(2), std::uint32_t(3), ~std::uint64_t(0), 0.5F, 0.1);
    EXPECT_EQ(record_text(columns, record),
              "-1\t-2\t-3\t-4\t1\t2\t3\t18446744073709551615\t0.5\t0.1");
}

TEST(RecordText, shows_arrays_and_texts) {
    const Columns columns{{"a", PARALLEL_RUN_INT32, 0, {2, 2}}, {"t", PARALLEL_RUN_TEXT, 6, {}}};
    const std::array<std::int32_t, 4> numbers{1, 2, 3, 4};
    EXPECT_EQ(record_text(columns, packed(numbers) + std::string("ab\nc\0\0", 6)), "1 2 3 4\tab?c");
}

}  // namespace
}  // namespace parallel_run::schema
