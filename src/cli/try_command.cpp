// SPDX-License-Identifier: Apache-2.0
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <iostream>
#include <mutex>

#include "base/error.hpp"
#include "base/exit_status.hpp"
#include "base/size.hpp"
#include "cli/commands.hpp"
#include "cli/script_builder.hpp"
#include "cli/step_reader.hpp"
#include "dataset/plan.hpp"
#include "dataset/survey.hpp"
#include "entry_host/check.hpp"
#include "entry_host/mini_batch_input.hpp"
#include "entry_host/script.hpp"
#include "schema/record_text.hpp"

namespace parallel_run::cli {
namespace {

namespace fs = std::filesystem;

using entry_host::Script;
using entry_host::ScriptError;

std::string text_of(const ScriptError& error) {
    return error.type.empty() ? error.message : error.type + ": " + error.message;
}

/// Keeps stdout for rows: whatever else is written there, by the script or a library, goes to
/// stderr while this lives.
class RowStream {
public:
    RowStream() : rows_(::fdopen(::dup(STDOUT_FILENO), "w")) {
        if (rows_ == nullptr || ::dup2(STDERR_FILENO, STDOUT_FILENO) < 0) {
            throw base::EnvironmentError(base::system_error_text("cannot use stdout", errno));
        }
    }
    RowStream(const RowStream&) = delete;
    RowStream& operator=(const RowStream&) = delete;
    ~RowStream() {
        std::fflush(stdout);
        ::dup2(::fileno(rows_), STDOUT_FILENO);
        std::fclose(rows_);
    }

    void write(std::string_view row) {
        std::fwrite(row.data(), 1, row.size(), rows_);
        std::fputc('\n', rows_);
    }
    /// Throws base::EnvironmentError when rows written so far got lost.
    void flush() {
        if (std::fflush(rows_) == 0 && std::ferror(rows_) == 0) return;
        throw base::EnvironmentError(base::system_error_text("cannot write the rows", errno));
    }

private:
    std::FILE* rows_;
};

/// A folder for the script's log files, removed at the end.
class LogFolder {
public:
    LogFolder() : path_(fs::temp_directory_path() / "parallel-run-try.XXXXXX") {
        if (::mkdtemp(path_.data()) != nullptr) return;
        throw base::EnvironmentError(base::system_error_text("cannot create " + path_, errno));
    }
    LogFolder(const LogFolder&) = delete;
    LogFolder& operator=(const LogFolder&) = delete;
    ~LogFolder() {
        std::error_code ignored;
        fs::remove_all(path_, ignored);
    }
    [[nodiscard]] const std::string& path() const { return path_; }

private:
    std::string path_;
};

/// Shows what the script says: rows on stdout, the rest on stderr.
class Display : public entry_host::Listener {
public:
    explicit Display(RowStream& rows) : rows_(rows) {}

    void begin(entry_host::MiniBatchInput& mini_batch) {
        mini_batch_ = &mini_batch;
        failed_items_ = 0;
    }
    [[nodiscard]] std::uint64_t failed_items() const { return failed_items_; }

    void log(std::int32_t level, std::string_view text) override {
        constexpr std::string_view kNames[] = {"DEBUG", "INFO", "WARNING", "ERROR"};
        print(std::string(level < 0 || level > 3 ? "LOG" : kNames[level]), text);
    }
    void metric(std::string_view name, double value) override {
        print("metric " + std::string(name), std::to_string(value));
    }
    void row(std::string_view row) override { rows_.write(row); }
    /// `columns` are known once init() returned.
    void record(std::uint64_t mini_batch, std::uint64_t item, std::string_view values) override {
        rows_.write(std::to_string(mini_batch) + "\t" + std::to_string(item) + "\t" +
                    schema::record_text(columns_, values));
    }
    void set_columns(const schema::Columns& columns) { columns_ = columns; }
    void failed_item(std::uint64_t item, std::string_view reason) override {
        ++failed_items_;
        print("failed item " + mini_batch_->item_text(item), reason);
    }
    void bad_record(const table::BadRecord& record) {
        ++failed_items_;
        print("failed item " + mini_batch_->record_text(record), record.reason);
    }

private:
    // The script's threads may log at once.
    void print(const std::string& what, std::string_view text) {
        const std::lock_guard lock(mutex_);
        std::cerr << what << ": " << text << std::endl;
    }

