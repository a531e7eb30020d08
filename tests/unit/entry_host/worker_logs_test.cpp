// SPDX-License-Identifier: Apache-2.0
#include "entry_host/worker_logs.hpp"

#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include <gtest/gtest.h>

namespace parallel_run::entry_host {
namespace {

class WorkerLogsTest : public testing::Test {
protected:
    WorkerLogsTest() {
        auto name = (std::filesystem::temp_directory_path() / "logs.XXXXXX").string();
        directory = ::mkdtemp(name.data());
    }
    ~WorkerLogsTest() override { std::filesystem::remove_all(directory); }

    [[nodiscard]] std::string log(const std::string& name = "log") const {
        std::ifstream file(directory + "/" + name);
        return {std::istreambuf_iterator<char>(file), {}};
    }

    std::string directory;
};

TEST_F(WorkerLogsTest, are_written_through_high_descriptors) {
    rlimit limit{};
    ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &limit), 0);
    limit.rlim_cur = std::min<rlim_t>(limit.rlim_max, 4096);
    ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &limit), 0);
    WorkerLogs logs(directory + "/log", directory + "/errors", 0);
    ASSERT_EQ(::fcntl(1002, F_GETFD), -1) << "the test wants this number to be free";
    logs.log(1, "hello");
    EXPECT_EQ(::fcntl(1002, F_GETFD), FD_CLOEXEC);
}

TEST_F(WorkerLogsTest, go_on_when_every_descriptor_was_closed) {
    WorkerLogs logs(directory + "/log", directory + "/errors", 0);
    logs.log(1, "before");
    ASSERT_EQ(::close_range(1002, ~0U, 0), 0);
    logs.log(1, "after");
    EXPECT_NE(log().find("|INFO|init|before\n"), std::string::npos) << log();
    EXPECT_NE(log().find("|INFO|init|after\n"), std::string::npos) << log();
}

TEST_F(WorkerLogsTest, say_which_mini_batch_they_are_about) {
    WorkerLogs logs(directory + "/log", directory + "/errors", 0);
    logs.set_mini_batch(7, 2);
    logs.metric("loss", 0.5);
    EXPECT_NE(log().find("|METRIC|mini-batch 7 attempt 2|loss=0.5"), std::string::npos) << log();
}

TEST_F(WorkerLogsTest, say_that_they_are_about_shutdown) {
    WorkerLogs logs(directory + "/log", directory + "/errors", 0);
    logs.set_mini_batch(7, 2);
    logs.set_shutdown();
    logs.log(1, "bye");
    EXPECT_NE(log().find("|INFO|shutdown|bye\n"), std::string::npos) << log();
}

TEST_F(WorkerLogsTest, name_failed_items_or_count_them) {
    WorkerLogs logs(directory + "/log", directory + "/errors", 0);
    logs.set_mini_batch(7, 2);
    logs.failed_item("/data/a", "dark");
    logs.failed_items("2 of 3 items");
    const auto errors = log("errors");
    EXPECT_NE(errors.find("|failed item|mini-batch 7 attempt 2|/data/a: dark\n"), std::string::npos)
        << errors;
    EXPECT_NE(errors.find("|failed items|mini-batch 7 attempt 2|2 of 3 items\n"), std::string::npos)
        << errors;
}

TEST_F(WorkerLogsTest, leave_out_lines_below_the_lowest_level) {
    WorkerLogs logs(directory + "/log", directory + "/errors", 2);
    logs.log(1, "info");
    EXPECT_EQ(log(), "");
    logs.log(7, "of an unknown level");
    EXPECT_NE(log().find("|ERROR|"), std::string::npos);
}

TEST_F(WorkerLogsTest, do_not_fail_where_they_cannot_be_written) {
    WorkerLogs logs(directory + "/none/log", directory + "/none/errors", 0);
    logs.log(1, "lost");
    EXPECT_EQ(log(), "");
}

}  // namespace
}  // namespace parallel_run::entry_host
