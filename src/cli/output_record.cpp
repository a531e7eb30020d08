// SPDX-License-Identifier: Apache-2.0
#include "cli/output_record.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <utility>

#include "base/error.hpp"
#include "cli/fingerprint.hpp"
#include "config/step.hpp"
#include "journal/output_lock.hpp"

namespace parallel_run::cli {

namespace {

namespace fs = std::filesystem;
using journal::RunState;

std::string directory_of(const std::string& output) {
    auto path = fs::absolute(output).lexically_normal();
    if (!path.has_filename()) path = path.parent_path();
    std::error_code error;
    const auto kind = fs::status(path, error).type();
    if (kind == fs::file_type::directory) return path;
    if (kind == fs::file_type::not_found) {
        throw base::UsageError("there is no directory " + path.string() +
                               ": give the output directory of a step");
    }
    throw base::UsageError(path.string() + (error ? ": " + error.message() : " is a file") +
                           ": give the output directory of a step");
}

std::optional<std::string> read_file(const std::string& path) {
    auto content = journal::PosixStorage().read(path);
    if (!content) throw base::EnvironmentError(content.error());
    return std::move(content.value());
}

std::optional<OutputRecord::Lock> look_at_lock(const std::string& output) {
    const auto content = read_file(journal::lock_path(output));
    if (!content) return std::nullopt;
    OutputRecord::Lock lock{journal::decode(*content), journal::Fate::unknown};
    if (lock.holder) lock.fate = journal::fate_of(*lock.holder, journal::this_process());
    return lock;
}

std::optional<journal::Progress> read_progress(const std::string& output) {
    const auto text = read_file(journal::progress_path(output));
    return text ? journal::progress_from_text(*text) : std::nullopt;
}

journal::Recovery read_journal(const std::string& output) {
    journal::PosixStorage storage;
    auto recovery = journal::recover(storage, journal::journal_path(output));
    if (!recovery) throw base::EnvironmentError(recovery.error());
    return std::move(recovery.value());
}

/// The settings say where it may be; a job may be renaming it at this moment.
void find_data_file(OutputRecord& record) {
    const auto text = read_file(fingerprint_path(record.output));
    const auto fingerprint = Fingerprint::from_text(text.value_or(""));
    const auto name = fingerprint.value_of("append_row_file_name");
    if (!name || fingerprint.value_of("output_action") == "summary_only") return;
    config::Step step;
    step.output = record.output;
    step.append_row_file_name = *name;
    const auto partial = config::partial_output_path(step);
    const auto whole = config::final_output_path(step);
    const bool completed = record.journal.state.completed.has_value();
    record.unfinished_name = completed ? fs::exists(partial) && !fs::exists(whole)
                                       : fs::exists(partial) || !fs::exists(whole);
    record.data_file = {record.unfinished_name ? partial : whole,
                        fingerprint.value_of("append_row_header") ? 1U : 0U,
                        config::is_table(step) && !record.unfinished_name};
}

std::chrono::seconds silence(const std::string& output) {
    const auto now = fs::file_time_type::clock::now();
    auto shortest = std::chrono::nanoseconds::max();
    for (const auto& path : {journal::lock_path(output), journal::progress_path(output),
                             journal::journal_path(output)}) {
        std::error_code absent;
        const auto time = fs::last_write_time(path, absent);
        if (!absent) shortest = std::min<std::chrono::nanoseconds>(shortest, now - time);
    }
    return std::max(std::chrono::seconds(0), std::chrono::floor<std::chrono::seconds>(shortest));
}

}  // namespace

const char* name_of(Standing standing) {
    constexpr std::array names = {"running", "unknown", "stopped", "failed", "completed"};
    return names.at(static_cast<std::size_t>(standing));
}

OutputRecord look_at_output(const std::string& output) {
    OutputRecord record;
    record.output = directory_of(output);
    // In the order opposite to that in which a job leaves them: one without a lock has said its
    // last word, and one whose last word is said has recorded all.
    record.lock = look_at_lock(record.output);
    record.progress = read_progress(record.output);
    record.journal = read_journal(record.output);
    if (!record.lock && !record.progress && record.journal.verdict == journal::Verdict::absent) {
        throw base::UsageError("no step has run with the output " + record.output +
                               ": there is neither a journal nor a lock in " +
                               journal::state_directory(record.output));
    }
    find_data_file(record);
    record.silent = silence(record.output);
    return record;
}

OutputRecord look_at_output(const std::vector<std::string>& words, const std::string& usage) {
    for (const auto& word : words) {
        if (word.starts_with('-')) {
            throw base::UsageError("there is no option " + word + "; usage: parallel-run " + usage);
        }
    }
    if (words.size() != 1) {
        throw base::UsageError("give one output directory; usage: parallel-run " + usage);
    }
    return look_at_output(words.front());
}

Standing standing_of(const OutputRecord& record) {
    if (record.journal.state.completed && !record.unfinished_name) return Standing::completed;
    if (record.lock && record.lock->fate == journal::Fate::running) return Standing::running;
    if (record.lock && record.lock->fate == journal::Fate::unknown) {
        return record.silent <= kLongSilence ? Standing::running : Standing::unknown;
    }
    const bool failed = record.progress && record.progress->state == RunState::failed;
    return failed ? Standing::failed : Standing::stopped;
}

}  // namespace parallel_run::cli
