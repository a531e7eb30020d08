// SPDX-License-Identifier: Apache-2.0
#include "worker/error_log.hpp"

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>

#include <gtest/gtest.h>

#include "worker/worker_process.hpp"

namespace parallel_run::worker {
namespace {

constexpr const char* kModules = "3000-4000 r-xp 0 fe:00 1 /data/digits.so\n";

class ErrorLogTest : public testing::Test {
protected:
    ErrorLogTest() {
        auto name = (std::filesystem::temp_directory_path() / "errors.XXXXXX").string();
        directory = ::mkdtemp(name.data());
        errors.emplace(directory, "/bin/worker");
        errors->begin_process("process003");
        errors->set_modules(kModules);
    }
    ~ErrorLogTest() override { std::filesystem::remove_all(directory); }

    /// After all was written.
    std::string written(const std::string& process = "process003") {
        errors.reset();
        std::ifstream file(directory + "/" + process + ".txt");
        return {std::istreambuf_iterator<char>(file), {}};
    }
    static testing::AssertionResult says(const std::string& text, const std::string& part) {
        if (text.find(part) != std::string::npos) return testing::AssertionSuccess();
        return testing::AssertionFailure() << part << " is not in:\n" << text;
    }

    std::string directory;
    std::optional<ErrorLog> errors;
};

TEST_F(ErrorLogTest, tells_an_exception_with_its_place) {
    errors->tell({ring::Call::run,
                  17,
                  2,
                  "std::runtime_error",
                  "cannot read a",
                  "/data/a",
                  {0x3010, 0x3020}});
    const auto text = written();
    EXPECT_TRUE(says(text, "|run|mini-batch 17 attempt 2|std::runtime_error: cannot read a\n"));
    EXPECT_TRUE(says(text, "\n  in process003 on "));
    EXPECT_TRUE(says(text, "\n  items: /data/a\n"));
    EXPECT_TRUE(
        says(text, "  stack of the throw:\n    #0 digits.so +0x10\n    #1 digits.so +0x20\n"));
}

TEST_F(ErrorLogTest, tells_an_error_of_init_or_another_language) {
    errors->tell({ring::Call::init, 0, 0, "", "no model", "", {}});
    const auto text = written();
    EXPECT_TRUE(says(text, "|init|init|no model\n"));
    EXPECT_EQ(text.find("items"), std::string::npos);
    EXPECT_EQ(text.find("stack"), std::string::npos);
}

TEST_F(ErrorLogTest, tells_a_crash_by_the_modules_that_came_with_it) {
    ring::LastWordsCopy words;
    words.signal = SIGSEGV;
    words.code = SEGV_MAPERR;
    words.stack = {0x9010};
    words.items = "/data/a";
    words.modules = "9000-a000 r-xp 0 fe:00 1 /data/later.so\n";
    errors->tell_loss("mini-batch 3 attempt 1", "process003 was killed by signal 11", words);
    const auto text = written();
    EXPECT_TRUE(says(text, "|process|mini-batch 3 attempt 1|process003 was killed by signal 11\n"));
    EXPECT_TRUE(says(text, "  items: /data/a\n"));
    EXPECT_TRUE(says(text, "  fault: address 0x0 is not mapped\n"));
    EXPECT_TRUE(says(text, "  stack of the fault:\n    #0 later.so +0x10\n"));
}

TEST_F(ErrorLogTest, leaves_out_items_that_may_be_of_an_earlier_mini_batch) {
    ring::LastWordsCopy words;
    words.items = "/data/a";
    errors->tell_loss("idle", "process003 exited with status 0", words);
    EXPECT_EQ(written().find("items"), std::string::npos);
}

TEST_F(ErrorLogTest, has_a_time_only_at_the_beginning_of_an_error) {
    errors->tell({ring::Call::run, 1, 1, "E", "two\nlines", "/a\n2026-01-01|b", {}});
    const auto text = written();
    EXPECT_TRUE(says(text, "E: two\n  lines\n"));
    EXPECT_TRUE(says(text, "  items: /a?2026-01-01|b\n"));
}

TEST_F(ErrorLogTest, has_a_file_for_each_process) {
    errors->tell({ring::Call::run, 1, 1, "E", "first", "", {}});
    errors->begin_process("process004");
    errors->tell({ring::Call::run, 1, 2, "E", "second", "", {0x3010}});
    EXPECT_TRUE(says(written("process004"), "#0 0x3010 in no module"));
    EXPECT_TRUE(says(written("process003"), "first"));
}

TEST_F(ErrorLogTest, does_not_mind_a_directory_that_is_not_there) {
    std::filesystem::remove_all(directory);
    errors->tell({ring::Call::run, 1, 1, "E", "lost", "", {}});
    EXPECT_EQ(written(), "");
}

/// The process's side, played by the test.
TEST(WorkerProcessErrors, are_heard_and_damaged_ones_found_out) {
    WorkerProcess process;
    auto segment = ring::Segment::open(base::UniqueFd(::dup(process.segment_fd())));
    auto events = segment.value().event_producer();
    const auto push = [&](ring::Event event, std::string_view bytes) {
        ASSERT_TRUE(events.try_push(static_cast<std::uint16_t>(event), false, {}, bytes));
    };
    const auto report =
        encode(ring::ErrorReport{ring::Call::run, 5, 1, "E", "message", "/a", {1, 2}});
    push(ring::Event::modules, kModules);
    push(ring::Event::error, report);
    push(ring::Event::error, std::string_view(report).substr(0, 4));
    EXPECT_EQ(std::get<WorkerProcess::Modules>(process.listen()).lines, kModules);
    EXPECT_EQ(std::get<WorkerProcess::Error>(process.listen()).report.message, "message");
    EXPECT_TRUE(std::holds_alternative<WorkerProcess::Damaged>(process.listen()));
}

}  // namespace
}  // namespace parallel_run::worker
