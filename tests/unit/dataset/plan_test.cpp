// SPDX-License-Identifier: Apache-2.0
#include "dataset/plan.hpp"

#include "temporary_tree.hpp"

#include "base/error.hpp"

namespace parallel_run::dataset {
namespace {

/// "0: a b" for a mini-batch of the files a and b of the first input.
std::vector<std::string> mini_batches(const TemporaryTree& tree, const config::Step& step) {
    Plan plan(step);
    std::vector<std::string> all;
    while (const auto mini_batch = plan.next()) {
        auto& text = all.emplace_back(std::to_string(mini_batch->input) + ":");
        for (const auto& file : mini_batch->files)
            text += " " + file.substr(tree.path().size() + 1);
    }
    return all;
}

TEST(Plan, fills_mini_batches_and_leaves_the_rest_to_the_last) {
    const TemporaryTree tree;
    tree.files({"t/1", "t/2", "t/3", "t/d/4", "t/e/5"});
    EXPECT_EQ(mini_batches(tree, tree.step({"t"}, 2)),
              (std::vector<std::string>{"0: t/1 t/2", "0: t/3 t/d/4", "0: t/e/5"}));
}

TEST(Plan, makes_no_empty_mini_batch_when_the_files_come_out_even) {
    const TemporaryTree tree;
    tree.files({"t/1", "t/2"});
    EXPECT_EQ(mini_batches(tree, tree.step({"t"}, 2)), std::vector<std::string>{"0: t/1 t/2"});
}

TEST(Plan, takes_inputs_in_the_order_given_and_never_mixes_them) {
    const TemporaryTree tree;
    tree.files({"z/1", "z/2", "z/3", "a.png", "g/b.png", "g/c.jpg"});
    tree.file("list", "one\ntwo\n");
    EXPECT_EQ(mini_batches(tree, tree.step({"z", "@list", "a.png", "g/*.png", "z"}, 2)),
              (std::vector<std::string>{"0: z/1 z/2", "0: z/3", "1: one two", "2: a.png",
                                        "3: g/b.png", "4: z/1 z/2", "4: z/3"}));
}

TEST(Plan, is_the_same_in_every_run) {
    const TemporaryTree tree;
    for (int i = 0; i < 200; ++i) tree.file("t/" + std::to_string(i % 7) + "/" + std::to_string(i));
    const auto step = tree.step({"t", "t/**/*1*"}, 3);
    EXPECT_EQ(mini_batches(tree, step), mini_batches(tree, step));
}

TEST(Plan, of_no_input_is_empty) {
    Plan plan(config::Step{});
    EXPECT_FALSE(plan.next());
}

TEST(Plan, stays_at_its_end) {
    const TemporaryTree tree;
    tree.file("a");
    Plan plan(tree.step({"a"}));
    EXPECT_TRUE(plan.next());
    EXPECT_FALSE(plan.next());
    EXPECT_FALSE(plan.next());
}

TEST(Plan, names_a_missing_input_at_once) {
    const TemporaryTree tree;
    tree.file("a");
    for (const auto* path : {"none", "a/below_a_file"}) {
        expect_error<base::UsageError>(
            [&] {
                Plan plan(tree.step({"a", path}));
            },
            {"input \"input1\" (" + tree.path(path) + ")", "does not exist", "Correct the path"});
    }
}

TEST(Plan, names_an_input_that_it_cannot_look_at) {
    const TemporaryTree tree;
    tree.link("loop", "loop");
    expect_error<base::EnvironmentError>([&] { Plan plan(tree.step({"loop"})); },
                                         {"input0", tree.path("loop"), "levels of symbolic links"});
}

TEST(Plan, gives_the_first_input_before_it_finds_the_second_empty) {
    const TemporaryTree tree;
    tree.file("a/1");
    tree.directory("b");
    Plan plan(tree.step({"a", "b"}));
    EXPECT_TRUE(plan.next());
    expect_error<base::UsageError>([&] { plan.next(); }, {"input1", tree.path("b"), "no file"});
}

TEST(Plan, refuses_a_mini_batch_too_large_to_send) {
    const TemporaryTree tree;
    std::string directory = "d";  // its path is what makes short lines long
    while (directory.size() < 3800) directory += "/" + std::string(99, 'd');
    std::string lines;
    for (int i = 0; i < 20'000; ++i) lines += "x\n";
    tree.file(directory + "/list", lines);
    Plan plan(tree.step({"@" + directory + "/list"}, 1'000'000));
    expect_error<base::UsageError>([&] { plan.next(); }, {"64.0 MB", "mini_batch_size below"});
}

}  // namespace
}  // namespace parallel_run::dataset
