// SPDX-License-Identifier: Apache-2.0
#include "cli/parameters.hpp"

#include <algorithm>
#include <utility>

#include "base/spelling.hpp"
#include "cli/parameter_kinds.hpp"
#include "cli/partition_parameters.hpp"
#include "cli/table_parameters.hpp"
#include "cli/values.hpp"

namespace parallel_run::cli {

namespace {

using config::Step;
using kinds::kAnyNumber;
using Texts = std::vector<std::string>;

/// NAME and the rest of NAME=REST; an empty name and the whole text where it has none.
std::pair<std::string, std::string> split_name(const std::string& text) {
    const auto equals = text.find('=');
    if (equals == std::string::npos || !is_identifier(text.substr(0, equals))) return {"", text};
    return {text.substr(0, equals), text.substr(equals + 1)};
}

template <typename Named>
void require_new_name(const std::vector<Named>& others, const std::string& name) {
    const auto is_same = [&](const Named& other) { return other.name == name; };
    if (std::any_of(others.begin(), others.end(), is_same)) {
        throw InvalidValue("the name '" + name + "' is taken by one before it; give another");
    }
}

Texts if_any(const std::string& text) { return text.empty() ? Texts{} : Texts{text}; }

void read_name(Step& step, const std::string& text, const std::string&) {
    if (!is_step_name(text)) {
        throw InvalidValue(
            "give 3 to 32 lower-case letters, digits and dashes, the first a letter, the last no "
            "dash");
    }
    step.name = text;
}

void read_entry_script(Step& step, const std::string& text, const std::string& base) {
    const auto& start = step.source_directory.empty() ? base : step.source_directory;
    step.entry_script = to_absolute_path(text, start);
}

void read_arguments(Step& step, const std::string& text, const std::string&) {
    step.arguments = to_words(text);
}

void read_environment_variable(Step& step, const std::string& text, const std::string&) {
    const auto [name, value] = split_name(text);
    if (name.empty()) throw InvalidValue("give NAME=VALUE, the name of letters, digits and '_'");
    for (const auto& other : step.environment_variables) {
        if (other.compare(0, name.size() + 1, name + "=") == 0) {
            throw InvalidValue("'" + name + "' has a value already; give it once");
        }
    }
    step.environment_variables.push_back(text);
}

void read_input(Step& step, const std::string& text, const std::string& base) {
    auto [name, path] = split_name(text);
    if (name.empty()) name = "input" + std::to_string(step.input.size());
    require_new_name(step.input, name);
    const auto is_list = path.starts_with('@');
    path = to_absolute_path(is_list ? path.substr(1) : path, base);
    step.input.push_back({.name = name, .path = (is_list ? "@" : "") + path});
}

void read_side_input(Step& step, const std::string& text, const std::string& base) {
    const auto [name, path] = split_name(text);
    if (name.empty()) throw InvalidValue("give NAME=PATH, the name of letters, digits and '_'");
    require_new_name(step.side_input, name);
    step.side_input.push_back({.name = name, .path = to_absolute_path(path, base)});
}

template <typename Named>
Texts names_and_paths(const std::vector<Named>& all) {
    Texts texts;
    for (const auto& one : all) texts.push_back(one.name + "=" + one.path);
    return texts;
}

void read_append_row_file_name(Step& step, const std::string& text, const std::string&) {
    constexpr std::size_t kLongest = 240;  // leaves room for ".partial" in a file system's 255
    const auto is_forbidden = [](char c) {
        return static_cast<unsigned char>(c) < 0x20 ||
               std::string_view(R"(~"#%&*:<>?/\{|})").find(c) != std::string_view::npos;
    };
    if (text.empty() || text == "." || text == ".." || text.size() > kLongest ||
        std::any_of(text.begin(), text.end(), is_forbidden)) {
        throw InvalidValue(R"(give a bare file name without any of ~ " # % & * : < > ? / \ { | })");
    }
    step.append_row_file_name = text;
}

void read_append_row_header(Step& step, const std::string& text, const std::string&) {
    if (text.empty() || text.find_first_of("\r\n") != std::string::npos) {
        throw InvalidValue("give one line of text (in a file in double quotes if it holds a '#')");
    }
    step.append_row_header = text;
}

Parameter hdf5_compression() {
    auto parameter = kinds::whole_number(
        {"hdf5_compression", Group::output, "LEVEL", "Of an HDF5 output, by gzip: 0 (none) to 9."},
        &Step::hdf5_compression, 0, 9);
    parameter.write = [write = parameter.write](const Step& step) {
        return config::is_hdf5_name(step.append_row_file_name) ? write(step) : Texts{};
    };
    return parameter;
}

std::vector<Parameter> input_parameters() {
    return {
        kinds::make_repeatable(
            {"input", Group::input, "[NAME=]PATH",
             "What to process: a file, a directory (all files below it), a glob (** stands for any "
             "folders), or @LIST, a text file of paths. Repeatable. Required."},
            read_input, [](const Step& step) { return names_and_paths(step.input); }),
        kinds::make_repeatable({"side_input", Group::input, "NAME=PATH",
                                "A file or directory that every worker may read. Repeatable."},
                               read_side_input,
                               [](const Step& step) { return names_and_paths(step.side_input); }),
        input_type_parameter(), mini_batch_size_parameter(),
        kinds::seconds({"first_task_creation_timeout", Group::input, "SECONDS",
                        "Limit for listing the input until the first mini-batch exists."},
                       &Step::first_task_creation_timeout)};
}

std::vector<Parameter> entry_script_parameters() {
    return {
        kinds::path({"source_directory", Group::entry_script, "PATH",
                     "entry_script is relative to it, and worker processes start in it."},
                    &Step::source_directory),
        kinds::make(
            {"entry_script", Group::entry_script, "PATH",
             "A compiled entry script (.so), or its source, which is compiled first. Required."},
            read_entry_script, [](const Step& step) { return if_any(step.entry_script); }),
        kinds::make(
            {"arguments", Group::entry_script, "WORDS",
             "For the entry script, split as in a shell. What follows -- is added to them."},
            read_arguments, [](const Step& step) { return if_any(words_text(step.arguments)); }),
        kinds::make_repeatable({"environment_variables", Group::entry_script, "NAME=VALUE",
                                "For the worker processes. Repeatable."},
                               read_environment_variable,
                               [](const Step& step) { return step.environment_variables; })};
}

std::vector<Parameter> output_parameters() {
    return {
        kinds::make({"name", Group::output, "NAME", "Of the step (default: from the file's name)."},
                    read_name, [](const Step& step) { return if_any(step.name); }),
        kinds::path({"output", Group::output, "PATH", "Directory of the results. Required."},
                    &Step::output),
        kinds::on_off({"allow_reuse", Group::output, "",
                       "The same settings, script and input as a Completed run in the output: end "
                       "at once with its result (default: true)."},
                      &Step::allow_reuse),
        kinds::on_off(
            {"overwrite", Group::output, "", "Discard what the output holds of an earlier run."},
            &Step::overwrite),
        kinds::choice<config::OutputAction>(
            {"output_action", Group::output, "ACTION",
             "append_row: one file for all rows. summary_only: the script stores its own output."},
            &Step::output_action,
            {{"append_row", config::OutputAction::append_row},
             {"summary_only", config::OutputAction::summary_only}}),
        kinds::make({"append_row_file_name", Group::output, "NAME",
                     "The file for all rows; .h5 or .hdf5: a table of the columns that the script "
                     "declares."},
                    read_append_row_file_name,
                    [](const Step& step) { return Texts{step.append_row_file_name}; }),
        kinds::make({"append_row_header", Group::output, "LINE", "A first line for that file."},
                    read_append_row_header,
                    [](const Step& step) { return if_any(step.append_row_header.value_or("")); }),
        hdf5_compression(),
        kinds::seconds({"flush_interval", Group::output, "SECONDS",
                        "How long finished rows may wait to become durable."},
                       &Step::flush_interval),
        kinds::bytes({"flush_bytes", Group::output, "SIZE",
                      "How many bytes of finished rows may wait in one rank."},
                     &Step::flush_bytes)};
}

std::vector<Parameter> limit_parameters() {
    return {
        kinds::whole_number({"run_max_try", Group::limits, "N", "Attempts at one mini-batch."},
                            &Step::run_max_try, 1, 1'000'000),
        kinds::seconds({"run_invocation_timeout", Group::limits, "SECONDS",
                        "Limit for one call of run(); then its process is replaced."},
                       &Step::run_invocation_timeout),
        kinds::seconds({"task_overhead_timeout", Group::limits, "SECONDS",
                        "Limit for reading one mini-batch's input."},
                       &Step::task_overhead_timeout),
        kinds::seconds({"progress_update_timeout", Group::limits, "SECONDS",
                        "The job fails when no mini-batch starts or ends for so long (default: 3 * "
                        "(run_invocation_timeout + task_overhead_timeout))."},
                       &Step::progress_update_timeout),
        kinds::whole_number(
            {"error_threshold", Group::limits, "N", "Failed items to tolerate; -1: any number."},
            &Step::error_threshold, -1, kAnyNumber),
        kinds::whole_number({"allowed_failed_count", Group::limits, "N",
                             "Failed mini-batches to tolerate; -1: any number."},
                            &Step::allowed_failed_count, -1, kAnyNumber),
        kinds::make(
            {"allowed_failed_percent", Group::limits, "PERCENT",
             "The same as a share of all mini-batches."},
            [](Step& step, const std::string& text, const std::string&) {
                step.allowed_failed_percent = to_number(text, 0, 100);
            },
            [](const Step& step) { return Texts{number_text(step.allowed_failed_percent)}; })};
}

std::vector<Parameter> placement_parameters() {
    return {kinds::whole_number(
                {"process_count_per_node", Group::placement, "N",
                 "Worker processes on a node (default: one for each usable core). Under "
                 "mpirun or srun the ranks decide."},
                &Step::process_count_per_node, 1, 4096),
            kinds::whole_number(
                {"node_count", Group::placement, "N", "Nodes (default: those of the allocation)."},
                &Step::node_count, 1, 100'000),
            kinds::on_off({"dedicated_orchestrator", Group::placement, "",
                           "Rank 0 only orchestrates; for very many ranks."},
                          &Step::dedicated_orchestrator),
            kinds::whole_number({"max_restarts", Group::placement, "N",
                                 "How often the ranks are started again after a rank or a node was "
                                 "lost, where parallel-run started them."},
                                &Step::max_restarts, 0, 1'000'000),
            kinds::seconds({"grace_seconds", Group::placement, "SECONDS",
                            "Limit for making finished rows durable after SIGTERM, SIGINT or "
                            "SIGUSR1."},
                           &Step::grace_seconds)};
}

std::vector<Parameter> log_parameters() {
    return {kinds::path({"logs", Group::logs, "PATH", "Log directory (default: OUTPUT/logs)."},
                        &Step::logs),
            kinds::choice<config::LoggingLevel>(
                {"logging_level", Group::logs, "LEVEL", "WARNING, INFO or DEBUG."},
                &Step::logging_level,
                {{"WARNING", config::LoggingLevel::warning},
                 {"INFO", config::LoggingLevel::info},
                 {"DEBUG", config::LoggingLevel::debug}})};
}

/// Known by name only. To add one, write its line in a group above and delete it here.
std::vector<Parameter> parameters_to_come() {
    return {kinds::not_yet("resource_monitor_interval", "0"), kinds::not_yet("profiling")};
}

std::vector<Parameter> make_all() {
    std::vector<Parameter> all;
    for (auto make_group : {input_parameters, partition_parameters, table_parameters,
                            entry_script_parameters, output_parameters, limit_parameters,
                            placement_parameters, log_parameters, parameters_to_come}) {
        for (auto& parameter : make_group()) all.push_back(std::move(parameter));
    }
    return all;
}

}  // namespace

const std::vector<Parameter>& parameters() {
    static const auto all = make_all();
    return all;
}

const Parameter* find_parameter(std::string_view name) {
    const auto wanted = with_underscores(name);
    const auto& all = parameters();
    const auto found = std::find_if(all.begin(), all.end(),
                                    [&](const Parameter& one) { return one.name == wanted; });
    return found == all.end() ? nullptr : &*found;
}

base::UsageError unknown_parameter(const std::string& what, std::string_view name,
                                   const std::string& place) {
    std::vector<std::string> names;
    for (const auto& parameter : parameters()) names.push_back(parameter.name);
    const auto near = base::nearest(with_underscores(name), names);
    return base::UsageError(
        "unknown " + what + " (" + place + "); " +
        (near ? "did you mean '" + *near + "'?" : "'parallel-run help run' lists what there is"));
}

std::string with_underscores(std::string_view name) {
    std::string text(name);
    std::replace(text.begin(), text.end(), '-', '_');
    return text;
}

}  // namespace parallel_run::cli
