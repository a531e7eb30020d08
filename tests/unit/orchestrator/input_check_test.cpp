// SPDX-License-Identifier: Apache-2.0
#include "orchestrator/input_check.hpp"

#include <unistd.h>

#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

#include "base/error.hpp"

namespace parallel_run::orchestrator {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::system_clock;
using namespace std::chrono_literals;

class InputCheckTest : public testing::Test {
protected:
    InputCheckTest() {
        fs::create_directories(root_ / "input");
        for (const auto* const name : {"a", "b", "c"}) write(name);
        step_.input = {{"input0", (root_ / "input").string()}};
        step_.mini_batch_size.count = 1;
    }
    ~InputCheckTest() override { fs::remove_all(root_); }

    void write(const std::string& name) const { std::ofstream(root_ / "input" / name) << name; }
    std::optional<std::string> difference(Clock::time_point began) {
        return input_difference(step_, earlier_, began, {});
    }

    const fs::path root_ =
        fs::temp_directory_path() / ("input_check_" + std::to_string(::getpid()));
    config::Step step_;
    journal::State earlier_;
};

TEST_F(InputCheckTest, finds_nothing_in_files_older_than_the_run) {
    EXPECT_FALSE(difference(Clock::now() + 1s));
}

TEST_F(InputCheckTest, names_the_first_file_younger_than_the_run) {
    const auto found = difference(Clock::now() - 1h);
    ASSERT_TRUE(found);
    EXPECT_NE(found->find((root_ / "input" / "a").string()), std::string::npos) << *found;
}

TEST_F(InputCheckTest, is_not_deceived_by_a_time_that_was_set_back) {
    fs::last_write_time(root_ / "input" / "b", fs::file_time_type::clock::now() - 48h);
    EXPECT_TRUE(difference(Clock::now() - 1h));
}

TEST_F(InputCheckTest, notices_a_file_that_is_gone) {
    earlier_.plan.mini_batches = 4;
    const auto found = difference(Clock::now() + 1s);
    ASSERT_TRUE(found);
    EXPECT_NE(found->find("removed"), std::string::npos) << *found;
}

TEST_F(InputCheckTest, says_nothing_of_listed_files_that_do_not_exist) {
    std::ofstream(root_ / "list") << (root_ / "missing").string() << "\n";
    step_.input = {{"input0", "@" + (root_ / "list").string()}};
    EXPECT_FALSE(difference(Clock::now() - 1h));
}

TEST_F(InputCheckTest, stops_when_asked_to) {
    std::stop_source stop;
    stop.request_stop();
    EXPECT_FALSE(input_difference(step_, earlier_, Clock::now() - 1h, stop.get_token()));
}

TEST_F(InputCheckTest, throws_for_an_input_that_cannot_be_listed) {
    step_.input = {{"input0", (root_ / "nowhere").string()}};
    EXPECT_THROW(static_cast<void>(difference(Clock::now())), base::UsageError);
}

}  // namespace
}  // namespace parallel_run::orchestrator
