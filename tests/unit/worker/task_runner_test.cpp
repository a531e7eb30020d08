// SPDX-License-Identifier: Apache-2.0
#include "worker/task_runner.hpp"

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <thread>

#include <gtest/gtest.h>

namespace parallel_run::worker {
namespace {

class TaskRunnerTest : public testing::Test {
protected:
    TaskRunnerTest() {
        formats_.resize(1);
        formats_[0].kind = table::Kind::delimited;
        formats_[0].columns = {"key"};
        std::ofstream(file_) << "key\na\n\nb\n";
    }
    ~TaskRunnerTest() override { std::filesystem::remove(file_); }

    [[nodiscard]] static std::string encoded(const dataset::PlanTask& task) {
        std::string bytes;
        encode(task, bytes);
        return bytes;
    }
    [[nodiscard]] dataset::PlanTask scan(const std::string& file) const {
        dataset::ScanTask scan;
        scan.piece.file = file;
        scan.piece.end = std::filesystem::file_size(file_);
        scan.step = 100;
        return {0, {}, scan};
    }
    static transport::TaskDoneMessage wait_for(TaskRunner& runner) {
        for (;;) {
            if (auto done = runner.poll()) return *std::move(done);
            std::this_thread::yield();
        }
    }

    const std::string file_ = (std::filesystem::temp_directory_path() /
                               ("task_runner_" + std::to_string(::getpid()) + ".csv"))
                                  .string();
    std::vector<table::Format> formats_;
};

TEST_F(TaskRunnerTest, answers_in_the_order_of_the_tasks) {
    TaskRunner runner(formats_);
    EXPECT_FALSE(runner.poll());
    EXPECT_TRUE(runner.start(encoded(scan(file_))));
    EXPECT_TRUE(runner.start(encoded(scan("/none.csv"))));
    const auto first = wait_for(runner);
    EXPECT_EQ(first.error, "");
    dataset::PlanAnswer answer;
    ASSERT_TRUE(decode(first.answer, scan(file_), answer));
    EXPECT_EQ(std::get<table::PieceScan>(answer).stretches.at(0).records_outside, 2U);
    EXPECT_NE(wait_for(runner).error.find("cannot read /none.csv"), std::string::npos);
    EXPECT_FALSE(runner.poll());
}

TEST_F(TaskRunnerTest, refuses_what_is_no_task_of_its_inputs) {
    TaskRunner runner(formats_);
    EXPECT_FALSE(runner.start("x"));
    auto other = scan(file_);
    other.input = 1;
    EXPECT_FALSE(runner.start(encoded(other)));
}

}  // namespace
}  // namespace parallel_run::worker
