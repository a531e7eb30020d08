// SPDX-License-Identifier: Apache-2.0
#include "table/line_number.hpp"

#include "text_files.hpp"

#include <gtest/gtest.h>

namespace parallel_run::table {
namespace {

std::string numbered_lines() {
    std::string text;
    for (int i = 0; i < 100'000; ++i) text += std::to_string(i) + "\n";
    return text;
}

TEST(LineNumbers, count_from_one_in_any_order) {
    const TextFiles files;
    const auto text = numbered_lines();
    const auto file = files.write("a.txt", text);
    const auto compressed = files.write("a.txt.zst", zstandard(text));
    LineNumbers lines;
    for (const auto& path : {file, compressed, file}) {
        EXPECT_EQ(lines.at(path, 0), 1U);
        EXPECT_EQ(lines.at(path, text.find("\n99998\n") + 1), 99'999U);
        EXPECT_EQ(lines.at(path, text.find("\n777\n") + 1), 778U);
        EXPECT_EQ(lines.at(path, text.find("\n777\n")), 777U) << "a line end is its line's";
        EXPECT_EQ(lines.at(path, text.size() - 1), 100'000U);
    }
}

TEST(LineNumbers, are_unknown_beyond_the_file_and_far_from_its_beginning) {
    const TextFiles files;
    const auto file = files.write("a.txt", "a\nb\n");
    LineNumbers lines;
    EXPECT_EQ(lines.at(file, 100), std::nullopt);
    EXPECT_EQ(lines.at(file, LineNumbers::kFarthest + 1), std::nullopt);
    EXPECT_EQ(lines.at(file, 2), 2U);
}

TEST(LineNumbers, are_unknown_where_the_file_cannot_be_read) {
    const TextFiles files;
    LineNumbers lines;
    EXPECT_EQ(lines.at(files.path("missing"), 3), std::nullopt);
    EXPECT_EQ(lines.at(files.write("a.gz", "no gzip at all"), 3), std::nullopt);
    EXPECT_EQ(lines.at(files.write("b.txt", "\n\n\n\n"), 3), 4U);
}

}  // namespace
}  // namespace parallel_run::table
