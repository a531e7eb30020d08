// SPDX-License-Identifier: Apache-2.0
#include "table/record_ends.hpp"

#include "text_files.hpp"

#include <vector>

#include <gtest/gtest.h>

#include "../../support/reference_records.hpp"

namespace parallel_run::table {
namespace {

using Ends = std::vector<std::size_t>;

/// Of all records that end in a text, which comes in pieces of any size.
Ends ends_of(std::string_view text, std::optional<char> quote, RandomText& random) {
    RecordEnds ends(quote);
    Ends found;
    for (std::size_t at = 0; at < text.size();) {
        const auto piece = text.substr(at, 1 + random.below(200));
        const auto size = ends.find(piece);
        at += size == RecordEnds::kNone ? piece.size() : size;
        if (size != RecordEnds::kNone) found.push_back(at);
    }
    return found;
}

Ends reference_ends(std::string_view text, std::optional<char> quote) {
    const ReferenceText reference(text, quote);
    Ends ends;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '\n' && !reference.inside_quotes[i]) ends.push_back(i + 1);
    }
    return ends;
}

TEST(RecordEnds, are_those_of_the_reference_in_pieces_of_any_size) {
    for (std::uint64_t seed = 0; seed < 500; ++seed) {
        RandomText random(seed);
        const auto text = random.text({"a", "\"", "\n", "\"\n\""});
        for (const auto quote : {std::optional('"'), std::optional<char>()}) {
            ASSERT_EQ(ends_of(text, quote, random), reference_ends(text, quote)) << seed;
        }
    }
}

TEST(RecordEnds, depend_on_the_quotes_that_were_passed) {
    const std::string passed = std::string(100, 'x') + "\"" + std::string(100, '\n');
    RecordEnds ends('"');
    ends.pass(passed);
    EXPECT_EQ(ends.find("\n\n"), RecordEnds::kNone);
    ends.pass(passed);
    EXPECT_EQ(ends.find("\n\n"), 1U);
    EXPECT_EQ(RecordEnds('"', true).find("\n\"\n"), 3U);
}

}  // namespace
}  // namespace parallel_run::table
