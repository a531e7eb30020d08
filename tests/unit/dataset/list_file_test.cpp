// SPDX-License-Identifier: Apache-2.0
#include "dataset/list_file.hpp"

#include "temporary_tree.hpp"

#include "base/error.hpp"

namespace parallel_run::dataset {
namespace {

std::vector<std::string> planned(const TemporaryTree& tree, std::string_view text) {
    tree.file("list", text);
    return tree.planned({"@list"});
}

TEST(ListFile, keeps_its_own_order_and_repetitions) {
    const TemporaryTree tree;
    EXPECT_EQ(planned(tree, "b\na\nb\n"), (std::vector<std::string>{"b", "a", "b"}));
}

TEST(ListFile, passes_over_blank_lines_and_needs_no_line_end) {
    const TemporaryTree tree;
    EXPECT_EQ(planned(tree, "\n\na\n \t\n\nb"), (std::vector<std::string>{"a", "b"}));
}

TEST(ListFile, tolerates_what_windows_programs_write) {
    const TemporaryTree tree;
    EXPECT_EQ(planned(tree,
                      "\xEF\xBB\xBF"
                      "a\r\n\r\nb\r\n"),
              (std::vector<std::string>{"a", "b"}));
}

TEST(ListFile, keeps_spaces_and_bytes_that_are_not_utf8) {
    const TemporaryTree tree;
    EXPECT_EQ(planned(tree, " a b \n\xff\xfe\n"), (std::vector<std::string>{" a b ", "\xff\xfe"}));
}

TEST(ListFile, takes_relative_paths_from_its_own_directory) {
    const TemporaryTree tree;
    tree.file("lists/all.txt", "../a\nb/c\n" + tree.path("d") + "\n");
    EXPECT_EQ(tree.planned({"@lists/all.txt"}),
              (std::vector<std::string>{"lists/../a", "lists/b/c", "d"}));
}

TEST(ListFile, without_a_path_is_an_error) {
    const TemporaryTree tree;
    for (const auto* text : {"", "\n \r\n\n"}) {
        expect_error<base::UsageError>([&] { planned(tree, text); },
                                       {"input0", "@" + tree.path("list"), "names no file"});
    }
}

TEST(ListFile, that_does_not_exist_is_an_error_at_once) {
    const TemporaryTree tree;
    expect_error<base::UsageError>([&] { Plan plan(tree.step({"@none"})); },
                                   {"input0", tree.path("none"), "does not exist"});
}

TEST(ListFile, that_is_a_directory_is_an_error_at_once) {
    const TemporaryTree tree;
    tree.directory("images");
    expect_error<base::UsageError>([&] { Plan plan(tree.step({"@images"})); },
                                   {"input0", "is a directory", "Leave out the @"});
}

TEST(ListFile, with_a_zero_byte_is_refused_with_its_line) {
    const TemporaryTree tree;
    expect_error<base::UsageError>([&] { planned(tree, std::string_view("a\nb\0c\n", 6)); },
                                   {"line 2", tree.path("list"), "zero byte"});
}

TEST(ListFile, that_vanishes_before_its_turn_is_named) {
    const TemporaryTree tree;
    tree.file("list", "a\n");
    Plan plan(tree.step({"@list"}));
    tree.remove("list");
    expect_error<base::EnvironmentError>([&] { plan.next(); },
                                         {"cannot open", tree.path("list"), "No such file"});
}

TEST(ListFile, that_cannot_be_read_is_named) {
    const TemporaryTree tree;
    tree.link("list", "/proc/self/mem");  // opens, but nothing is mapped at its beginning
    Plan plan(tree.step({"@list"}));
    expect_error<base::EnvironmentError>([&] { plan.next(); },
                                         {"cannot read", tree.path("list"), "Input/output error"});
}

}  // namespace
}  // namespace parallel_run::dataset
