// SPDX-License-Identifier: Apache-2.0
#include "dataset/plan_tasks.hpp"

#include "temporary_tree.hpp"

#include <filesystem>
#include <random>

#include "table/reader.hpp"

namespace parallel_run::dataset {
namespace {

table::Range piece() { return {"/a.csv", 100, 7, 10, 20, true}; }

std::vector<PlanTask> one_of_each() {
    return {{1, {}, ScanTask{piece(), 5}},
            {2, {}, SplitTask{piece(), {"a", "b c"}, 9, "/gathered/piece_3"}},
            {3, {}, MergeTask{"/gathered", 4, 2}}};
}

template <typename T>
std::string encoded(const T& sent) {
    std::string bytes;
    encode(sent, bytes);
    return bytes;
}

TEST(PlanTask, of_each_kind_survives_the_journey) {
    for (const auto& sent : one_of_each()) {
        PlanTask received;
        ASSERT_TRUE(decode(encoded(sent), received));
        EXPECT_EQ(received.input, sent.input);
        EXPECT_EQ(received.work, sent.work);
    }
}

TEST(PlanTask, is_refused_when_it_is_cut_off_or_of_no_kind) {
    PlanTask received;
    for (const auto& sent : one_of_each()) {
        const auto bytes = encoded(sent);
        for (std::size_t size = 0; size < bytes.size(); ++size) {
            EXPECT_FALSE(decode(std::string_view(bytes).substr(0, size), received)) << size;
        }
        EXPECT_FALSE(decode(bytes + "x", received));
    }
    EXPECT_FALSE(decode(std::string("\0\3", 2), received));
    EXPECT_FALSE(decode(encoded(PlanTask{0, {}, ScanTask{piece(), 0}}), received));
    EXPECT_FALSE(decode(encoded(PlanTask{0, {}, SplitTask{piece(), {}, 0, ""}}), received));
}

TEST(PlanTask, describes_itself_to_people) {
    const auto tasks = one_of_each();
    EXPECT_EQ(describe(tasks[0]), "looking through /a.csv, 10 to 20");
    EXPECT_EQ(describe(tasks[1]), "splitting by key /a.csv, 10 to 20");
    EXPECT_EQ(describe(tasks[2]), "merging /gathered/bucket_2");
}

TEST(PlanAnswer, of_each_kind_survives_the_journey) {
    table::PieceScan scan;
    scan.begin = 10;
    scan.end = 20;
    scan.step = 5;
    scan.stretches = {{true, 1, 2}, {false, 0, 1}};
    const std::vector<PlanAnswer> answers = {scan, SplitSummary{5, 2},
                                             std::vector<KeyGroup>{{"a=1", 1, 9, 2}}};
    const auto tasks = one_of_each();
    for (std::size_t i = 0; i < answers.size(); ++i) {
        PlanAnswer received;
        ASSERT_TRUE(decode(encoded(answers[i]), tasks[i], received));
        EXPECT_EQ(received, answers[i]);
        EXPECT_FALSE(decode(encoded(answers[i]) + '\x80', tasks[i], received));
    }
}

TEST(PlanAnswer, of_another_piece_is_refused) {
    table::PieceScan scan;
    scan.begin = 0;
    scan.end = 10;
    scan.step = 5;
    scan.stretches.resize(2);
    PlanAnswer received;
    EXPECT_FALSE(decode(encoded(PlanAnswer(scan)), one_of_each()[0], received));
}

TEST(PlanTask, reads_random_bytes_without_harm) {
    std::mt19937 random(20260501);
    PlanTask task;
    for (int round = 0; round < 20'000; ++round) {
        std::string bytes(random() % 30, '\0');
        for (auto& byte : bytes) {
            byte = static_cast<char>(random() % 3 == 0 ? random() : random() % 6);
        }
        if (!decode(bytes, task)) continue;
        PlanAnswer answer;
        decode(bytes, task, answer);
    }
}

TEST(LocalTasks, do_the_work_when_it_is_taken_and_take_their_directory_with_them) {
    const TemporaryTree tree;
    tree.file("a.csv", "key\na\nb\n");
    std::string directory;
    {
        LocalTasks tasks;
        directory = tasks.directory();
        EXPECT_TRUE(std::filesystem::is_directory(directory));
        EXPECT_EQ(tasks.directory(), directory);
        PlanTask task;
        task.format.kind = table::Kind::delimited;
        task.format.columns = {"key"};
        SplitTask split;
        split.piece.file = tree.path("a.csv");
        split.keys = {"key"};
        split.to = split_path(directory, 0);
        task.work = split;
        tasks.ask(task);
        EXPECT_FALSE(std::filesystem::exists(split.to));
        EXPECT_EQ(tasks.take({}), PlanAnswer(SplitSummary{2, 0}));
        EXPECT_TRUE(std::filesystem::exists(split.to));
    }
    EXPECT_FALSE(std::filesystem::exists(directory));
}

TEST(LocalTasks, do_nothing_once_they_are_to_stop) {
    LocalTasks tasks;
    tasks.ask({0, {}, MergeTask{"/none", 1, 0}});
    std::stop_source stop;
    stop.request_stop();
    EXPECT_FALSE(tasks.take(stop.get_token()));
}

}  // namespace
}  // namespace parallel_run::dataset
