// SPDX-License-Identifier: Apache-2.0
#include "dataset/tree_walk.hpp"

#include "temporary_tree.hpp"

#include <sys/stat.h>

#include "base/error.hpp"

namespace parallel_run::dataset {
namespace {

using Paths = std::vector<std::string>;

TEST(TreeWalk, orders_component_by_component) {
    const TemporaryTree tree;
    tree.files({"t/a/x", "t/a.txt", "t/a0", "t/B", "t/a/b/c", "t/\xc3\xa4"});
    EXPECT_EQ(tree.planned({"t"}),
              (Paths{"t/B", "t/a/b/c", "t/a/x", "t/a.txt", "t/a0", "t/\xc3\xa4"}));
}

TEST(TreeWalk, takes_hidden_files_of_a_directory) {
    const TemporaryTree tree;
    tree.files({"t/.a", "t/.d/b", "t/c"});
    EXPECT_EQ(tree.planned({"t"}), (Paths{"t/.a", "t/.d/b", "t/c"}));
}

TEST(TreeWalk, takes_any_bytes_in_names) {
    const TemporaryTree tree;
    tree.files({"t/line\nbreak", "t/\xff", "t/ *?[", "t/\\"});
    EXPECT_EQ(tree.planned({"t"}), (Paths{"t/ *?[", "t/\\", "t/line\nbreak", "t/\xff"}));
}

TEST(TreeWalk, tolerates_slashes_at_the_end_of_its_root) {
    const TemporaryTree tree;
    tree.file("t/a");
    EXPECT_EQ(tree.planned({"t//"}), Paths{"t/a"});
}

TEST(TreeWalk, can_begin_at_the_root_of_all) {
    TreeWalk walk("input", "/", *PathPattern::parse("pro[c]/version"), "none");
    EXPECT_EQ(walk.next({}), "/proc/version");
    EXPECT_FALSE(walk.next({}));
    EXPECT_FALSE(walk.next({}));
}

TEST(TreeWalk, follows_links_to_files_and_directories) {
    const TemporaryTree tree;
    tree.files({"t/a", "elsewhere/b"});
    tree.link("t/to_a", "a");
    tree.link("t/to_elsewhere", "../elsewhere");
    EXPECT_EQ(tree.planned({"t"}), (Paths{"t/a", "t/to_a", "t/to_elsewhere/b"}));
    EXPECT_EQ(tree.planned({"t/to_*/*"}), Paths{"t/to_elsewhere/b"});
}

TEST(TreeWalk, counts_a_dangling_link_so_that_it_is_seen_to_fail) {
    const TemporaryTree tree;
    tree.directory("t");
    tree.link("t/dangling", "none");
    EXPECT_EQ(tree.planned({"t"}), Paths{"t/dangling"});
    EXPECT_EQ(tree.planned({"*/dangling"}), Paths{"t/dangling"});
}

TEST(TreeWalk, leaves_a_loop_of_links) {
    const TemporaryTree tree;
    tree.files({"t/a/f", "t/b/g"});
    tree.link("t/a/self", ".");
    tree.link("t/a/to_b", "../b");
    tree.link("t/b/to_a", "../a");
    tree.link("t/b/up", "..");
    EXPECT_EQ(tree.planned({"t"}), (Paths{"t/a/f", "t/a/to_b/g", "t/b/g", "t/b/to_a/f"}));
    EXPECT_EQ(tree.planned({"t/**/f"}), (Paths{"t/a/f", "t/b/to_a/f"}));
    EXPECT_EQ(tree.planned({"t/*/self/f"}), Paths{"t/a/self/f"});
}

TEST(TreeWalk, passes_over_what_is_neither_file_nor_directory) {
    const TemporaryTree tree;
    tree.file("t/a");
    ASSERT_EQ(::mkfifo(tree.path("t/fifo").c_str(), 0600), 0);
    tree.link("t/device", "/dev/null");
    EXPECT_EQ(tree.planned({"t"}), Paths{"t/a"});
    expect_error<base::UsageError>([&] { Plan plan(tree.step({"t/fifo"})); },
                                   {"input0", "neither a file nor a directory"});
}

TEST(TreeWalk, without_a_file_is_an_error_that_names_the_input) {
    const TemporaryTree tree;
    tree.directory("t/a/b");
    expect_error<base::UsageError>([&] { tree.planned({"t"}); },
                                   {"input \"input0\" (" + tree.path("t") + ")", "no file"});
}

TEST(TreeWalk, gives_the_first_files_before_it_meets_a_directory_that_it_cannot_list) {
    const TemporaryTree tree;
    tree.files({"t/a/1", "t/b/2", "t/c/3"});
    Plan plan(tree.step({"t"}));
    EXPECT_EQ(plan.next()->files, Paths{tree.path("t/a/1")});
    tree.remove("t/b");
    expect_error<base::EnvironmentError>([&] { plan.next(); },
                                         {"input0", tree.path("t/b"), "No such file or directory"});
}

TEST(TreeWalk, names_the_link_that_it_cannot_look_at) {
    const TemporaryTree tree;
    tree.directory("t/d");
    const auto too_long = std::string(300, 'x');
    expect_error<base::EnvironmentError>([&] { tree.planned({"t/*/" + too_long}); },
                                         {"input0", "cannot look at", "File name too long"});
}

TEST(TreeWalk, ends_quietly_when_told_to_stop) {
    const TemporaryTree tree;
    tree.files({"t/a", "t/b"});
    Plan plan(tree.step({"t"}));
    std::stop_source source;
    std::string bytes;
    EXPECT_EQ(plan.append_next(bytes, source.get_token()), 1U);
    source.request_stop();
    EXPECT_EQ(plan.append_next(bytes, source.get_token()), std::nullopt);
}

}  // namespace
}  // namespace parallel_run::dataset
