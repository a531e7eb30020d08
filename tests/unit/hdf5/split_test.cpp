// SPDX-License-Identifier: Apache-2.0
#include "hdf5/split.hpp"

#include <array>

#include <gtest/gtest.h>

#include "hdf5/text_arena.hpp"

namespace parallel_run::hdf5 {
namespace {

Element element_of_text(Text text, std::size_t size) {
    Element element;
    element.size = size;
    element.members.resize(1);
    element.members[0].text = text;
    element.members[0].size = size;
    return element;
}

std::string_view text_of(const table::Column& column, std::size_t row) {
    return column.text.view().substr(column.spans[row].begin, column.spans[row].size);
}

TEST(Split, text_without_its_padding) {
    const std::string_view elements("ab \0a\0b ", 8);
    for (const auto& [text, first, second] :
         {std::tuple(Text::terminated, std::string_view("ab "), std::string_view("a")),
          std::tuple(Text::zero_padded, std::string_view("ab "), std::string_view("a\0b ", 4)),
          std::tuple(Text::space_padded, std::string_view("ab \0", 4),
                     std::string_view("a\0b", 3))}) {
        std::array<table::Column, 1> columns;
        ASSERT_TRUE(split(element_of_text(text, 4), elements.data(), 2, 1, columns));
        EXPECT_EQ(text_of(columns[0], 0), first);
        EXPECT_EQ(text_of(columns[0], 1), second);
    }
}

TEST(Split, a_pointer_to_nothing_is_empty_text) {
    const std::array<const char*, 2> elements{nullptr, "x"};
    std::array<table::Column, 1> columns;
    ASSERT_TRUE(split(element_of_text(Text::variable, sizeof(char*)),
                      reinterpret_cast<const char*>(elements.data()), 2, 1, columns));
    EXPECT_EQ(text_of(columns[0], 0), "");
    EXPECT_EQ(text_of(columns[0], 1), "x");
}

TEST(Split, refuses_more_text_than_spans_can_tell) {
    std::array<table::Column, 1> columns;
    const auto element = element_of_text(Text::zero_padded, 4);
    EXPECT_TRUE(split(element, "abcdefgh", 2, 1, columns, 8));
    EXPECT_FALSE(split(element, "abcd", 1, 1, columns, 11));
}

TEST(TextArena, gives_pieces_that_keep_their_content) {
    const Handle transfer(H5Pcreate(H5P_DATASET_XFER), H5Pclose);
    TextArena arena(100);
    arena.serve(transfer.get());
    H5MM_allocate_t take = nullptr;
    H5MM_free_t give = nullptr;
    void* client = nullptr;
    void* unused = nullptr;
    ASSERT_GE(H5Pget_vlen_mem_manager(transfer.get(), &take, &client, &give, &unused), 0);
    char* const first = static_cast<char*>(take(60, client));
    std::fill_n(first, 60, 'a');
    char* const second = static_cast<char*>(take(40, client));
    std::fill_n(second, 40, 'b');
    EXPECT_EQ(std::string(first, 60), std::string(60, 'a'));
    EXPECT_FALSE(arena.was_full());
    EXPECT_EQ(take(1, client), nullptr);
    EXPECT_TRUE(arena.was_full());
}

}  // namespace
}  // namespace parallel_run::hdf5
