// SPDX-License-Identifier: Apache-2.0
#include "schema/columns.hpp"

#include <random>

#include <gtest/gtest.h>

namespace parallel_run::schema {
namespace {

const Column kEmbedding{"embedding", PARALLEL_RUN_FLOAT32, 0, {64}};
const Column kLabel{"label", PARALLEL_RUN_INT32, 0, {}};
const Column kName{"name", PARALLEL_RUN_TEXT, 32, {}};
const Column kImage{"image", PARALLEL_RUN_UINT8, 0, {3, 20, 10}};

std::string encoded(const Columns& columns) {
    std::string bytes;
    base::Encoder out(bytes);
    encode(columns, out);
    return bytes;
}

TEST(Columns, know_the_bytes_of_a_row) {
    EXPECT_EQ(kEmbedding.row_bytes(), 256U);
    EXPECT_EQ(kName.row_bytes(), 32U);
    EXPECT_EQ(kImage.row_bytes(), 600U);
    EXPECT_EQ(record_bytes({kEmbedding, kLabel, kName}), 292U);
    EXPECT_EQ(row_bytes({kEmbedding, kLabel, kName}), 308U);
    EXPECT_EQ(record_bytes(with_head({kEmbedding, kLabel, kName})), 308U);
}

TEST(Columns, without_fault_are_taken) {
    EXPECT_EQ(fault_of({kEmbedding, kLabel, kName, kImage}), "");
    EXPECT_EQ(fault_of({{"W\u00e4rme", PARALLEL_RUN_FLOAT64, 0, {}}}), "");
}

struct Faulty {
    Columns columns;
    std::string fault;
};

class FaultyColumns : public testing::TestWithParam<Faulty> {};

TEST_P(FaultyColumns, are_refused_with_the_reason) {
    EXPECT_NE(fault_of(GetParam().columns).find(GetParam().fault), std::string::npos)
        << fault_of(GetParam().columns);
    const auto bytes = encoded(GetParam().columns);
    base::Decoder in(bytes);
    EXPECT_TRUE(decode_columns(in).empty());
    EXPECT_FALSE(in.ok());
}

INSTANTIATE_TEST_SUITE_P(
    , FaultyColumns,
    testing::Values(
        Faulty{{}, "there is no column"},
        Faulty{{kLabel, {"", PARALLEL_RUN_INT8, 0, {}}}, "column 2 has no name"},
        Faulty{{{"a/b", PARALLEL_RUN_INT8, 0, {}}}, "column 1 has the name 'a/b'"},
        Faulty{{{".", PARALLEL_RUN_INT8, 0, {}}}, "has the name '.'"},
        Faulty{{{"a\nb", PARALLEL_RUN_INT8, 0, {}}}, "control characters"},
        Faulty{{{"\xff", PARALLEL_RUN_INT8, 0, {}}}, "UTF-8"},
        Faulty{{{std::string(256, 'a'), PARALLEL_RUN_INT8, 0, {}}}, "more than 255 bytes"},
        Faulty{{{"item", PARALLEL_RUN_INT8, 0, {}}}, "is always there"},
        Faulty{{{"mini_batch", PARALLEL_RUN_INT8, 0, {}}}, "is always there"},
        Faulty{{kLabel, kLabel}, "column 2 has the name label, as one before it does"},
        Faulty{{{"a", 11, 0, {}}}, "has type 11"},
        Faulty{{{"a", PARALLEL_RUN_TEXT, 0, {}}}, "is of texts of 0 bytes"},
        Faulty{{{"a", PARALLEL_RUN_INT8, 4, {}}}, "is of numbers and has a size of texts"},
        Faulty{{{"a", PARALLEL_RUN_INT8, 0, {2, 0}}}, "has a dimension of 0"},
        Faulty{{{"a", PARALLEL_RUN_INT8, 0, {kMaxRowBytes}}}, "larger than 256 MiB"},
        Faulty{{{"a", PARALLEL_RUN_INT8, 0, {~0ULL, 2}}}, "larger than 256 MiB"},
        Faulty{{{"a", PARALLEL_RUN_FLOAT64, 0, {1ULL << 20, 1ULL << 20, 1ULL << 20, 1ULL << 20}}},
               "larger than 256 MiB"},
        Faulty{{{"a", PARALLEL_RUN_TEXT, ~0ULL, {}}}, "larger than 256 MiB"},
        Faulty{{{"a", PARALLEL_RUN_INT8, 0, std::vector<std::uint64_t>(32, 1)}},
               "more than 31 dimensions"}));

TEST(Columns, that_are_too_many_are_refused) {
    Columns columns;
    for (int i = 0; i < 10'000; ++i) {
        columns.push_back({"column" + std::to_string(i), PARALLEL_RUN_INT8, 0, {}});
    }
    EXPECT_EQ(fault_of(columns), "10000 columns are too many: declare fewer with dimensions");
}

TEST(Columns, come_back_as_they_were) {
    const Columns columns{kEmbedding, kLabel, kName, kImage};
    const auto bytes = encoded(columns);
    base::Decoder in(bytes);
    EXPECT_EQ(decode_columns(in), columns);
    EXPECT_TRUE(in.finished());
}

TEST(Columns, are_refused_where_their_bytes_are_cut) {
    const auto bytes = encoded({kEmbedding, kLabel, kName, kImage});
    for (std::size_t size = 0; size < bytes.size(); ++size) {
        base::Decoder in(std::string_view(bytes).substr(0, size));
        EXPECT_TRUE(decode_columns(in).empty()) << size;
        EXPECT_FALSE(in.ok()) << size;
    }
}

TEST(Columns, survive_random_bytes) {
    for (std::uint32_t seed = 1; seed <= 2000; ++seed) {
        std::mt19937 random(seed);
        std::string bytes(random() % 60, '\0');
        for (auto& byte : bytes) byte = static_cast<char>(random() % 6 == 0 ? random() : 1);
        base::Decoder in(bytes);
        const auto columns = decode_columns(in);
        EXPECT_TRUE(columns.empty() || fault_of(columns).empty()) << "seed " << seed;
    }
}

TEST(Columns, tell_their_first_difference) {
    const Columns x{kEmbedding, kLabel};
    EXPECT_EQ(difference(x, "here", x, "there"), "");
    EXPECT_EQ(difference(x, "here", {kEmbedding, kName}, "there"),
              "column 2 is int32 label here and text of 32 bytes name there");
    EXPECT_EQ(difference(x, "here", {kEmbedding}, "there"),
              "column 2 is int32 label here and missing there");
    EXPECT_EQ(describe(kImage), "uint8[3][20][10] image");
}

}  // namespace
}  // namespace parallel_run::schema
