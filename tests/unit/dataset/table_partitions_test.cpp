// SPDX-License-Identifier: Apache-2.0
#include "dataset/table_partitions.hpp"

#include "temporary_tree.hpp"

#include <filesystem>
#include <map>
#include <random>

#include "base/error.hpp"
#include "dataset/partition_key.hpp"
#include "dataset/survey.hpp"
#include "table/reader.hpp"
#include "table/survey.hpp"

namespace parallel_run::dataset {
namespace {

using Texts = std::vector<std::string>;
using Row = std::vector<std::string>;
using Rows = std::map<std::string, std::vector<Row>>;  ///< by key, in order

config::Step tabular(const TemporaryTree& tree, const Texts& inputs, const Texts& keys) {
    auto step = tree.step(inputs);
    step.input_type = config::InputType::tabular;
    step.mini_batch_size = config::kTabularMiniBatchSize;
    step.partition_keys = keys;
    return step;
}

Row row_of(const table::Table& table, std::uint64_t row) {
    Row fields;
    for (std::size_t i = 0; i < table.columns.size(); ++i) {
        const auto& span = table.fields[row * table.columns.size() + i];
        const auto size = span.size == PARALLEL_RUN_ABSENT ? 0 : span.size;
        fields.emplace_back(table.bytes.data() + span.begin, size);
    }
    return fields;
}

/// Everything that the mini-batches of one input hold, as a worker process reads it.
struct Gathered {
    Rows rows;
    Texts order;  ///< descriptions of the mini-batches
    Texts bad;    ///< "file byte"
};

Gathered gather(const config::Step& step, PlanTasks& tasks, const PartitionSizes& sizes) {
    Gathered all;
    const auto files = open_input(step.input[0]);
    TablePartitions partitions(step, 0, *files, tasks, sizes);
    auto format = survey(step).at(0);
    const auto reader = table::open_reader(format);
    format.header = config::Header::none;
    const auto gathered_reader = table::open_reader(format);
    table::Table table;
    while (const auto* const mini_batch = partitions.next({})) {
        const auto& key = mini_batch->partition_key;
        EXPECT_EQ(key.empty(), mini_batch->only_malformed);
        (key.empty() ? reader : gathered_reader)->read(*mini_batch->part, table);
        all.order.push_back(key + " " + describe(*mini_batch->part));
        if (key.empty()) {
            for (const auto& bad : table.bad_records) {
                all.bad.push_back(table.file + " " + std::to_string(bad.position));
            }
            continue;
        }
        EXPECT_EQ(table.bad_count, 0U);
        EXPECT_FALSE(all.rows.contains(key));
        for (std::uint64_t row = 0; row < table.row_count; ++row) {
            all.rows[key].push_back(row_of(table, row));
        }
    }
    return all;
}

Gathered gather(const config::Step& step, const PartitionSizes& sizes = {}) {
    LocalTasks tasks;
    return gather(step, tasks, sizes);
}

TEST(TablePartitions, gather_the_rows_of_each_key_from_all_files) {
    const TemporaryTree tree;
    tree.file("t/a.csv", "store,x\n2,a\n1,b\n2,c\n");
    tree.file("t/b.csv");
    tree.file("t/c.csv", "store,x\n1,d\n3,e\n");
    EXPECT_EQ(gather(tabular(tree, {"t"}, {"store"})).rows,
              (Rows{{"store=1", {{"1", "b"}, {"1", "d"}}},
                    {"store=2", {{"2", "a"}, {"2", "c"}}},
                    {"store=3", {{"3", "e"}}}}));
}

TEST(TablePartitions, know_the_header_of_the_first_file_only_or_none) {
    const TemporaryTree tree;
    tree.file("t/a.csv", "k,x\n1,2\n");
    tree.file("t/b.csv", "k,x\n1,3\n");
    auto step = tabular(tree, {"t"}, {"k"});
    step.header = config::Header::first_file;
    EXPECT_EQ(gather(step).rows, (Rows{{"k=1", {{"1", "2"}, {"1", "3"}}}, {"k=k", {{"k", "x"}}}}));
    step.header = config::Header::none;
    step.partition_keys = {"column1"};
    EXPECT_EQ(gather(step).rows.at("column1=k").size(), 2U);
}

TEST(TablePartitions, have_the_malformed_records_once_each_at_the_end) {
    const TemporaryTree tree;
    tree.file("t/a.csv", "k,x\n1,2\n1\n1,2,3\n");
    tree.file("t/b.csv", "k,x\n1,3\n");
    tree.file("t/c.csv", "k,x\nbad\n");
    const auto all = gather(tabular(tree, {"t"}, {"k"}));
    EXPECT_EQ(all.rows, (Rows{{"k=1", {{"1", "2"}, {"1", "3"}}}}));
    EXPECT_EQ(all.bad, (Texts{tree.path("t/a.csv") + " 8", tree.path("t/a.csv") + " 10",
                              tree.path("t/c.csv") + " 4"}));
    EXPECT_EQ(all.order.size(), 3U);
}

TEST(TablePartitions, take_a_record_that_begins_with_a_byte_order_mark) {
    const TemporaryTree tree;
    tree.file("a.csv", "k,x\n\xef\xbb\xbfz,1\n");
    EXPECT_EQ(gather(tabular(tree, {"a.csv"}, {"k"})).rows,
              (Rows{{"k=\xef\xbb\xbfz", {{"\xef\xbb\xbfz", "1"}}}}));
}

TEST(TablePartitions, of_an_empty_table_are_none) {
    const TemporaryTree tree;
    tree.file("a.csv", "k,x\n");
    EXPECT_TRUE(gather(tabular(tree, {"a.csv"}, {"k"})).order.empty());
}

TEST(TablePartitions, are_the_same_whatever_is_asked_for_ahead) {
    class Eager : public LocalTasks {
    public:
        [[nodiscard]] std::size_t ahead() const override { return 7; }
    };
    const TemporaryTree tree;
    std::string text = "k,x\n";
    for (int i = 0; i < 5000; ++i) text += std::to_string(i % 71) + "," + std::to_string(i) + "\n";
    tree.file("a.csv", text);
    const auto step = tabular(tree, {"a.csv"}, {"k"});
    const PartitionSizes sizes{1000, 3000};
    LocalTasks tasks;
    Eager eager;
    const auto one = gather(step, tasks, sizes);
    const auto other = gather(step, eager, sizes);
    EXPECT_EQ(one.order, other.order);
    EXPECT_EQ(one.rows, other.rows);
    EXPECT_EQ(one.order.size(), 71U);
}

TEST(TablePartitions, remove_what_an_earlier_run_left_and_the_split_files_at_the_end) {
    const TemporaryTree tree;
    tree.file("a.csv", "k,x\n1,2\n");
    LocalTasks tasks;
    std::filesystem::create_directories(tasks.directory() + "/0/piece_77");
    gather(tabular(tree, {"a.csv"}, {"k"}), tasks, {});
    std::vector<std::string> left;
    for (const auto& entry : std::filesystem::directory_iterator(tasks.directory() + "/0")) {
        left.push_back(entry.path().filename());
    }
    EXPECT_EQ(left, Texts{"bucket_0"});
}

TEST(TablePartitions, end_soon_after_they_are_to_stop) {
    const TemporaryTree tree;
    tree.file("a.csv", "k,x\n1,2\n");
    const auto step = tabular(tree, {"a.csv"}, {"k"});
    const auto files = open_input(step.input[0]);
    LocalTasks tasks;
    TablePartitions partitions(step, 0, *files, tasks);
    std::stop_source stop;
    stop.request_stop();
    EXPECT_EQ(partitions.next(stop.get_token()), nullptr);
}

TEST(TablePartitions, are_part_of_the_plan_and_never_mix_inputs) {
    const TemporaryTree tree;
    tree.file("a.csv", "k,x\n1,2\n");
    tree.file("b.jsonl", "{\"k\":1}\n");
    Plan plan(tabular(tree, {"a.csv", "b.jsonl"}, {"k"}));
    for (std::uint32_t input = 0; input < 2; ++input) {
        const auto mini_batch = plan.next();
        ASSERT_TRUE(mini_batch);
        EXPECT_EQ(mini_batch->input, input);
        EXPECT_EQ(mini_batch->partition_key, "k=1");
        EXPECT_TRUE(std::filesystem::exists(mini_batch->files.at(0)));
    }
    EXPECT_FALSE(plan.next());
}

TEST(TablePartitions, are_refused_before_any_work_for_a_column_that_an_input_lacks) {
    const TemporaryTree tree;
    tree.file("a.csv", "k,x\n1,2\n");
    tree.file("b.csv", "key,week\n1,2\n");
    expect_error<base::UsageError>(
        [&] {
            survey(tabular(tree, {"a.csv", "b.csv"}, {"k"}));
        },
        {"partition_keys: " + tree.path("b.csv") + " has no column 'k'; "});
    Plan plan(tabular(tree, {"b.csv"}, {"k"}));
    expect_error<base::UsageError>([&] { plan.next(); }, {"has no column 'k'"});
}

TEST(TablePartitions, name_a_file_that_cannot_be_read) {
    const TemporaryTree tree;
    tree.file("t/a.csv", "k,x\n1,2\n");
    tree.file("t/b.csv", "k,y\n1,2\n");
    Plan plan(tabular(tree, {"t"}, {"k"}));
    expect_error<table::ReadError>([&] { plan.next(); }, {"the header of " + tree.path("t/b.csv")});
}

/// Tables at random, and what is in them.
class RandomTables {
public:
    explicit RandomTables(unsigned seed, bool multi_line)
        : random_(seed), multi_line_(multi_line) {}

