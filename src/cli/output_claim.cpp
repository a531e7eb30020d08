// SPDX-License-Identifier: Apache-2.0
#include "cli/output_claim.hpp"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <future>
#include <random>
#include <utility>

#include "base/error.hpp"
#include "base/hasher.hpp"
#include "cli/fingerprint.hpp"
#include "journal/progress_file.hpp"
#include "journal/writer.hpp"
#include "orchestrator/abort_text.hpp"
#include "orchestrator/input_check.hpp"
#include "orchestrator/publish.hpp"
#include "output/table_reader.hpp"

namespace parallel_run::cli {

namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::system_clock;

/// How long the input is compared before work begins; what is not seen by then is compared while
/// it goes on.
constexpr auto kCompareFirst = std::chrono::seconds(2);

constexpr std::string_view kBegan = "# began ";

journal::Storage& storage() {
    static journal::PosixStorage posix;
    return posix;
}

std::unique_ptr<journal::OutputLock> lock(const config::Step& step) {
    return std::make_unique<journal::OutputLock>(
        step.output, journal::real_surroundings([](const std::string& line) {
            std::fprintf(stderr, "parallel-run: %s\n", line.c_str());
        }));
}

/// The run that an output directory belongs to: the file beside the journal.
struct Identity {
    std::string text;  ///< of the fingerprint; empty: there is none
    Clock::time_point began;
};

Identity read_identity(const std::string& output) {
    const auto content = storage().read(fingerprint_path(output));
    if (!content) throw base::EnvironmentError(content.error());
    const auto text = content.value().value_or("");
    const auto line_end = text.find('\n');
    if (!text.starts_with(kBegan) || line_end == std::string::npos) return {};
    std::int64_t count = 0;
    std::from_chars(text.data() + kBegan.size(), text.data() + line_end, count);
    return {text.substr(line_end + 1),
            Clock::time_point(
                std::chrono::duration_cast<Clock::duration>(std::chrono::nanoseconds(count)))};
}

void write_identity(const std::string& output, const Identity& identity) {
    const auto content = std::string(kBegan) +
                         std::to_string(std::chrono::duration_cast<std::chrono::nanoseconds>(
                                            identity.began.time_since_epoch())
                                            .count()) +
                         "\n" + identity.text;
    // Durable, since a journal must not survive without it.
    const auto file = journal::replace_durably(storage(), fingerprint_path(output), content);
    if (!file) throw base::EnvironmentError(file.error());
}

/// Now, by this host's clock and by that of the output's file system, whichever is later: input
/// that is older than the run must not look newer because the clocks differ.
Clock::time_point now_on(const std::string& output) {
    const auto file_time = fs::last_write_time(journal::state_directory(output));
    return std::max(Clock::now(), std::chrono::time_point_cast<Clock::duration>(
                                      std::chrono::file_clock::to_sys(file_time)));
}

base::Digest digest_of(const std::string& text) {
    base::Hasher hasher;
    hasher.add(text);
    return hasher.digest();
}

journal::Recovery recover(const config::Step& step) {
    auto recovery = journal::recover(storage(), journal::journal_path(step.output));
    if (!recovery) throw base::EnvironmentError(recovery.error());
    return std::move(recovery.value());
}

std::uint64_t random_salt() {
    std::random_device device;
    return (std::uint64_t{device()} << 32U) | device();
}

/// The step with the append_row_file_name of the run that is there.
config::Step named_as_before(config::Step step) {
    const auto earlier = Fingerprint::from_text(read_identity(step.output).text);
    const auto name = earlier.value_of("append_row_file_name");
    const bool damaged = name && name->find('/') != std::string::npos;
    if (name && !damaged) step.append_row_file_name = *name;
    return step;
}

/// In an order that leaves, wherever it ends, the run that was there, a completed one without its
/// result, or none; the latter two are begun anew.
void discard(const config::Step& step) {
    const auto earlier = named_as_before(step);
    for (const auto& path :
         {config::final_output_path(earlier), config::final_output_path(step),
          journal::journal_path(step.output), config::partial_output_path(earlier),
          config::partial_output_path(step), config::new_table_path(earlier),
          config::new_table_path(step), journal::progress_path(step.output)}) {
        std::error_code error;
        fs::remove(path, error);
        if (!error) continue;
        throw base::EnvironmentError("cannot discard " + path +
                                     ", which an earlier run left: " + error.message());
    }
}

void begin(const config::Step& step, const Fingerprint& fingerprint, OutputClaim& claim) {
    discard(step);
    if (step.output_action == config::OutputAction::append_row) {
        // Before the journal: whoever opens that syncs the directory, which no sync of rows does.
        const auto file = storage().create(config::partial_output_path(step));
        if (!file) throw base::EnvironmentError(file.error());
    }
    const Identity identity{fingerprint.to_text(), now_on(step.output)};
    write_identity(step.output, identity);
    const journal::Header header{digest_of(identity.text), random_salt()};
    const auto writer = journal::JournalWriter::create(storage(), step.output, header);
    if (!writer) throw base::EnvironmentError(writer.error());
    claim.recovery = recover(step);
    claim.began = identity.began;
}

void refuse_unknown_result(const config::Step& step) {
    if (step.output_action != config::OutputAction::append_row) return;
    std::error_code ignored;
    if (!fs::exists(config::final_output_path(step), ignored)) return;
    throw base::UsageError("output " + step.output + " holds " + step.append_row_file_name +
                           ", and no record of the run that it is from: discard it with "
                           "--overwrite, or choose another --output");
}

/// A run of which nothing is durable is no loss, whatever its settings and input were.
void begin_in_place_of(const Identity& identity, const config::Step& step,
                       const Fingerprint& fingerprint, OutputClaim& claim) {
    refuse_unknown_result(step);
    refuse_unknown_result(named_as_before(step));
    if (const auto difference =
            fingerprint.difference_from(Fingerprint::from_text(identity.text))) {
        std::fprintf(stderr,
                     "parallel-run: %s held a run of other settings of which nothing was saved; "
                     "this one takes its place (%s)\n",
                     step.output.c_str(), difference->c_str());
    }
    begin(step, fingerprint, claim);
}

void refuse_other_settings(const config::Step& step, const Fingerprint& fingerprint,
                           const OutputClaim& claim, const Identity& identity) {
    const auto difference = fingerprint.difference_from(Fingerprint::from_text(identity.text));
    if (!difference) return;
    throw base::UsageError("output " + step.output + " holds " +
                           (claim.completed ? "the result of" : "an unfinished run of") +
                           " other settings: " + *difference +
                           ". Repeat the earlier command, discard it with --overwrite, or choose "
                           "another --output");
}

/// As far as it can be seen in a short time.
void refuse_changed_input(const config::Step& step, const OutputClaim& claim) {
    std::stop_source stop;
    auto difference = std::async(std::launch::async, [&, token = stop.get_token()] {
        return orchestrator::input_difference(step, claim.recovery.state, claim.began, token);
    });
    if (!claim.completed) {
        difference.wait_for(kCompareFirst);
        stop.request_stop();
    }
    if (const auto found = difference.get()) throw base::UsageError(*found);
}

std::uint64_t size_of(const std::string& path) {
    std::error_code error;
    const auto size = fs::file_size(path, error);
    return error ? 0 : size;
}

void refuse_short_file(const config::Step& step, const OutputClaim& claim) {
    const auto path = config::partial_output_path(step);
    const auto recorded = claim.recovery.state.file_bytes;
    if (size_of(path) >= recorded) return;
    throw base::UsageError(path + " has " + std::to_string(size_of(path)) + " bytes where " +
                           std::to_string(recorded) +
                           " were written: it was changed or removed. Restore it to go on, or "
                           "start anew with --overwrite");
}

bool is_left_out(const config::Step& step, const journal::State& state) {
    const auto partial = config::partial_output_path(step);
    const bool has_name = fs::exists(config::final_output_path(step));
    if (config::is_table(step)) {
        return fs::exists(partial) && (has_name || fs::exists(config::new_table_path(step)));
    }
    return !has_name && state.file_bytes > 0 && size_of(partial) == state.file_bytes;
}

/// A run that ended between its last record and the renaming. That record was read, which does not
/// say that it is durable; it must be before there is no partial file any more.
void publish_if_left_out(const config::Step& step, const OutputClaim& claim) {
    if (!is_left_out(step, claim.recovery.state)) return;
    const auto journal =
        journal::JournalWriter::go_on(storage(), step.output, claim.recovery, random_salt());
    if (!journal) throw base::EnvironmentError(journal.error());
    if (auto error = orchestrator::publish(step); !error.empty()) {
        throw base::EnvironmentError(error);
    }
}

std::string fault_of_file(const std::string& path, const journal::State& state) {
    if (size_of(path) == state.file_bytes) return {};
    return path + " has " + std::to_string(size_of(path)) + " bytes where " +
           std::to_string(state.file_bytes) + " were written";
}

std::string fault_of_table(const std::string& path, const journal::State& state) {
    const auto table = output::open_table(path, state.columns);
    if (!table) return table.error();
    const auto bytes = table.value()->size();
    if (bytes == state.file_bytes) return {};
    const auto row = schema::row_bytes(state.columns);
    return path + " has " + std::to_string(bytes / row) + " rows where " +
           std::to_string(state.file_bytes / row) + " were written";
}

bool has_result(const config::Step& step, const OutputClaim& claim) {
    if (step.output_action == config::OutputAction::summary_only) return true;
    const auto path = config::final_output_path(step);
    const bool partial = fs::exists(config::partial_output_path(step));
    if (!fs::exists(path) && !partial) return false;
    const auto fault = config::is_table(step) ? fault_of_table(path, claim.recovery.state)
                                              : fault_of_file(path, claim.recovery.state);
    if (fault.empty()) return true;
    throw base::UsageError(fault +
                           ": it was changed. Restore it, run the step again with "
                           "--allow_reuse=false, or choose another --output");
}

/// They may differ from those by which the result was judged.
void refuse_beyond_thresholds(const config::Step& step, const OutputClaim& claim) {
    const auto counts = orchestrator::counts_of(claim.recovery.state);
    if (const auto reason = orchestrator::beyond_thresholds(counts, step)) {
        throw base::UsageError("the Completed result in " + step.output +
                               " would be a failure now: " + *reason +
                               ". Raise the limit, or run the step again with "
                               "--allow_reuse=false");
    }
}

/// A journal belongs to the fingerprint beside it.
void refuse_mixed_up(const config::Step& step, const OutputClaim& claim, const Identity& identity) {
    if (claim.recovery.header.fingerprint == digest_of(identity.text)) return;
    throw base::UsageError("the journal and the fingerprint in " +
                           journal::state_directory(step.output) +
                           " are of different runs; start anew with --overwrite");
}

/// What there is to go on from; a verdict of absent: nothing.
journal::Recovery recover_usable(const config::Step& step) {
    auto recovery = recover(step);
    if (recovery.verdict == journal::Verdict::absent) {
        refuse_unknown_result(step);
    } else if (recovery.verdict != journal::Verdict::usable) {
        throw base::UsageError(recovery.message);
    }
    return recovery;
}

/// The run that is there, if it is the step's: its result, what is left of it, or all anew where
/// the result is gone or not wanted.
void take_over(const config::Step& step, const Fingerprint& fingerprint, OutputClaim& claim) {
    const auto identity = read_identity(step.output);
    claim.began = identity.began;
    claim.completed = claim.recovery.state.completed.has_value();
    refuse_mixed_up(step, claim, identity);
    if (!claim.completed && !claim.goes_on()) {
        return begin_in_place_of(identity, step, fingerprint, claim);
    }
    refuse_other_settings(step, fingerprint, claim, identity);
    if (claim.completed) {
        publish_if_left_out(step, claim);
        if (!step.allow_reuse || !has_result(step, claim)) {
            claim.completed = false;
            return begin(step, fingerprint, claim);
        }
    } else if (step.output_action == config::OutputAction::append_row) {
        refuse_short_file(step, claim);
    }
    refuse_changed_input(step, claim);
    if (claim.completed) refuse_beyond_thresholds(step, claim);
}

void make_output_directory(const config::Step& step) {
    std::error_code error;
    const bool made = fs::create_directories(step.output, error);
    std::string failure = error ? error.message() : "";
    if (made) failure = storage().sync_directory(fs::path(step.output).parent_path());
    if (failure.empty() && ::access(step.output.c_str(), W_OK | X_OK) != 0) {
        failure = std::strerror(errno);
    }
    if (failure.empty()) return;
    throw base::UsageError("cannot use the output directory " + step.output + ": " + failure +
                           ". Choose an --output where you may write");
}

}  // namespace

