// SPDX-License-Identifier: Apache-2.0
// What a whole program would take too long to show; see tests/whole/losing_ranks_test.cpp.
#include "cli/supervise.hpp"

#include <stdlib.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

#include <gtest/gtest.h>

#include "base/exit_status.hpp"
#include "worker/descendants.hpp"

namespace parallel_run::cli {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

/// A script in the place of mpirun, in a directory of its own.
class DesertedLauncher : public ::testing::Test {
protected:
    DesertedLauncher() {
        auto name = (fs::temp_directory_path() / "supervise.XXXXXX").string();
        EXPECT_NE(::mkdtemp(name.data()), nullptr);
        root_ = name;
        step_.logs = name + "/logs";
        step_.max_restarts = 1;
        fs::create_directories(root_ / "logs/sys");
        std::ofstream(root_ / "logs/sys/step.conf") << "\n";
        path_before_ = ::getenv("PATH");
        ::setenv("PATH", (name + ":" + path_before_).c_str(), 1);
    }
    ~DesertedLauncher() override {
        ::setenv("PATH", path_before_.c_str(), 1);
        fs::remove_all(root_);
    }

    int supervise_script(const std::string& script) {
        std::ofstream(root_ / "mpirun")
            << "#!/bin/sh\necho x >>" << (root_ / "starts").string() << "\n"
            << script << "\n";
        fs::permissions(root_ / "mpirun", fs::perms::owner_all);
        Environment environment = {{"PATH", ::getenv("PATH")}};
        if (!hostfile_.empty()) environment["PBS_NODEFILE"] = hostfile_;
        testing::internal::CaptureStderr();
        const auto status = supervise(step_, environment, 50ms);
        said_ = testing::internal::GetCapturedStderr();
        return status;
    }
    [[nodiscard]] std::size_t starts() const {
        std::ifstream file(root_ / "starts");
        return static_cast<std::size_t>(std::count(std::istreambuf_iterator<char>(file), {}, 'x'));
    }

    fs::path root_;
    std::string path_before_;
    std::string hostfile_;
    config::Step step_;
    std::string said_;
};

TEST_F(DesertedLauncher, is_ended_and_counts_as_a_loss_of_the_ranks) {
    EXPECT_EQ(supervise_script("(exit); exec sleep 100"), base::kStopped);
    EXPECT_EQ(starts(), 2U);
    EXPECT_EQ(said_,
              "parallel-run: mpirun does not end although nothing is left for it to do: ending "
              "it\n"
              "parallel-run: mpirun ended with status 143 (signal 15, Terminated) before the job "
              "did; its messages are above; starting the ranks again (1 of 1)\n"
              "parallel-run: mpirun does not end although nothing is left for it to do: ending "
              "it\n"
              "parallel-run: mpirun ended with status 143 (signal 15, Terminated) before the job "
              "did; its messages are above; max_restarts = 1 is used up; the same command goes on "
              "from what is saved\n");
}

TEST_F(DesertedLauncher, counts_as_a_loss_whatever_it_ends_with) {
    EXPECT_EQ(supervise_script("trap 'exit 1' TERM; (exit); while :; do :; done"), base::kStopped);
    EXPECT_EQ(starts(), 2U);
}

TEST_F(DesertedLauncher, does_not_change_what_the_ranks_have_left) {
    EXPECT_EQ(supervise_script("(echo 0 >>$PARALLEL_RUN_STATUS_FILE); exec sleep 100"), 0);
    EXPECT_EQ(starts(), 1U);
}

TEST_F(DesertedLauncher, is_ended_with_ranks_that_stay_after_they_have_left_a_status) {
    for (const int status : {base::kCompleted, base::kFailed, base::kStopped}) {
        SCOPED_TRACE(status);
        EXPECT_EQ(supervise_script("echo " + std::to_string(status) +
                                   " >>$PARALLEL_RUN_STATUS_FILE; sleep 100; :"),
                  status);
        EXPECT_EQ(said_,
                  "parallel-run: mpirun does not end although nothing is left for it to do: ending "
                  "it\n");
        EXPECT_TRUE(worker::children().empty());
    }
    EXPECT_EQ(starts(), 3U);
}

TEST_F(DesertedLauncher, that_was_told_to_stop_may_have_lost_ranks_on_other_hosts) {
    std::ofstream(root_ / "hosts") << "node1\nnode2\n";
    hostfile_ = (root_ / "hosts").string();
    EXPECT_EQ(supervise_script("test \"$1\" = --host && exit; "
                               "echo 75 >>$PARALLEL_RUN_STATUS_FILE; sleep 100; :"),
              base::kStopped);
    EXPECT_EQ(starts(), 4U) << "twice, and a probe of each host in between";
}

}  // namespace
}  // namespace parallel_run::cli