    void write(const TemporaryTree& tree) {
        for (int file = 0; file < 4; ++file) {
            std::string text = "a,b,c\n";
            for (auto rows = random_() % 200; rows > 0; --rows) text += record();
            tree.file("t/" + std::to_string(file) + ".csv", text);
        }
    }
    [[nodiscard]] const Rows& rows() const { return rows_; }
    [[nodiscard]] std::size_t malformed() const { return malformed_; }

private:
    std::string record() {
        if (random_() % 20 == 0) {
            ++malformed_;
            return "too,few\n";
        }
        const Row row = {field(3), field(100), field(4)};
        std::string key;
        add_to_key("c", row[2], key);
        add_to_key("a", row[0], key);
        rows_[key].push_back(row);
        std::string text;
        for (const auto& value : row) text += (text.empty() ? "" : ",") + written(value);
        return text + (random_() % 3 == 0 ? "\r\n" : random_() % 10 == 0 ? "\n\n" : "\n");
    }
    std::string field(unsigned values) {
        std::string text = "v" + std::to_string(random_() % values);
        if (random_() % 4 == 0) text += ",/=%";
        if (random_() % 8 == 0) text += '"';
        if (multi_line_ && random_() % 8 == 0) text += '\n';
        return text;
    }
    std::string written(const std::string& value) {
        if (value.find_first_of(",\"\n") == std::string::npos && random_() % 2 == 0) return value;
        std::string text = "\"";
        for (const char byte : value) text += byte == '"' ? "\"\"" : std::string(1, byte);
        return text + '"';
    }

    std::mt19937 random_;
    bool multi_line_;
    Rows rows_;
    std::size_t malformed_ = 0;
};

TEST(TablePartitions, equal_an_independent_grouping) {
    for (unsigned seed = 0; seed < 60; ++seed) {
        const bool multi_line = seed % 2 == 1;
        const TemporaryTree tree;
        RandomTables tables(seed, multi_line);
        tables.write(tree);
        auto step = tabular(tree, {"t"}, {"c", "a"});
        step.support_multi_line = multi_line;
        const PartitionSizes sizes{10 + seed * 20, 50 + seed * 30};
        const auto all = gather(step, sizes);
        ASSERT_EQ(all.rows, tables.rows()) << seed;
        ASSERT_EQ(all.bad.size(), tables.malformed()) << seed;
    }
}

}  // namespace
}  // namespace parallel_run::dataset