    RowStream& rows_;
    entry_host::MiniBatchInput* mini_batch_ = nullptr;
    std::uint64_t failed_items_ = 0;
    schema::Columns columns_;
    std::mutex mutex_;
};

/// Makes this process what a worker process would be.
void enter_surroundings(const config::Step& step) {
    for (const auto& variable : step.environment_variables) {
        const auto equals = variable.find('=');
        ::setenv(variable.substr(0, equals).c_str(), variable.substr(equals + 1).c_str(), 1);
    }
    if (!step.source_directory.empty()) fs::current_path(step.source_directory);
}

entry_host::Surroundings surroundings_of(const config::Step& step, const LogFolder& logs) {
    entry_host::Surroundings result;
    result.output_dir = step.output;
    result.log_dir = logs.path();
    result.working_dir = fs::current_path();
    result.agent_name = "process000";
    result.field_delimiter = config::output_delimiter(step);
    result.row_form = config::is_table(step) ? entry_host::RowForm::record
                      : step.output_action == config::OutputAction::append_row
                          ? entry_host::RowForm::text
                          : entry_host::RowForm::none;
    result.arguments = step.arguments;
    for (const auto& side_input : step.side_input) {
        result.side_inputs.emplace_back(side_input.name, side_input.path);
    }
    return result;
}

Script load(const std::string& path) {
    const auto terminate = std::get_terminate();
    entry_host::explain_uncaught_exceptions(path, "a static initialiser", STDERR_FILENO);
    auto script = Script::load(path);
    std::set_terminate(terminate);
    if (!script) throw base::UsageError(script.error());
    return std::move(script.value());
}

/// The script in this process, with its mini-batches one after another.
class Trial {
public:
    Trial(const config::Step& step, Script script, RowStream& rows)
        : step_(step),
          script_(std::move(script)),
          input_(names_of(step), dataset::survey(step)),
          rows_(rows),
          display_(rows) {}

    [[nodiscard]] bool init(const LogFolder& logs) {
        const auto error = script_.init(surroundings_of(step_, logs), display_);
        display_.set_columns(script_.columns());
        return succeeded("init()", error);
    }
    [[nodiscard]] bool shutdown() { return succeeded("shutdown()", script_.shutdown()); }

    [[nodiscard]] bool run(std::uint64_t index, const dataset::Descriptor& descriptor) {
        std::string bytes;
        encode(descriptor, bytes);
        input_.begin(bytes);
        display_.begin(input_);
        try {
            input_.read();
        } catch (const table::ReadError& error) {
            return succeeded("reading mini-batch " + std::to_string(index),
                             {{{}, error.what(), {}}});
        }
        const auto mini_batch = input_.view(index, 1);
        std::uint64_t items = mini_batch.file_count;
        if (const auto* const table = input_.table()) {
            for (const auto& record : table->bad_records) display_.bad_record(record);
            items = table->record_count();
            if (table->row_count == 0) return without_rows(index, mini_batch.input_name, items);
        }
        const auto start = std::chrono::steady_clock::now();
        const auto outcome = script_.run(mini_batch);
        const std::chrono::duration<double, std::milli> duration =
            std::chrono::steady_clock::now() - start;
        rows_.flush();
        std::cerr << "mini-batch " << index << " of " << mini_batch.input_name << ": items "
                  << items << ", rows " << outcome.rows << ", failed items "
                  << display_.failed_items() << ", " << duration.count() << " ms" << std::endl;
        if (outcome.succeeded) return true;
        return succeeded("run() of mini-batch " + std::to_string(index), outcome.error);
    }

private:
    static std::vector<std::string> names_of(const config::Step& step) {
        std::vector<std::string> names;
        for (const auto& input : step.input) names.push_back(input.name);
        return names;
    }
    /// A worker process does not call run() for such a mini-batch either.
    static bool without_rows(std::uint64_t index, const char* input, std::uint64_t items) {
        std::cerr << "mini-batch " << index << " of " << input << ": items " << items
                  << ", none of them a row" << std::endl;
        return true;
    }
    static bool succeeded(const std::string& what, const std::optional<ScriptError>& error) {
        if (error) std::cerr << what << " failed: " << text_of(*error) << std::endl;
        return !error;
    }

    const config::Step& step_;
    Script script_;
    entry_host::MiniBatchInput input_;
    RowStream& rows_;
    Display display_;
};

dataset::Descriptor mini_batch_at(dataset::Plan& plan, std::uint64_t index) {
    for (std::uint64_t i = 0;; ++i) {
        auto descriptor = plan.next();
        if (!descriptor) {
            throw base::UsageError("--mini_batch = '" + std::to_string(index) + "': the step has " +
                                   base::format_count(i, "mini-batch") + "; the first is 0");
        }
        if (i == index) return std::move(*descriptor);
    }
}

}  // namespace

int try_command(std::vector<std::string> words) {
    const auto wanted = take_mini_batch(words);
    const auto step = read_step(words);
    const auto script_path = ensure_built(step);
    dataset::Plan plan(step);
    auto index = wanted.value_or(0);
    std::optional<dataset::Descriptor> mini_batch = mini_batch_at(plan, index);

    enter_surroundings(step);
    RowStream rows;
    Trial trial(step, load(script_path), rows);
    fs::create_directories(step.output);
    const LogFolder logs;
    std::cerr << "log_dir: " << logs.path() << ", removed at the end" << std::endl;
    if (!trial.init(logs)) return base::kFailed;
    std::uint64_t failed = 0;
    for (; mini_batch; ++index) {
        if (!trial.run(index, *mini_batch)) ++failed;
        mini_batch = wanted ? std::nullopt : plan.next();
    }
    const bool shut_down = trial.shutdown();
    if (failed > 0) std::cerr << base::format_count(failed, "mini-batch") << " failed" << std::endl;
    return failed == 0 && shut_down ? base::kCompleted : base::kFailed;
}

}  // namespace parallel_run::cli
