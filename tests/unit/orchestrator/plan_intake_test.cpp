// SPDX-License-Identifier: Apache-2.0
#include "orchestrator/plan_intake.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

#include "base/unique_fd.hpp"
#include "dataset/descriptor.hpp"

namespace parallel_run::orchestrator {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

class PlanIntakeTest : public testing::Test {
protected:
    PlanIntakeTest() {
        auto name = (fs::temp_directory_path() / "plan_intake.XXXXXX").string();
        EXPECT_NE(::mkdtemp(name.data()), nullptr);
        root_ = name;
        fs::create_directories(root_ / "input");
        step_.input = {{"input0", root_ / "input"}};
        step_.mini_batch_size.count = 1;
    }
    ~PlanIntakeTest() override { fs::remove_all(root_); }

    void make_files(std::initializer_list<const char*> names) const {
        for (const auto* const name : names) std::ofstream(root_ / "input" / name) << name;
    }
    /// Takes until nothing more can come.
    void take_all(PlanIntake& intake) {
        while (!intake.ended() || !intake.compared()) {
            pollfd wake{intake.wake_fd(), POLLIN, 0};
            if (!intake.ended()) ::poll(&wake, 1, -1);
            intake.take(0s, actions_);
        }
    }
    /// The first reason to fail once all was taken; empty: none.
    std::string failure() {
        PlanCheck check(earlier_.state);
        PlanIntake intake(step_, earlier_, nullptr, scheduler_, check, 0s);
        take_all(intake);
        return intake.failure().value_or("");
    }

    fs::path root_;
    config::Step step_;
    Earlier earlier_;
    scheduling::Scheduler scheduler_{{}, {0}, 0s};
    scheduling::Actions actions_;
};

bool has(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

TEST_F(PlanIntakeTest, hands_on_all_but_what_is_committed) {
    make_files({"a", "b", "c", "d", "e"});
    earlier_.state.committed.insert({1, 2});
    PlanCheck check(earlier_.state);
    PlanIntake intake(step_, earlier_, nullptr, scheduler_, check, 0s);
    take_all(intake);
    EXPECT_EQ(intake.failure(), std::nullopt);
    EXPECT_EQ(check.mark().mini_batches, 5U);
    EXPECT_EQ(scheduler_.counts().planned, 3U);
    EXPECT_TRUE(scheduler_.planning_done());
    dataset::DescriptorView view;
    ASSERT_TRUE(decode(intake.descriptors().find(3), view));
    EXPECT_EQ(view.files.front(), (root_ / "input/d").string());
    EXPECT_FALSE(intake.take(0s, actions_));
}

TEST_F(PlanIntakeTest, fails_when_the_input_cannot_be_listed) {
    EXPECT_TRUE(failure().starts_with("the input cannot be listed: ")) << failure();
    EXPECT_FALSE(scheduler_.planning_done());
}

TEST_F(PlanIntakeTest, fails_when_no_mini_batch_comes_in_time) {
    const auto list = (root_ / "list").string();
    ASSERT_EQ(::mkfifo(list.c_str(), 0600), 0);
    step_.input = {{"input0", "@" + list}};
    PlanCheck check(earlier_.state);
    PlanIntake intake(step_, earlier_, nullptr, scheduler_, check, 7s);
    intake.take(7s + step_.first_task_creation_timeout, actions_);
    EXPECT_EQ(intake.failure(), std::nullopt);
    intake.take(7s + step_.first_task_creation_timeout + 1ns, actions_);
    EXPECT_TRUE(has(intake.failure().value_or(""), "first_task_creation_timeout"));
    const base::UniqueFd lets_the_planner_go(::open(list.c_str(), O_WRONLY | O_CLOEXEC));
}

TEST_F(PlanIntakeTest, waits_for_rows_that_are_gathered_first) {
    const auto list = (root_ / "list").string();
    ASSERT_EQ(::mkfifo(list.c_str(), 0600), 0);
    step_.input = {{"input0", "@" + list}};
    step_.input_type = config::InputType::tabular;
    step_.partition_keys = {"k"};
    PlanCheck check(earlier_.state);
    PlanIntake intake(step_, earlier_, nullptr, scheduler_, check, 7s);
    intake.take(100h, actions_);
    EXPECT_EQ(intake.failure(), std::nullopt);
    const base::UniqueFd lets_the_planner_go(::open(list.c_str(), O_WRONLY | O_CLOEXEC));
}

TEST_F(PlanIntakeTest, fails_when_the_plan_is_not_the_earlier_one) {
    make_files({"a", "b"});
    earlier_.state.plan.mini_batches = 3;
    EXPECT_TRUE(has(failure(), "was added, removed or renamed")) << failure();
}

TEST_F(PlanIntakeTest, fails_when_a_file_is_younger_than_the_run) {
    make_files({"a", "b"});
    earlier_.state.epochs = 1;
    earlier_.began = std::chrono::system_clock::now() - 1h;
    EXPECT_TRUE(has(failure(), "has changed since the earlier run")) << failure();
    earlier_.began += 2h;
    EXPECT_EQ(failure(), "");
}

TEST_F(PlanIntakeTest, fails_when_files_cannot_be_compared) {
    earlier_.state.epochs = 1;  // and the input has no file, which either of both sees first
    EXPECT_TRUE(failure().starts_with("the input cannot be ")) << failure();
}

}  // namespace
}  // namespace parallel_run::orchestrator
