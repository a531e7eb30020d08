// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "journal/lock_holder.hpp"
#include "journal/progress_file.hpp"
#include "journal/reader.hpp"
#include "journal/verification.hpp"

namespace parallel_run::cli {

enum class Standing {
    running,
    unknown,  ///< it holds the output, shows no sign of life, and cannot be asked from here
    stopped,  ///< before its end: the same command goes on
    failed,
    completed,  ///< and the output bears its final name
};
/// "running", "unknown", ...
const char* name_of(Standing standing);

/// What is to be found of a run in its output directory.
struct OutputRecord {
    struct Lock {
        std::optional<journal::LockHolder> holder;  ///< nothing: the lock is damaged
        journal::Fate fate = journal::Fate::unknown;
    };

    std::string output;  ///< absolute
    std::optional<Lock> lock;
    std::optional<journal::Progress> progress;
    journal::Recovery journal;
    std::optional<journal::DataFile> data_file;  ///< where it is now; nothing: not known, or none
    bool unfinished_name = false;                ///< the data file does not bear its final one
    std::chrono::seconds silent{0};              ///< since the job last touched its books
};

/// Only reads, so a job may be running there, on any host. Throws base::UsageError, naming what was
/// looked for, where no run has been, and base::EnvironmentError where it cannot be read.
OutputRecord look_at_output(const std::string& output);
/// The same for the only word of a command's `words`; other words leave as base::UsageError.
OutputRecord look_at_output(const std::vector<std::string>& words, const std::string& usage);

/// A job on another host that was silent for longer is not called running.
inline constexpr std::chrono::seconds kLongSilence{60};
Standing standing_of(const OutputRecord& record);

}  // namespace parallel_run::cli
