// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <parallel_run/detail/formatting.hpp>
#include <parallel_run/entry_script.h>
#include <parallel_run/output_columns.hpp>

namespace parallel_run {

namespace detail {

template <typename Init, typename Run, typename Shutdown>
class EntryPoints;

}  // namespace detail

/// The script's own log: user/entry_script_log/<node>/<agent_name>.log.txt under the log directory.
/// Any thread of the script may use it.
class Logger {
public:
    void debug(std::string_view text) const { write(PARALLEL_RUN_DEBUG, text); }
    void info(std::string_view text) const { write(PARALLEL_RUN_INFO, text); }
    void warning(std::string_view text) const { write(PARALLEL_RUN_WARNING, text); }
    void error(std::string_view text) const { write(PARALLEL_RUN_ERROR, text); }

    template <typename First, typename... Rest>
    void debug(detail::Format<First, Rest...> format, First&& first, Rest&&... rest) const {
        debug(detail::formatting::format(format, std::forward<First>(first),
                                         std::forward<Rest>(rest)...));
    }
    template <typename First, typename... Rest>
    void info(detail::Format<First, Rest...> format, First&& first, Rest&&... rest) const {
        info(detail::formatting::format(format, std::forward<First>(first),
                                        std::forward<Rest>(rest)...));
    }
    template <typename First, typename... Rest>
    void warning(detail::Format<First, Rest...> format, First&& first, Rest&&... rest) const {
        warning(detail::formatting::format(format, std::forward<First>(first),
                                           std::forward<Rest>(rest)...));
    }
    template <typename First, typename... Rest>
    void error(detail::Format<First, Rest...> format, First&& first, Rest&&... rest) const {
        error(detail::formatting::format(format, std::forward<First>(first),
                                         std::forward<Rest>(rest)...));
    }

private:
    friend class EntryScript;

    void write(parallel_run_log_level level, std::string_view text) const {
        engine_->log(engine_->self, level, text.data(), text.size());
    }

    const parallel_run_engine* engine_ = nullptr;
};

/// Where the script runs and what it was given. Any thread of the script may use it.
class EntryScript {
public:
    /// Throws std::logic_error before init(), that is in a static initialiser.
    static EntryScript& instance() {
        if (the_one().engine_ == nullptr) {
            throw std::logic_error("EntryScript::instance() has nothing to give before init()");
        }
        return the_one();
    }

    const Logger& logger() const { return logger_; }
    /// A number for the script's log, on a line of its own (METRIC).
    void log_metric(const std::string& name, double value) const {
        engine_->log_metric(engine_->self, name.c_str(), value);
    }

    std::filesystem::path output_dir() const { return engine_->output_dir; }
    /// For files of the script's own; exists.
    std::filesystem::path log_dir() const { return engine_->log_dir; }
    /// Where the worker process was started.
    std::filesystem::path working_dir() const { return engine_->working_dir; }
    /// "process000": unique on a node; a process that replaces another gets the next number.
    std::string agent_name() const { return engine_->agent_name; }
    /// 0 to the number of workers - 1.
    int worker_index() const { return engine_->worker_index; }
    /// Of the process's GPU on its node; -1: none.
    int gpu_index() const { return engine_->gpu_index; }

    /// Between the fields of an output whose name ends in .csv or .tsv: ',' or a tab. Throws
    /// std::logic_error for another output.
    char field_delimiter() const {
        const bool knows_fields = engine_->size > offsetof(parallel_run_engine, field_delimiter);
        if (knows_fields && engine_->field_delimiter != '\0') return engine_->field_delimiter;
        throw std::logic_error(
            "the output is no table of text, so its rows have no fields: give the step an "
            "append_row_file_name that ends in .csv or .tsv");
    }

    /// What Rows::append_record() takes, where the output is a table (see output_columns.hpp). Only
    /// in init(), once, and the same in every worker process. Throws std::invalid_argument for
    /// columns that cannot be, and where the output is no table.
    void declare_columns(std::vector<OutputColumn> columns) {
        constexpr auto kSizeWithColumns =
            offsetof(parallel_run_engine, declare_columns) + sizeof(engine_->declare_columns);
        if (engine_->size < kSizeWithColumns) {
            throw std::logic_error(
                "this parallel-run is older than the headers of the script and writes no HDF5: "
                "update it, or build the script with its headers");
        }
        std::vector<parallel_run_output_column> all;
        for (const auto& column : columns) {
            parallel_run_output_column one{};
            one.size = sizeof one;
            one.type = static_cast<std::uint32_t>(column.type);
            one.name = column.name.c_str();
            one.text_size = column.text_size;
            one.dimension_count = column.dimensions.size();
            one.dimensions = column.dimensions.data();
            all.push_back(one);
        }
        std::vector<const parallel_run_output_column*> pointers;
        for (const auto& column : all) pointers.push_back(&column);
        const auto* const fault =
            engine_->declare_columns(engine_->self, pointers.data(), pointers.size());
        if (fault != nullptr) throw std::invalid_argument(fault);
        columns_ = std::move(columns);
    }
    /// As declared; none before that.
    const std::vector<OutputColumn>& columns() const { return columns_; }

    const std::vector<std::string>& arguments() const { return arguments_; }

    /// The word after `name` among the arguments, or the rest of `name=...`; the last one counts.
    /// Throws std::invalid_argument without one.
    std::string argument(std::string_view name) const {
        if (const auto* value = find_argument(name)) return value;
        throw std::invalid_argument("the argument " + std::string(name) +
                                    " is missing: give it a value in the step's `arguments`");
    }
    /// The same, and `otherwise` when `name` is not among the arguments.
    std::string argument(std::string_view name, std::string_view otherwise) const {
        const auto* value = find_argument(name);
        return value == nullptr ? std::string(otherwise) : value;
    }

    /// Throws std::invalid_argument for a name that the step does not have.
    std::filesystem::path side_input(std::string_view name) const {
        std::string known;
        for (std::uint64_t i = 0; i < engine_->side_input_count; ++i) {
            if (name == engine_->side_input_names[i]) return engine_->side_input_paths[i];
            known.append(known.empty() ? "" : ", ").append(engine_->side_input_names[i]);
        }
        throw std::invalid_argument("the step has no side_input \"" + std::string(name) + "\"; " +
                                    (known.empty() ? "it has none" : "it has " + known));
    }

private:
    template <typename Init, typename Run, typename Shutdown>
    friend class detail::EntryPoints;

    static EntryScript& the_one() {
        static EntryScript script;
        return script;
    }

    void attach(const parallel_run_engine& engine) {
        engine_ = logger_.engine_ = &engine;
        columns_.clear();
        arguments_.assign(engine.arguments, engine.arguments + engine.argument_count);
    }

    const char* find_argument(std::string_view name) const {
        const char* found = nullptr;
        for (std::size_t i = 0; i < arguments_.size(); ++i) {
            const auto& word = arguments_[i];
            if (word == name) {
                if (i + 1 == arguments_.size()) {
                    throw std::invalid_argument("the argument " + word + " has no value after it");
                }
                found = arguments_[++i].c_str();
            } else if (word.compare(0, name.size(), name) == 0 && word[name.size()] == '=') {
                found = word.c_str() + name.size() + 1;
            }
        }
        return found;
    }

    const parallel_run_engine* engine_ = nullptr;
    Logger logger_;
    std::vector<std::string> arguments_;
    std::vector<OutputColumn> columns_;
};

}  // namespace parallel_run
