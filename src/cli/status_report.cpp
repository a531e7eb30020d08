// SPDX-License-Identifier: Apache-2.0
#include "cli/status_report.hpp"

#include <algorithm>
#include <string_view>

#include <fmt/format.h>

#include "base/size.hpp"
#include "base/time_format.hpp"
#include "cli/json.hpp"
#include "logging/progress_bar.hpp"

namespace parallel_run::cli {

namespace {

using base::format_bytes;
using base::format_count;
using base::format_duration;
using base::format_rate;
using journal::Fate;
using journal::RunState;

/// What the run said of itself, unless that was an earlier start of it.
const journal::Progress* account_of(const OutputRecord& record, Standing standing) {
    const bool goes_on = standing == Standing::running || standing == Standing::unknown;
    if (!record.progress) return nullptr;
    const bool old = goes_on && record.progress->state != RunState::running;
    return old ? nullptr : &*record.progress;
}

struct Figures {
    explicit Figures(const OutputRecord& record)
        : standing(standing_of(record)), account(account_of(record, standing)) {
        const auto& state = record.journal.state;
        committed = state.committed.count();
        counts = state.counters;
        planned = state.plan.mini_batches;
        planning_done = state.planned.has_value();
        if (account == nullptr) return;
        // A run that stopped begins again where the journal ends.
        if (standing != Standing::stopped && standing != Standing::completed) {
            counts = account->counts;
        }
        if (!planning_done) planned = std::max(planned, account->planned);
        planning_done = planning_done || account->planning_done;
    }

    [[nodiscard]] std::uint64_t done() const { return counts.processed + counts.failed; }
    [[nodiscard]] double share() const {
        if (planned == 0) return 1;
        return std::min(1.0, static_cast<double>(done()) / static_cast<double>(planned));
    }