OutputClaim claim_output(const config::Step& step) {
    std::error_code ignored;
    const bool known = fs::exists(journal::state_directory(step.output), ignored);
    if (!known && !step.overwrite) refuse_unknown_result(step);
    const auto fingerprint = Fingerprint::of(step);
    make_output_directory(step);
    OutputClaim claim{.lock = lock(step), .recovery = {}, .began = {}};
    if (!step.overwrite) claim.recovery = recover_usable(step);
    if (claim.recovery.verdict == journal::Verdict::usable) {
        take_over(step, fingerprint, claim);
    } else {
        begin(step, fingerprint, claim);
    }
    return claim;
}

OutputClaim reclaim_output(const config::Step& step) {
    OutputClaim claim{.lock = lock(step), .recovery = recover(step), .began = {}};
    const auto identity = read_identity(step.output);
    claim.began = identity.began;
    if (claim.recovery.verdict != journal::Verdict::usable ||
        !Fingerprint::from_text(identity.text).has_settings_of(step)) {
        throw base::EnvironmentError("output " + step.output +
                                     " was taken by another run before this one began; give each "
                                     "an output directory of its own");
    }
    refuse_mixed_up(step, claim, identity);
    claim.completed = claim.recovery.state.completed.has_value();
    if (claim.completed) publish_if_left_out(step, claim);
    return claim;
}

orchestrator::RunHistory history_of(OutputClaim claim) {
    const auto output = claim.lock->output();
    auto writer =
        journal::JournalWriter::go_on(storage(), output, std::move(claim.recovery), random_salt());
    if (!writer) throw base::EnvironmentError(writer.error());
    return {std::move(claim.lock), std::move(writer.value()), claim.began};
}

}  // namespace parallel_run::cli
