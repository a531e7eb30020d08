// SPDX-License-Identifier: Apache-2.0
#include "dataset/file_partitions.hpp"

#include "temporary_tree.hpp"

#include <map>
#include <random>

#include "base/error.hpp"
#include "dataset/survey.hpp"

namespace parallel_run::dataset {
namespace {

using Texts = std::vector<std::string>;

config::Step partitioned(const TemporaryTree& tree, const Texts& inputs, const Texts& keys,
                         const std::string& format) {
    auto step = tree.step(inputs, 1);
    step.partition_keys = keys;
    step.partition_format = format;
    return step;
}

/// "0 user=a: t/1 t/2" for each mini-batch.
Texts groups(const TemporaryTree& tree, const config::Step& step) {
    Plan plan(step);
    Texts all;
    while (const auto mini_batch = plan.next()) {
        auto& text = all.emplace_back(std::to_string(mini_batch->input) + " " +
                                      mini_batch->partition_key + ":");
        for (const auto& file : mini_batch->files) {
            text += " " + file.substr(tree.path().size() + 1);
        }
    }
    return all;
}

TEST(FilePartitions, have_one_mini_batch_for_each_combination_by_first_appearance) {
    const TemporaryTree tree;
    tree.files({"t/u1/x/disco/2", "t/u1/y/disco/1", "t/u1/y/rock/1", "t/u2/x/disco/1"});
    EXPECT_EQ(
        groups(tree, partitioned(tree, {"t"}, {"user", "genre"}, "{user}/{season}/{genre}/{file}")),
        (Texts{"0 user=u1/genre=disco: t/u1/x/disco/2 t/u1/y/disco/1",
               "0 user=u1/genre=rock: t/u1/y/rock/1", "0 user=u2/genre=disco: t/u2/x/disco/1"}));
}

TEST(FilePartitions, follow_the_order_of_the_keys_not_that_of_the_format) {
    const TemporaryTree tree;
    tree.files({"t/1-a", "t/2-a", "t/2-b"});
    EXPECT_EQ(groups(tree, partitioned(tree, {"t"}, {"b", "a"}, "{a}-{b}")),
              (Texts{"0 b=a/a=1: t/1-a", "0 b=a/a=2: t/2-a", "0 b=b/a=2: t/2-b"}));
}

TEST(FilePartitions, never_mix_inputs_of_any_kind) {
    const TemporaryTree tree;
    tree.files({"t/a/1", "t/b/1", "t/b/2"});
    tree.file("t/list", "b/2\na/1\n");
    const auto step = partitioned(tree, {"t/*/1", "@t/list", "t/b/1"}, {"x"}, "{x}/{file}");
    auto single = step;
    single.input.erase(single.input.begin(), single.input.begin() + 2);
    single.partition_format = "{x}";
    auto several = step;
    several.input.pop_back();
    EXPECT_EQ(groups(tree, several),
              (Texts{"0 x=a: t/a/1", "0 x=b: t/b/1", "1 x=b: t/b/2", "1 x=a: t/a/1"}));
    EXPECT_EQ(groups(tree, single), Texts{"0 x=1: t/b/1"});
}

TEST(FilePartitions, name_a_file_that_does_not_match) {
    const TemporaryTree tree;
    tree.files({"t/a/1", "t/b"});
    Plan plan(partitioned(tree, {"t"}, {"x"}, "{x}/{file}"));
    expect_error<base::UsageError>(
        [&] { plan.next(); },
        {"input \"input0\" (" + tree.path("t") + "): the path of " + tree.path("t/b") + " below " +
             tree.path("t") + " does not match partition_format = {x}/{file}. ",
         "Correct the format"});
}

TEST(FilePartitions, are_refused_before_any_work_where_the_first_file_does_not_match) {
    const TemporaryTree tree;
    tree.files({"t/a", "u/x/1"});
    EXPECT_TRUE(survey(partitioned(tree, {"u"}, {"x"}, "{x}/{file}")).empty());
    expect_error<base::UsageError>(
        [&] {
            survey(partitioned(tree, {"u", "t"}, {"x"}, "{x}/{file}"));
        },
        {tree.path("t/a"), "does not match"});
}

TEST(FilePartitions, name_a_list_whose_files_lie_elsewhere) {
    const TemporaryTree tree;
    tree.files({"elsewhere/1"});
    tree.file("t/list", tree.path("elsewhere/1"));
    Plan plan(partitioned(tree, {"@t/list"}, {"x"}, "{x}/{file}"));
    expect_error<base::UsageError>([&] { plan.next(); },
                                   {tree.path("elsewhere/1") + " below " + tree.path("t")});
}

TEST(FilePartitions, of_an_empty_directory_are_an_error) {
    const TemporaryTree tree;
    tree.directory("t");
    Plan plan(partitioned(tree, {"t"}, {"x"}, "{x}"));
    expect_error<base::UsageError>([&] { plan.next(); }, {"has no file"});
}

TEST(FilePartitions, refuse_more_paths_of_one_key_than_a_mini_batch_can_have) {
    const TemporaryTree tree;
    const std::string line = std::string(4000, 'x') + "/1\n";
    std::string list;
    while (list.size() < kMaxDescriptorBytes + line.size()) list += line;
    tree.file("list", list);
    Plan plan(partitioned(tree, {"@list"}, {"file"}, "{a}/{file}"));
    expect_error<base::UsageError>([&] { plan.next(); },
                                   {"the paths of file=1 take more than", "partition_keys"});
}

TEST(FilePartitions, equal_an_independent_grouping) {
    std::mt19937 random(20260401);
    const TemporaryTree tree;
    for (int i = 0; i < 300; ++i) {
        tree.file("t/" + std::to_string(random() % 5) + "/" + std::to_string(random() % 4) + "-" +
                  std::to_string(i));
    }
    std::map<std::string, Texts> expected;
    for (const auto& file : tree.planned({"t"})) {
        const auto slash = file.find('/', 2);
        const auto dash = file.find('-', slash);
        expected["b=" + file.substr(slash + 1, dash - slash - 1) +
                 "/a=" + file.substr(2, slash - 2)]
            .push_back(tree.path(file));
    }
    Plan plan(partitioned(tree, {"t"}, {"b", "a"}, "{a}/{b}-{n}"));
    std::map<std::string, Texts> found;
    while (const auto mini_batch = plan.next()) {
        EXPECT_TRUE(found.emplace(mini_batch->partition_key, mini_batch->files).second);
    }
    EXPECT_EQ(found, expected);
}

}  // namespace
}  // namespace parallel_run::dataset
