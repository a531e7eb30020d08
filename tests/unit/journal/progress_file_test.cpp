// SPDX-License-Identifier: Apache-2.0
#include "journal/progress_file.hpp"

#include <limits>

#include <gtest/gtest.h>

#include "base/hasher.hpp"

namespace parallel_run::journal {
namespace {

using namespace std::chrono_literals;

Progress full() {
    Progress progress;
    progress.state = RunState::failed;
    progress.step = "classify";
    progress.began = "2026-11-20T18:24:05.123+00:00";
    progress.updated = "2026-11-20T18:25:45.000+00:00";
    progress.elapsed = 99'877ms;
    progress.planned = 10'000;
    progress.planning_done = true;
    progress.counts = {5'190, 10, 51'970, 30, 51'970, 2, 17};
    progress.done_before = 1'000;
    progress.workers = 8;
    progress.mini_batches_per_second = 52.0000000000001;
    progress.items_per_second = 1e-300;
    progress.left = 0ms;
    progress.reason = "more than 20 items failed";
    progress.first_error = {"std::runtime_error: line one\nline \\n two", "mini-batch 7, a b.png",
                            "/logs/user/error/node 1/process000.txt"};
    progress.logs = "/out/logs";
    return progress;
}

/// With a right checksum.
std::string file_of(const std::string& lines) {
    const auto text = "parallel-run progress 1\n" + lines;
    base::Hasher hasher;
    hasher.add(text);
    return text + "check " + base::to_text(hasher.digest()) + "\n";
}

TEST(ProgressFile, gives_back_what_was_written) {
    EXPECT_EQ(progress_from_text(to_text(full())), full());
    EXPECT_EQ(progress_from_text(to_text(Progress())), Progress());
}

TEST(ProgressFile, is_lines_of_text) {
    const auto text = to_text(full());
    EXPECT_TRUE(text.starts_with("parallel-run progress 1\nstate failed\nstep classify\n")) << text;
    EXPECT_NE(text.find("\nfirst_error std::runtime_error: line one\\nline \\\\n two\n"),
              std::string::npos)
        << text;
    EXPECT_NE(text.find("\nelapsed_ms 99877\n"), std::string::npos) << text;
}

TEST(ProgressFile, that_is_torn_anywhere_is_none) {
    const auto text = to_text(full());
    for (std::size_t size = 0; size < text.size(); ++size) {
        EXPECT_FALSE(progress_from_text(text.substr(0, size))) << size;
    }
}

TEST(ProgressFile, that_is_damaged_anywhere_is_none) {
    const auto text = to_text(full());
    for (std::size_t at = 0; at < text.size(); ++at) {
        auto damaged = text;
        damaged[at] = static_cast<char>(damaged[at] ^ 1);
        EXPECT_FALSE(progress_from_text(damaged)) << at;
    }
}

TEST(ProgressFile, of_another_version_is_none) {
    auto text = file_of("state running\n");
    ASSERT_TRUE(progress_from_text(text));
    text.replace(text.find(" 1\n"), 3, " 2\n");
    EXPECT_FALSE(progress_from_text(text));
}

TEST(ProgressFile, may_say_more_or_less_than_this_program_knows) {
    const auto progress =
        progress_from_text(file_of("state stopped\nmood good\nbare\n\nfailed 3\n"));
    ASSERT_TRUE(progress);
    EXPECT_EQ(progress->state, RunState::stopped);
    EXPECT_EQ(progress->counts.failed, 3U);
    EXPECT_EQ(progress->workers, 0U);
    EXPECT_FALSE(progress->left);
    EXPECT_FALSE(progress->first_error);
}

TEST(ProgressFile, with_values_that_are_none_is_none) {
    EXPECT_FALSE(progress_from_text(file_of("")));
    for (const auto* line :
         {"state asleep", "failed -1", "failed", "failed 3 x", "planning_done 256",
          "failed 18446744073709551616", "elapsed_ms -1", "left_ms -1",
          "elapsed_ms 9223372036854775807", "items_per_second fast"}) {
        EXPECT_FALSE(progress_from_text(file_of("state running\n" + std::string(line) + "\n")))
            << line;
    }
}

TEST(ProgressFile, keeps_the_greatest_numbers) {
    auto progress = full();
    progress.planned = std::numeric_limits<std::uint64_t>::max();
    progress.items_per_second = std::numeric_limits<double>::max();
    EXPECT_EQ(progress_from_text(to_text(progress)), progress);
}

TEST(ProgressFile, lies_with_the_journal) {
    EXPECT_EQ(progress_path("/out"), "/out/.parallel-run/progress");
}

}  // namespace
}  // namespace parallel_run::journal
