// SPDX-License-Identifier: Apache-2.0
#include "cli/status_report.hpp"

#include <gtest/gtest.h>

namespace parallel_run::cli {
namespace {

using namespace std::chrono_literals;
using journal::Fate;
using journal::RunState;

bool has(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

class Status : public testing::Test {
protected:
    Status() {
        record_.output = "/out";
        record_.data_file = {"/out/rows.txt.partial", 0};
        record_.silent = 3s;
        record_.journal.verdict = journal::Verdict::usable;
        auto& state = record_.journal.state;
        state.epochs = 12;
        state.file_bytes = 3 << 20;
        state.committed.insert({0, 4'800});
        state.plan.mini_batches = 6'000;
        state.counters = {4'795, 5, 47'950, 50, 47'950, 0, 9};
    }
    journal::Progress& progress(RunState state) {
        auto& progress = record_.progress.emplace();
        progress.state = state;
        progress.step = "classify";
        progress.began = "2026-11-20T18:24:05.123+00:00";
        progress.elapsed = 100s;
        progress.planned = 10'000;
        progress.planning_done = true;
        progress.counts = {5'190, 10, 51'900, 100, 51'900, 0, 17};
        progress.workers = 8;
        progress.mini_batches_per_second = 52;
        progress.items_per_second = 520;
        progress.left = 92s;
        progress.logs = "/out/logs";
        return progress;
    }
    void hold(Fate fate) {
        journal::LockHolder holder;
        holder.host = "node17";
        holder.pid = 1234;
        holder.job = "Slurm job 4711";
        holder.since = "2026-11-20T18:24:01.000+00:00";
        record_.lock = {holder, fate};
    }
    [[nodiscard]] std::string text() const { return status_text(record_, {}); }
    void expect_lines(const std::vector<std::string>& lines) const {
        for (const auto& line : lines) EXPECT_TRUE(has(text(), line + "\n")) << line << text();
    }

    OutputRecord record_;
};

TEST_F(Status, of_a_running_job_shows_what_is_done_and_what_is_durable) {
    progress(RunState::running);
    hold(Fate::running);
    EXPECT_EQ(text(),
              "Running: classify\n"
              "  mini-batches  5,200 of 10,000 done (52 %), 10 of them failed, 17 attempts "
              "repeated\n"
              "  items         51,900 succeeded, 100 failed\n"
              "  speed         520 items/s, 52 mini-batches/s, 8 workers\n"
              "  time          1:40 since 2026-11-20T18:24:05.123+00:00, about 1:32 left\n"
              "  durable       4,800 mini-batches, 47,950 rows, 3.0 MB, by epoch 12\n"
              "  output        /out/rows.txt.partial\n"
              "  logs          /out/logs\n"
              "  job           process 1234 on node17 (Slurm job 4711), since "
              "2026-11-20T18:24:01.000+00:00\n");
}

TEST_F(Status, has_a_bar_and_colours_on_a_terminal_only) {
    progress(RunState::running);
    hold(Fate::running);
    const auto shown = status_text(record_, {true, true, 80});
    EXPECT_TRUE(shown.starts_with("\033[1;32mRunning\033[0m: classify\n  [====")) << shown;
    EXPECT_TRUE(has(shown, "]  52 %\n")) << shown;
    EXPECT_FALSE(has(text(), "[==="));
    record_.progress->planning_done = false;
    EXPECT_FALSE(has(status_text(record_, {true, false, 80}), "[="));
    expect_lines(
        {"  mini-batches  5,200 of at least 10,000, 10 of them failed, 17 attempts repeated"});
}

TEST_F(Status, tells_the_first_error_and_what_earlier_starts_did) {
    auto& running = progress(RunState::running);
    running.first_error = {"std::runtime_error: bad", "mini-batch 7, a.png",
                           "/logs/process000.txt"};
    running.done_before = 1'000;
    hold(Fate::running);
    expect_lines({"  first error   std::runtime_error: bad", "                mini-batch 7, a.png",
                  "  open          /logs/process000.txt",
                  "about 1:32 left, after 1,000 mini-batches of earlier starts"});
}

TEST_F(Status, of_a_job_elsewhere_says_how_it_knows) {
    progress(RunState::running);
    hold(Fate::unknown);
    EXPECT_EQ(standing_of(record_), Standing::running);
    expect_lines(
        {"Running: classify: it cannot be asked from here; the last sign of life was 3 s ago"});
    record_.silent = 75s;
    EXPECT_EQ(standing_of(record_), Standing::unknown);
    expect_lines(
        {"Unknown: classify: it cannot be asked from here, and the last sign of life was "
         "1:15 ago",
         "  job           process 1234 on node17 (Slurm job 4711), since "
         "2026-11-20T18:24:01.000+00:00",
         "  next          once it is gone for good, the same command, without overwrite, goes on "
         "from there"});
}

TEST_F(Status, of_a_job_whose_lock_is_damaged_goes_by_its_signs_of_life) {
    record_.lock = {std::nullopt, Fate::unknown};
    EXPECT_EQ(standing_of(record_), Standing::running);
    expect_lines({"  job           not known: the lock is damaged"});
}

TEST_F(Status, does_not_take_an_earlier_start_for_this_one) {
    progress(RunState::failed).reason = "too many failures";
    hold(Fate::running);
    const auto shown = text();
    EXPECT_TRUE(has(shown, "Running: classify\n")) << shown;
    EXPECT_TRUE(has(shown, "4,800 of at least 6,000, 5 of them failed")) << shown;
    EXPECT_FALSE(has(shown, "speed")) << shown;
}

TEST_F(Status, of_a_stopped_run_shows_where_it_goes_on) {
    progress(RunState::stopped).reason = "SIGTERM";
    expect_lines(
        {"Stopped: classify: SIGTERM",
         "  mini-batches  4,800 of 10,000 done (48 %), 5 of them failed, 9 attempts repeated",
         "  next          the same command, without overwrite, goes on from there"});
    EXPECT_FALSE(has(text(), "left"));
}

TEST_F(Status, of_a_run_that_vanished_says_so) {
    progress(RunState::running);
    hold(Fate::gone);
    expect_lines(
        {"Stopped: classify: its processes are gone without a word: killed, or the machine "
         "went down"});
    EXPECT_FALSE(has(text(), "process 1234"));
}

TEST_F(Status, of_a_run_without_a_word_about_itself_goes_by_the_journal) {
    expect_lines({"Stopped: /out",
                  "  mini-batches  4,800 of at least 6,000, 5 of them failed, 9 "
                  "attempts repeated"});
}

TEST_F(Status, of_a_failed_run_tells_why) {
    progress(RunState::failed).reason = "more than 20 items failed";
    const auto shown = status_text(record_, {true, true, 80});
    EXPECT_TRUE(has(shown, "\033[1;31mFailed\033[0m: classify: more than 20 items failed\n"))
        << shown;
    expect_lines(
        {"  mini-batches  5,200 of 10,000 done (52 %), 10 of them failed, 17 attempts "
         "repeated"});
}

TEST_F(Status, of_a_completed_run_goes_by_the_journal) {
    progress(RunState::running);  // its last word got lost
    hold(Fate::running);
    auto& state = record_.journal.state;
    state.committed.insert({4'800, 5'200});
    state.counters.processed = 9'995;
    state.plan.mini_batches = 10'000;
    state.planned = {state.plan, 100'000};
    state.completed = {state.counters};
    expect_lines({"Completed: classify",
                  "  mini-batches  10,000 of 10,000 done (100 %), 5 of them failed, 9 attempts "
                  "repeated"});
    EXPECT_FALSE(has(text(), "process 1234"));
}

TEST_F(Status, warns_of_a_damaged_journal_and_not_of_a_torn_one) {
    hold(Fate::running);
    record_.journal.tail = {journal::Flaw::torn, 4'096, 17, "ends within a record"};
    EXPECT_EQ(journal_warning(record_), "");
    record_.journal.tail = {journal::Flaw::damaged, 4'096, 1'700, "has a wrong checksum"};
    expect_lines(
        {"  warning       the journal has a wrong checksum at byte 4096: the 1,700 bytes "
         "from there are lost, and the mini-batches that they record are run again"});
    record_.journal.message = "/out/.parallel-run/journal cannot be used";
    expect_lines({"  warning       /out/.parallel-run/journal cannot be used"});
}

TEST_F(Status, for_programs_has_every_member_always) {
    EXPECT_EQ(status_json(record_),
              R"({"state": "stopped", "reason": null, "step": null, "output": "/out", )"
              R"("data_file": "/out/rows.txt.partial", "mini_batches": {"planned": 6000, )"
              R"("all_planned": false, "done": 4800, "processed": 4795, "failed": 5, )"
              R"("retries": 9, "of_earlier_starts": null}, "items": {"succeeded": 47950, )"
              R"("failed": 50}, "rows": 47950, "durable": {"epoch": 12, "mini_batches": 4800, )"
              R"("rows": 47950, "bytes": 3145728}, "pace": null, "first_error": null, )"
              R"("logs": null, "job": null, "silent_seconds": 3, "warning": null})");
}

TEST_F(Status, for_programs_tells_all_that_is_known) {
    auto& running = progress(RunState::running);
    running.first_error = {"a \"bad\" thing", "mini-batch 7", "/logs/process000.txt"};
    hold(Fate::unknown);
    const auto json = status_json(record_);
    for (
        const auto* part :
        {R"({"state": "running", "reason": "it cannot be asked from here; the last sign of life was 3 s ago", "step": "classify")",
         R"("mini_batches": {"planned": 10000, "all_planned": true, "done": 5200, )",
         R"("pace": {"began": "2026-11-20T18:24:05.123+00:00", "updated": null, "elapsed_seconds": 100, "seconds_left": 92, "mini_batches_per_second": 52, "items_per_second": 520, "workers": 8})",
         R"("first_error": {"text": "a \"bad\" thing", "place": "mini-batch 7", "file": "/logs/process000.txt"})",
         R"("job": {"host": "node17", "pid": 1234, "batch_job": "Slurm job 4711", "since": "2026-11-20T18:24:01.000+00:00", "seen_alive": false})"}) {
        EXPECT_TRUE(has(json, part)) << part << "\n" << json;
    }
}

TEST_F(Status, of_a_run_without_work_is_all_done) {
    record_.journal.state = {};
    record_.journal.state.planned.emplace();
    EXPECT_TRUE(has(text(), "0 of 0 done (100 %)")) << text();
}

}  // namespace
}  // namespace parallel_run::cli
