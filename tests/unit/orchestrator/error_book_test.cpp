// SPDX-License-Identifier: Apache-2.0
#include "orchestrator/error_book.hpp"

#include <gtest/gtest.h>

namespace parallel_run::orchestrator {
namespace {

TEST(ErrorBook, is_empty_at_first) {
    const ErrorBook book;
    EXPECT_EQ(book.first(), nullptr);
    EXPECT_EQ(book.total(), 0U);
    EXPECT_EQ(book.lines(), "");
}

TEST(ErrorBook, takes_texts_that_differ_in_numbers_and_paths_as_one_kind) {
    ErrorBook book;
    book.add("cannot read '/data/17.png': error 5", "mini-batch 3", "a.txt");
    book.add("cannot read '/data/x/4.png': error 12", "mini-batch 4", "b.txt");
    ASSERT_NE(book.first(), nullptr);
    EXPECT_EQ(book.first()->count, 2U);
    EXPECT_EQ(book.first()->text, "cannot read '/data/17.png': error 5");
    EXPECT_EQ(book.first()->place, "mini-batch 3");
    EXPECT_EQ(book.first()->file, "a.txt");
    EXPECT_EQ(book.total(), 2U);
}

TEST(ErrorBook, tells_other_texts_apart_and_keeps_the_first) {
    ErrorBook book;
    EXPECT_TRUE(book.add("first", "p", "f"));
    for (int i = 0; i < 3; ++i) EXPECT_EQ(book.add("second", "q", "g"), i == 0);
    EXPECT_EQ(book.first()->text, "first");
    EXPECT_EQ(book.first()->count, 1U);
    EXPECT_EQ(book.lines(), "3 x second | first: q | g\n1 x first | first: p | f\n");
}

TEST(ErrorBook, writes_each_kind_on_one_line) {
    ErrorBook book;
    book.add("what\nwhere", "file with\nbreak", "f");
    EXPECT_EQ(book.lines(), "1 x what where | first: file with break | f\n");
}

TEST(ErrorBook, is_bounded_and_says_so) {
    ErrorBook book;
    for (int i = 0; i < 1100; ++i)
        book.add(std::string(static_cast<std::size_t>(i), 'e'), "p", "f");
    EXPECT_EQ(book.total(), 1100U);
    EXPECT_NE(book.lines().find("100 x others"), std::string::npos);
    book.add("e", "p", "f");  // a kind that is known still counts
    EXPECT_EQ(book.lines().rfind("2 x e |", 0), 0U);
}

}  // namespace
}  // namespace parallel_run::orchestrator
