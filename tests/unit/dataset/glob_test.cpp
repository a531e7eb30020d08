// SPDX-License-Identifier: Apache-2.0
#include "temporary_tree.hpp"

#include <ostream>

#include "base/error.hpp"
#include "dataset/path_pattern.hpp"

namespace parallel_run::dataset {
namespace {

using Paths = std::vector<std::string>;

const Paths kFiles = {
    ".hidden.png", "a.png",           "b.jpg",           "day1/.git/x.png",
    "day1/a.png",  "day1/cam1/1.png", "day1/cam1/2.png", "day1/cam2/1.png",
    "day10/a.png", "day2/cam1/1.jpg", "day2/cam1/1.png", "deep/a/b/a/b.png",
    "x[1].png",    "x1.png",
};

struct Case {
    std::string glob;
    Paths expected;
};
std::ostream& operator<<(std::ostream& out, const Case& one) { return out << one.glob; }

class Glob : public testing::TestWithParam<Case> {};

TEST_P(Glob, finds_its_files_in_order) {
    const TemporaryTree tree;
    tree.files(kFiles);
    EXPECT_EQ(tree.planned({GetParam().glob}), GetParam().expected);
}

INSTANTIATE_TEST_SUITE_P(
    all, Glob,
    testing::Values(
        Case{"*.png", {"a.png", "x1.png", "x[1].png"}}, Case{"?.*", {"a.png", "b.jpg"}},
        Case{".*.png", {".hidden.png"}}, Case{"[ab].*", {"a.png", "b.jpg"}},
        Case{"[!a].*", {"b.jpg"}}, Case{"x[0-9].png", {"x1.png"}}, Case{"x[[]*", {"x[1].png"}},
        Case{"x[1].png", {"x[1].png"}},  // it exists, so it is no glob
        Case{"day?/a.png", {"day1/a.png"}}, Case{"day*/a.png", {"day1/a.png", "day10/a.png"}},
        Case{"day*/cam1/*",
             {"day1/cam1/1.png", "day1/cam1/2.png", "day2/cam1/1.jpg", "day2/cam1/1.png"}},
        Case{"day*/cam1/1.png", {"day1/cam1/1.png", "day2/cam1/1.png"}},
        Case{"day1//*/1.png", {"day1/cam1/1.png", "day1/cam2/1.png"}},
        Case{"day*/./a.png", {"day1/./a.png", "day10/./a.png"}},
        Case{"day1/**", {"day1/a.png", "day1/cam1/1.png", "day1/cam1/2.png", "day1/cam2/1.png"}},
        Case{"day1/**/**/*",
             {"day1/a.png", "day1/cam1/1.png", "day1/cam1/2.png", "day1/cam2/1.png"}},
        Case{"**/1.png", {"day1/cam1/1.png", "day1/cam2/1.png", "day2/cam1/1.png"}},
        Case{"**/a.png", {"a.png", "day1/a.png", "day10/a.png"}},
        Case{"**/cam1/*.jpg", {"day2/cam1/1.jpg"}}, Case{"**/.git/*", {"day1/.git/x.png"}},
        Case{"**/a/**/b.png", {"deep/a/b/a/b.png"}},  // once, although it matches in two ways
        Case{"de**/a/*/a/b.png", {"deep/a/b/a/b.png"}}));

TEST(Glob, without_a_match_is_an_error_that_names_it) {
    const TemporaryTree tree;
    tree.files(kFiles);
    for (const auto* glob : {"*.tif", "day*", "day*/cam9/*", "a.png/*", "[", "a.png*/x"}) {
        expect_error<base::UsageError>([&] { tree.planned({glob}); }, {"input0", tree.path(glob)});
    }
}

TEST(Glob, that_matches_only_directories_says_how_to_go_on) {
    const TemporaryTree tree;
    tree.files(kFiles);
    expect_error<base::UsageError>([&] { tree.planned({"day*"}); }, {"end it with /**"});
}

TEST(Glob, in_a_directory_that_does_not_exist_is_an_error_at_once) {
    const TemporaryTree tree;
    expect_error<base::UsageError>([&] { Plan plan(tree.step({"none/*.png"})); },
                                   {"input0", tree.path("none"), "does not exist"});
}

TEST(Glob, with_too_many_components_is_an_error_at_once) {
    const TemporaryTree tree;
    std::string glob = "*";
    for (int i = 0; i < 64; ++i) glob += "/*";
    expect_error<base::UsageError>([&] { Plan plan(tree.step({glob})); },
                                   {"input0", "more than 64 components"});
}

TEST(Glob, of_as_many_components_as_allowed_works) {
    const TemporaryTree tree;
    std::string directory = "d";
    std::string glob = "*";
    for (int i = 0; i < 62; ++i) {
        directory += "/d";
        glob += "/*";
    }
    tree.file(directory + "/f");
    EXPECT_EQ(tree.planned({glob + "/f"}), Paths{directory + "/f"});
}

TEST(Glob, lists_only_directories_that_can_match) {
    const auto pattern = *PathPattern::parse("a*/b/**/c/*.png");
    EXPECT_EQ(pattern.enter(pattern.start(), "x"), 0U);
    const auto in_a = pattern.enter(pattern.start(), "a1");
    EXPECT_EQ(pattern.only_names(in_a), Paths{"b"});
    EXPECT_FALSE(pattern.any_depth(in_a));
    const auto in_b = pattern.enter(in_a, "b");
    EXPECT_TRUE(pattern.any_depth(in_b));
    EXPECT_FALSE(pattern.only_names(in_b));
    EXPECT_FALSE(pattern.accepts(in_b, "x.png"));
    EXPECT_TRUE(pattern.accepts(pattern.enter(in_b, "c"), "x.png"));
}

TEST(Glob, is_cut_before_its_first_wildcard) {
    EXPECT_FALSE(split_glob("/data/img"));
    EXPECT_EQ(split_glob("/data/img/*.png")->directory, "/data/img");
    EXPECT_EQ(split_glob("/data/i?g/x")->pattern, "i?g/x");
    EXPECT_EQ(split_glob("/*")->directory, "/");
    EXPECT_EQ(split_glob("/*")->pattern, "*");
}

}  // namespace
}  // namespace parallel_run::dataset