    Standing standing;
    const journal::Progress* account;
    journal::Counters counts;
    std::uint64_t committed = 0;  ///< mini-batches
    std::uint64_t planned = 0;    ///< mini-batches
    bool planning_done = false;
};

std::string line(std::string_view name, const std::string& text) {
    return fmt::format("  {:13} {}\n", name, text);
}

std::string ago(std::chrono::seconds time) {
    return (time < std::chrono::minutes(1) ? std::to_string(time.count()) + " s"
                                           : format_duration(time)) +
           " ago";
}

std::string reason_of(const OutputRecord& record, const Figures& figures) {
    const auto last_sign = "the last sign of life was " + ago(record.silent);
    const bool cannot_be_asked = record.lock && record.lock->fate == Fate::unknown;
    switch (figures.standing) {
        case Standing::running:
            return cannot_be_asked ? "it cannot be asked from here; " + last_sign : "";
        case Standing::unknown: return "it cannot be asked from here, and " + last_sign;
        case Standing::stopped:
            if (figures.account == nullptr) return "";
            if (figures.account->state == RunState::stopped) return figures.account->reason;
            return "its processes are gone without a word: killed, or the machine went down";
        case Standing::failed: return figures.account->reason;
        default: return "";
    }
}

std::string heading(const OutputRecord& record, const Figures& figures, bool colour) {
    std::string word = name_of(figures.standing);
    word.front() = static_cast<char>(word.front() - 'a' + 'A');
    if (colour) {
        const bool good =
            figures.standing == Standing::completed || figures.standing == Standing::running;
        const char* const paint = good                                   ? "\033[1;32m"
                                  : figures.standing == Standing::failed ? "\033[1;31m"
                                                                         : "\033[1;33m";
        word = paint + word + "\033[0m";
    }
    const auto reason = reason_of(record, figures);
    const auto name = record.progress ? record.progress->step : record.output;
    return word + ": " + name + (reason.empty() ? "" : ": " + reason) + "\n";
}

std::string counts_lines(const Figures& figures) {
    const auto& counts = figures.counts;
    auto text = format_count(figures.done());
    text += (figures.planning_done ? " of " : " of at least ") + format_count(figures.planned);
    if (figures.planning_done) text += fmt::format(" done ({:.0f} %)", 100 * figures.share());
    if (counts.failed > 0) text += fmt::format(", {} of them failed", format_count(counts.failed));
    if (counts.retries > 0) {
        text += ", " + format_count(counts.retries, "attempt") + " repeated";
    }
    return line("mini-batches", text) +
           line("items",
                fmt::format("{} succeeded, {} failed", format_count(counts.items_succeeded),
                            format_count(counts.items_failed)));
}

std::string speed_lines(const Figures& figures) {
    if (figures.account == nullptr) return {};
    const auto& account = *figures.account;
    auto time = fmt::format("{} since {}", format_duration(account.elapsed), account.began);
    if (figures.standing == Standing::running && account.left) {
        time += ", about " + format_duration(*account.left) + " left";
    }
    if (account.done_before > 0) {
        time += ", after " + format_count(account.done_before, "mini-batch") + " of earlier starts";
    }
    return line("speed", fmt::format("{} items/s, {} mini-batches/s, {}",
                                     format_rate(account.items_per_second),
                                     format_rate(account.mini_batches_per_second),
                                     format_count(account.workers, "worker"))) +
           line("time", time);
}

std::string recorded_lines(const OutputRecord& record, const Figures& figures) {
    const auto& state = record.journal.state;
    auto text = format_count(figures.committed, "mini-batch") + ", " +
                format_count(state.counters.rows, "row");
    if (state.epochs > 0) {
        text += fmt::format(", {}, by epoch {}", format_bytes(state.file_bytes),
                            format_count(state.epochs));
    }
    text = line("durable", text);
    if (record.data_file) text += line("output", record.data_file->path);
    return text;
}

std::string error_lines(const Figures& figures) {
    if (figures.account == nullptr) return {};
    std::string text;
    if (const auto& error = figures.account->first_error) {
        text =
            line("first error", error->text) + line("", error->place) + line("open", error->file);
    }
    return text + (figures.account->logs.empty() ? "" : line("logs", figures.account->logs));
}

std::string holder_line(const OutputRecord& record, const Figures& figures) {
    const bool holds =
        figures.standing == Standing::running || figures.standing == Standing::unknown;
    if (!holds) return {};
    return line("job", record.lock->holder ? journal::describe(*record.lock->holder)
                                           : "not known: the lock is damaged");
}

std::string next_line(const Figures& figures) {
    if (figures.standing == Standing::stopped) {
        return line("next", "the same command, without overwrite, goes on from there");
    }
    if (figures.standing == Standing::unknown) {
        return line("next",
                    "once it is gone for good, the same command, without overwrite, goes on from "
                    "there");
    }
    return {};
}

JsonObject mini_batches_of(const Figures& figures) {
    const auto& counts = figures.counts;
    const auto before =
        figures.account == nullptr ? std::nullopt : std::optional(figures.account->done_before);
    return JsonObject()
        .count("planned", figures.planned)
        .flag("all_planned", figures.planning_done)
        .count("done", figures.done())
        .count("processed", counts.processed)
        .count("failed", counts.failed)
        .count("retries", counts.retries)
        .count("of_earlier_starts", before);
}

JsonObject durable_of(const OutputRecord& record, const Figures& figures) {
    const auto& state = record.journal.state;
    return JsonObject()
        .count("epoch", state.epochs)
        .count("mini_batches", figures.committed)
        .count("rows", state.counters.rows)
        .count("bytes", state.file_bytes);
}

JsonObject pace_of(const journal::Progress& account) {
    const auto seconds = [](std::chrono::milliseconds time) {
        return std::chrono::duration<double>(time).count();
    };
    return JsonObject()
        .text("began", account.began)
        .text("updated", account.updated)
        .real("elapsed_seconds", seconds(account.elapsed))
        .real("seconds_left", account.left ? std::optional(seconds(*account.left)) : std::nullopt)
        .real("mini_batches_per_second", account.mini_batches_per_second)
        .real("items_per_second", account.items_per_second)
        .count("workers", account.workers);
}

std::optional<JsonObject> first_error_of(const Figures& figures) {
    if (figures.account == nullptr || !figures.account->first_error) return std::nullopt;
    const auto& error = *figures.account->first_error;
    return JsonObject()
        .text("text", error.text)
        .text("place", error.place)
        .text("file", error.file);
}

std::optional<JsonObject> job_of(const OutputRecord& record) {
    if (!record.lock || record.lock->fate == Fate::gone || !record.lock->holder) {
        return std::nullopt;
    }
    const auto& holder = *record.lock->holder;
    return JsonObject()
        .text("host", holder.host)
        .count("pid", static_cast<std::uint64_t>(std::max<pid_t>(holder.pid, 0)))
        .text("batch_job", holder.job)
        .text("since", holder.since)
        .flag("seen_alive", record.lock->fate == Fate::running);
}

}  // namespace

std::string status_text(const OutputRecord& record, const logging::Terminal& terminal) {
    constexpr std::size_t bar_room = 40;
    const Figures figures(record);
    auto text = heading(record, figures, terminal.colour);
    if (terminal.interactive && figures.planning_done) {
        text += "  " + logging::progress_bar(figures.share(), bar_room) + "\n";
    }
    text += counts_lines(figures) + speed_lines(figures) + recorded_lines(record, figures) +
            error_lines(figures) + holder_line(record, figures);
    const auto warning = journal_warning(record);
    return text + (warning.empty() ? "" : line("warning", warning)) + next_line(figures);
}

std::string status_json(const OutputRecord& record) {
    const Figures figures(record);
    const auto* const account = figures.account;
    return JsonObject()
        .text("state", name_of(figures.standing))
        .text("reason", reason_of(record, figures))
        .text("step", record.progress ? record.progress->step : "")
        .text("output", record.output)
        .text("data_file", record.data_file ? record.data_file->path : "")
        .object("mini_batches", mini_batches_of(figures))
        .object("items", JsonObject()
                             .count("succeeded", figures.counts.items_succeeded)
                             .count("failed", figures.counts.items_failed))
        .count("rows", figures.counts.rows)
        .object("durable", durable_of(record, figures))
        .object("pace", account == nullptr ? std::nullopt : std::optional(pace_of(*account)))
        .object("first_error", first_error_of(figures))
        .text("logs", account == nullptr ? "" : account->logs)
        .object("job", job_of(record))
        .count("silent_seconds", static_cast<std::uint64_t>(record.silent.count()))
        .text("warning", journal_warning(record))
        .str();
}

std::string journal_warning(const OutputRecord& record) {
    const auto& journal = record.journal;
    if (!journal.message.empty()) return journal.message;
    const auto& tail = journal.tail;
    if (tail.flaw != journal::Flaw::damaged) return {};
    return fmt::format(
        "the journal {} at byte {}: the {} bytes from there are lost, and the mini-batches that "
        "they record are run again",
        tail.reason, tail.at, format_count(tail.bytes));
}

}  // namespace parallel_run::cli
