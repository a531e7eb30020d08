// SPDX-License-Identifier: Apache-2.0
#include "temporary_tree.hpp"

#include "base/error.hpp"
#include "dataset/plan.hpp"
#include "dataset/survey.hpp"

namespace parallel_run::dataset {
namespace {

class Tables : public TemporaryTree {
public:
    [[nodiscard]] config::Step tabular(const std::vector<std::string>& inputs,
                                       std::uint64_t bytes) const {
        auto made = step(inputs);
        made.input_type = config::InputType::tabular;
        made.mini_batch_size = {bytes, config::MiniBatchSize::Unit::bytes};
        return made;
    }
    /// "a.csv 0..10" for each mini-batch.
    [[nodiscard]] std::vector<std::string> parts(const config::Step& step) const {
        std::vector<std::string> all;
        Plan plan(step);
        while (const auto mini_batch = plan.next()) {
            const auto& part = mini_batch->part.value();
            EXPECT_EQ(part.file, mini_batch->files.at(0));
            const auto end = part.end == table::Range::kAll ? "" : std::to_string(part.end);
            all.push_back(part.file.substr(path().size() + 1) + " " + std::to_string(part.begin) +
                          ".." + end);
        }
        return all;
    }
};

TEST(TablePlan, cuts_files_at_multiples_of_the_size_and_never_across) {
    const Tables tree;
    tree.file("t/a.csv", std::string(25, 'x'));
    tree.file("t/b.csv", std::string(10, 'x'));
    EXPECT_EQ(tree.parts(tree.tabular({"t"}, 10)),
              (std::vector<std::string>{"t/a.csv 0..10", "t/a.csv 10..20", "t/a.csv 20..25",
                                        "t/b.csv 0..10"}));
}

TEST(TablePlan, leaves_out_empty_files) {
    const Tables tree;
    tree.file("t/a.csv");
    tree.file("t/b.csv", "x");
    tree.file("t/c.csv");
    EXPECT_EQ(tree.parts(tree.tabular({"t"}, 10)), std::vector<std::string>{"t/b.csv 0..1"});
}

TEST(TablePlan, looks_through_files_by_itself_where_nobody_else_does) {
    const Tables tree;
    tree.file("t/0.csv", "a,b\n1,\"x\ny\"\n2,z\n");
    tree.file("t/1.csv", "a,b\n3,w\n");
    auto step = tree.tabular({"t"}, 7);
    step.support_multi_line = true;
    step.row_numbers = true;
    Plan plan(step);
    std::vector<std::int64_t> first_records;
    std::vector<bool> inside_quotes;
    while (const auto mini_batch = plan.next()) {
        first_records.push_back(mini_batch->part.value().first_record);
        inside_quotes.push_back(mini_batch->part.value().inside_quotes);
    }
    EXPECT_EQ(first_records, (std::vector<std::int64_t>{0, 1, 2}));
    EXPECT_EQ(inside_quotes, (std::vector<bool>{false, true, false}));
}

TEST(TablePlan, cuts_rows_across_the_borders_of_pieces) {
    const Tables tree;
    std::string text = "a\n";
    for (int i = 0; i < 50'000; ++i) text += std::to_string(i) + "\n";
    tree.file("t/0.csv", text);
    auto step = tree.tabular({"t"}, 1);
    step.mini_batch_size = {1000, config::MiniBatchSize::Unit::rows};
    Plan plan(step);
    std::uint64_t mini_batches = 0;
    for (; const auto mini_batch = plan.next(); ++mini_batches) {
        EXPECT_EQ(mini_batch->part.value().first_record, mini_batches * 1000);
    }
    EXPECT_EQ(mini_batches, 50U);
}

TEST(TablePlan, refuses_to_number_the_rows_of_compressed_text) {
    const Tables tree;
    tree.file("t/a.csv", "a\n1\n");
    tree.file("t/b.csv.gz", "x");
    auto step = tree.tabular({"t"}, 10);
    step.row_numbers = true;
    Plan plan(step);
    (void)plan.next();
    expect_error<base::UsageError>([&] { (void)plan.next(); }, {"b.csv.gz", "row_numbers"});
}

TEST(TablePlan, takes_compressed_text_whole) {
    const Tables tree;
    tree.file("t/a.csv.gz", std::string(100, 'x'));
    tree.file("t/b.csv.zst", std::string(100, 'x'));
    EXPECT_EQ(tree.parts(tree.tabular({"t"}, 10)),
              (std::vector<std::string>{"t/a.csv.gz 0..", "t/b.csv.zst 0.."}));
}

TEST(TablePlan, says_how_the_file_was_when_it_was_planned) {
    const Tables tree;
    tree.file("a.csv", "0123456789");
    Plan plan(tree.tabular({"a.csv"}, 4));
    const auto part = plan.next().value().part.value();
    EXPECT_EQ(part.file_size, 10U);
    EXPECT_GT(part.modified_ns, 0);
    EXPECT_EQ(part.first_record, -1);
}

TEST(TablePlan, an_input_of_two_formats_is_refused) {
    const Tables tree;
    tree.file("t/a.csv", "x");
    tree.file("t/b.jsonl", "x");
    Plan plan(tree.tabular({"t"}, 10));
    (void)plan.next();
    expect_error<base::UsageError>([&] { (void)plan.next(); },
                                   {"t/b.jsonl", "t/a.csv", "tabular_format"});
}

TEST(TablePlan, begins_anew_with_each_input) {
    const Tables tree;
    tree.file("a.csv", "xx");
    tree.file("b.jsonl", "yyy");
    EXPECT_EQ(tree.parts(tree.tabular({"a.csv", "b.jsonl"}, 10)),
              (std::vector<std::string>{"a.csv 0..2", "b.jsonl 0..3"}));
}

TEST(Survey, has_nothing_to_say_of_files) {
    const Tables tree;
    tree.file("a");
    EXPECT_TRUE(survey(tree.step({"a"})).empty());
}

TEST(Survey, looks_at_the_first_file_with_any_content) {
    const Tables tree;
    tree.file("t/a.csv");
    tree.file("t/b.csv", "name,age\nx,1\n");
    tree.file("c.txt", "line\n");
    const auto formats = survey(tree.tabular({"t", "c.txt"}, 10));
    ASSERT_EQ(formats.size(), 2U);
    EXPECT_EQ(formats[0].kind, table::Kind::delimited);
    EXPECT_EQ(formats[0].columns, (std::vector<std::string>{"name", "age"}));
    EXPECT_EQ(formats[0].first_file, tree.path("t/b.csv"));
    EXPECT_EQ(formats[1].kind, table::Kind::lines);
}

TEST(Survey, of_nothing_but_empty_files_says_so) {
    const Tables tree;
    tree.file("t/a.csv");
    expect_error<base::UsageError>([&] { survey(tree.tabular({"t"}, 10)); },
                                   {"input0", "all its files are empty"});
}

}  // namespace
}  // namespace parallel_run::dataset
