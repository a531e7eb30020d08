// SPDX-License-Identifier: Apache-2.0
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "base/exit_status.hpp"
#include "base/size.hpp"
#include "cli/commands.hpp"
#include "cli/fingerprint.hpp"
#include "cli/status_report.hpp"
#include "journal/writer.hpp"
#include "logging/progress_bar.hpp"
#include "output/table_reader.hpp"

namespace parallel_run::cli {

namespace {

using base::format_bytes;
using base::format_count;

/// How much of a big file is read, on one line of a terminal that goes away at the end.
class ReadingDisplay {
public:
    explicit ReadingDisplay(std::uint64_t total) : total_(total) {}
    ~ReadingDisplay() {
        if (shown_) std::fputs("\r\033[K", stderr);
    }
    ReadingDisplay(const ReadingDisplay&) = delete;
    ReadingDisplay& operator=(const ReadingDisplay&) = delete;

    void update(std::uint64_t bytes) {
        const auto now = std::chrono::steady_clock::now();
        if (!terminal_.interactive || now < next_) return;
        const auto share = static_cast<double>(bytes) / static_cast<double>(total_);
        std::fprintf(stderr, "\r\033[K%s  %s of %s read", logging::progress_bar(share, 30).c_str(),
                     format_bytes(bytes).c_str(), format_bytes(total_).c_str());
        std::fflush(stderr);
        shown_ = true;
        next_ = now + std::chrono::milliseconds(100);
    }

private:
    std::uint64_t total_;
    logging::Terminal terminal_ = logging::find_terminal(false);
    std::chrono::steady_clock::time_point next_ =
        std::chrono::steady_clock::now() + std::chrono::milliseconds(500);
    bool shown_ = false;
};

/// What is wrong besides the data file's content.
std::vector<std::string> faults_of(const OutputRecord& record) {
    std::vector<std::string> faults;
    if (auto warning = journal_warning(record); !warning.empty()) {
        faults.push_back(std::move(warning));
    }
    if (record.journal.state.file_bytes > 0 && !record.data_file) {
        faults.push_back(fingerprint_path(record.output) +
                         " does not tell the data file's name, so it was not read");
    }
    const bool held = record.lock && record.lock->fate != journal::Fate::gone;
    if (record.journal.state.completed && record.unfinished_name && !held) {
        faults.emplace_back(
            "the run is completed, but the data file does not bear its final name: "
            "the same command sees to it");
    }
    return faults;
}

journal::Verification compare(const OutputRecord& record) {
    if (record.journal.verdict != journal::Verdict::usable || !record.data_file) return {};
    ReadingDisplay display(record.journal.state.file_bytes);
    const auto open = [&](const std::string& path) {
        return record.data_file->is_table ? output::open_table(path, record.journal.state.columns)
                                          : journal::open_data_file(path);
    };
    return journal::verify(record.journal, *record.data_file, open,
                           [&](std::uint64_t bytes) { display.update(bytes); });
}

std::string notes(const OutputRecord& record) {
    const auto standing = standing_of(record);
    if (standing == Standing::running || standing == Standing::unknown) {
        return "  note          the run is not over: this is what it has recorded so far\n";
    }
    if (record.journal.tail.flaw != journal::Flaw::torn) return {};
    return "  note          the journal ends in an unfinished record, as a crash leaves it: "
           "nothing recorded is lost\n";
}

std::string summary(const OutputRecord& record, const journal::Verification& found) {
    const auto& state = record.journal.state;
    auto text = "  journal       " + journal::journal_path(record.output) + " (epoch " +
                format_count(state.epochs) + ", " +
                format_count(state.committed.count(), "mini-batch") + ", " +
                format_count(state.counters.rows, "row") + ")\n";
    if (record.data_file) {
        text += "  data file     " + record.data_file->path + " (" + format_bytes(found.bytes) +
                " in " + format_count(found.blocks, "block") + " and " +
                format_count(found.lines, state.columns.empty() ? "line" : "row") + " read)\n";
    }
    return text;
}

std::string fault_lines(const std::vector<std::string>& faults) {
    std::string text;
    for (const auto& fault : faults) text += "  wrong         " + fault + "\n";
    return text;
}

std::string data_faults(const journal::Verification& found) {
    if (found.is_right()) return {};
    auto text = fault_lines(found.faults);
    if (found.more_faults > 0) {
        text += "                and " + format_count(found.more_faults) + " more\n";
    }
    return text +
           "  next          restore the data file from a copy, or run the step again with "
           "--overwrite\n";
}

}  // namespace

int verify_command(const std::vector<std::string>& words) {
    const auto record = look_at_output(words, "verify OUTPUT");
    if (record.journal.verdict == journal::Verdict::absent) {
        throw base::UsageError("there is no " + journal::journal_path(record.output) +
                               ", so nothing is recorded that could be verified");
    }
    const auto faults = faults_of(record);
    const auto found = compare(record);
    const bool right = faults.empty() && found.is_right();
    const auto text = (right ? "Right: " : "Wrong: ") + record.output + "\n" +
                      summary(record, found) + notes(record) + fault_lines(faults) +
                      data_faults(found);
    if (std::fputs(text.c_str(), stdout) < 0 || std::fflush(stdout) != 0) {
        throw base::EnvironmentError(base::system_error_text("cannot write the result", errno));
    }
    return right ? base::kCompleted : base::kFailed;
}

}  // namespace parallel_run::cli
