// SPDX-License-Identifier: Apache-2.0
// What a script writes in masses, and what it writes over.
#include "hostile.hpp"

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <fstream>
#include <thread>

namespace parallel_run::whole {

namespace {

namespace fs = std::filesystem;

constexpr std::uintmax_t kMegabyte = 1 << 20;

/// VmHWM of a process: the most memory that it had.
std::uintmax_t peak_bytes(pid_t pid) {
    std::ifstream status("/proc/" + std::to_string(pid) + "/status");
    std::string name;
    std::uintmax_t kilobytes = 0;
    for (std::string line; std::getline(status, line);) {
        if (line.rfind("Name:", 0) == 0) name = line.substr(line.find_last_of('\t') + 1);
        if (line.rfind("VmHWM:", 0) == 0) kilobytes = std::stoull(line.substr(6));
    }
    return name == "parallel-run" ? kilobytes * 1024 : 0;
}

class FloodingScript : public HostileScript {
protected:
    /// Also the most memory that one of the engine's processes had.
    Finished run_watched() {
        std::atomic<bool> over{false};
        std::thread watch([&] {
            while (!over) {
                for (const auto pid : processes_marked(path())) {
                    peak_ = std::max(peak_, peak_bytes(pid));
                }
                std::this_thread::sleep_for(std::chrono::milliseconds(20));
            }
        });
        auto finished = run(prepare());
        over = true;
        watch.join();
        return finished;
    }

    [[nodiscard]] std::uintmax_t size_of_innocent_rows() const {
        std::uintmax_t size = 0;
        for (const auto& row : innocent_) size += row.size() + 1;
        return size;
    }

    std::uintmax_t peak_ = 0;
};

class ScribblingScript : public HostileScript {};

Deed flood(const std::string& name, const std::string& arguments) {
    return {name, "floods", arguments, ""};
}

Deed scribble(const std::string& where, const std::string& what, const std::string& then) {
    return {what + "_over_" + where + "_and_" + then, "scribbles",
            "--where " + where + " --what " + what + " --then " + then, "", "0.5"};
}

const auto kRanks = testing::Values(1, 2, 5);

}  // namespace

TEST_P(FloodingScript, has_its_rows_and_the_engine_little_memory) {
    const auto finished = run_watched();
    ASSERT_TRUE(ended_with(0, finished));
    EXPECT_TRUE(says(finished.err, "21 processed, 0 failed\n"));
    const auto found = rows();
    const auto flood = std::count_if(found.begin(), found.end(),
                                     [](const std::string& row) { return row[0] == '\0'; });
    // All of them are of one length, so the sum says that none is cut.
    const auto& arguments = deed().arguments;
    const auto count = std::stoull(arguments.substr(arguments.find("--rows ") + 7));
    const auto size = std::stoull(arguments.substr(arguments.find("--row_bytes ") + 12));
    EXPECT_EQ(flood, count);
    EXPECT_EQ(fs::file_size(path("out/parallel_run_step.txt")),
              size_of_innocent_rows() + count * (size + 1));
    EXPECT_GT(peak_, 0U);
    EXPECT_LT(peak_, 400 * kMegabyte);
    expect_no_leftovers();
}

INSTANTIATE_TEST_SUITE_P(
    Runs, FloodingScript,
    testing::Combine(testing::Values(flood("zero_bytes", "--rows 3 --row_bytes 2"),
                                     flood("a_row_of_200_MB", "--rows 1 --row_bytes 200000000"),
                                     flood("20_million_rows", "--rows 20000000 --row_bytes 4")),
                     kRanks),
    FloodingScript::name_of);

class TalkativeScript : public HostileScript {};

TEST_P(TalkativeScript, fills_the_disk_up_to_a_limit_that_its_output_tells) {
    const auto finished = run(prepare());
    EXPECT_TRUE(ended_with(0, finished));
    std::uintmax_t bytes = 0;
    std::uintmax_t told = 0;
    for (const auto& entry : fs::recursive_directory_iterator(path("out/logs/user/stdout"))) {
        if (!entry.is_regular_file()) continue;
        bytes += entry.file_size();
        std::string line;
        std::getline(std::ifstream(entry.path()), line);
        told += count_of(line, "rotated away");
    }
    EXPECT_GT(bytes, 64 * kMegabyte);
    EXPECT_LT(bytes, 2 * 64 * kMegabyte + kMegabyte);
    EXPECT_GT(told, 0U);
    expect_no_leftovers();
}

INSTANTIATE_TEST_SUITE_P(Runs, TalkativeScript,
                         testing::Combine(testing::Values(flood("300_MB_to_stdout",
                                                                "--stdout_bytes 300000000")),
                                          kRanks),
                         TalkativeScript::name_of);

TEST_P(ScribblingScript, costs_attempts_and_never_the_job) {
    const auto finished = run(prepare());
    ASSERT_TRUE(ended_with(0, finished));
    // Where nobody looked at the memory in between, all went well.
    const bool noticed = says(finished.err, "1 failed, ");
    expect_rows(!noticed);
    const auto& then = deed().arguments;
    EXPECT_TRUE(noticed || then.find("return") != std::string::npos) << finished;
    if (noticed) {
        EXPECT_TRUE(says(finished.err, "first error   "));
    }
    const auto is_text = [](char c) { return c >= ' ' || c == '\n'; };
    EXPECT_TRUE(std::all_of(finished.err.begin(), finished.err.end(), is_text)) << finished;
    expect_no_leftovers();
}

INSTANTIATE_TEST_SUITE_P(Runs, ScribblingScript,
                         testing::Combine(testing::Values(scribble("all", "random", "return"),
                                                          scribble("all", "zeros", "crash"),
                                                          scribble("all", "ones", "hang"),
                                                          scribble("head", "zeros", "return"),
                                                          scribble("head", "random", "hang"),
                                                          scribble("rings", "zeros", "hang"),
                                                          scribble("rings", "zeros", "crash"),
                                                          scribble("rings", "ones", "crash"),
                                                          scribble("rings", "random", "return")),
                                          kRanks),
                         ScribblingScript::name_of);

}  // namespace parallel_run::whole
