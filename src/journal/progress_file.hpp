// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "journal/record.hpp"

namespace parallel_run::journal {

enum class RunState {
    running,
    completed,
    failed,   ///< by a threshold, an error, or all workers lost
    stopped,  ///< before its end, as it was asked to
};
/// "running", "completed", "failed", "stopped".
const char* name_of(RunState state);

/// How far a run is by its own account: the job replaces the file that says so as the first thing
/// once it holds the output, every few seconds, and at its end. It is for people to look at; what
/// is durable the journal alone says.
struct Progress {
    struct Error {
        std::string text;
        std::string place;  ///< mini-batch, items, process; as the job's result says it
        std::string file;   ///< the log to open
        bool operator==(const Error&) const = default;
    };

    RunState state = RunState::running;
    std::string step;                      ///< its name
    std::string began;                     ///< ISO 8601; this start of the run, not an earlier one
    std::string updated;                   ///< ISO 8601
    std::chrono::milliseconds elapsed{0};  ///< since `began`
    std::uint64_t planned = 0;             ///< mini-batches
    bool planning_done = false;
    Counters counts;                ///< since the run was first started, committed or not
    std::uint64_t done_before = 0;  ///< mini-batches that earlier starts had committed
    std::uint64_t workers = 0;
    double mini_batches_per_second = 0;             ///< since `began`
    double items_per_second = 0;                    ///< since `began`
    std::optional<std::chrono::milliseconds> left;  ///< nothing while it cannot be told
    std::string reason;                             ///< of failed and stopped
    std::optional<Error> first_error;
    std::string logs;  ///< the directory
    bool operator==(const Progress&) const = default;
};

/// Lines of "key value", and last the checksum of those before.
std::string to_text(const Progress& progress);
/// Nothing for a text that is torn, damaged or of another version. Keys that are not known are
/// passed over.
std::optional<Progress> progress_from_text(std::string_view text);

/// `OUTPUT/.parallel-run/progress`. To be replaced by renaming a new file over it; it need not be
/// durable.
std::string progress_path(const std::string& output);

}  // namespace parallel_run::journal
