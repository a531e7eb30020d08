// SPDX-License-Identifier: Apache-2.0
#include "cli/step_reader.hpp"

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <iterator>
#include <limits>
#include <utility>

#include "base/error.hpp"
#include "base/read_file.hpp"
#include "cli/parameters.hpp"
#include "cli/partition_parameters.hpp"
#include "cli/settings.hpp"
#include "cli/values.hpp"

namespace parallel_run::cli {

namespace {

namespace fs = std::filesystem;
using Settings = std::vector<Setting>;

base::UsageError refusal(const Setting& setting, const std::string& advice) {
    return base::UsageError(setting.key + " = '" + setting.value + "' (" + setting.place +
                            "): " + advice);
}

Settings with_key(const Settings& settings, const std::string& key) {
    Settings found;
    std::copy_if(settings.begin(), settings.end(), std::back_inserter(found),
                 [&](const Setting& setting) { return setting.key == key; });
    return found;
}

void require_single(const Parameter& parameter, const Settings& given) {
    if (parameter.repeatable || given.size() < 2) return;
    throw base::UsageError(parameter.name + " is given twice (" + given[0].place + ", and " +
                           given[1].place + "); keep one");
}

/// What counts of both, in the order in which the parameters are read.
Settings merged(const Settings& file, const Settings& command_line) {
    Settings all;
    for (const auto& parameter : parameters()) {
        const auto from_file = with_key(file, parameter.name);
        const auto from_line = with_key(command_line, parameter.name);
        require_single(parameter, from_file);
        require_single(parameter, from_line);
        const auto& winner = from_line.empty() ? from_file : from_line;
        all.insert(all.end(), winner.begin(), winner.end());
    }
    return all;
}

config::Step step_of(const Settings& settings) {
    config::Step step;
    for (const auto& setting : settings) {
        try {
            find_parameter(setting.key)->read(step, setting.value, setting.base);
        } catch (const InvalidValue& invalid) {
            throw refusal(setting, invalid.what());
        }
    }
    return step;
}

void require(bool given, const std::string& key, const std::string& file) {
    if (given) return;
    throw base::UsageError(key + " is missing: add a line '" + key + " = " +
                           find_parameter(key)->hint + "' to " + file + ", or --" + key);
}

/// Requires what has no default; fills in the defaults that depend on other members.
void complete(config::Step& step, const std::string& file) {
    require(!step.entry_script.empty(), "entry_script", file);
    require(!step.input.empty(), "input", file);
    require(!step.output.empty(), "output", file);
    if (step.quote && step.delimiter == step.quote) {
        throw base::UsageError(
            "delimiter and quote are the same character; change one of them in " + file);
    }
    if (step.name.empty()) step.name = step_name_like(fs::path(file).stem().string());
    if (step.logs.empty()) step.logs = step.output + "/logs";
}

void check_files(const config::Step& step, const Settings& settings) {
    const auto check = [](const Setting& setting, const std::string& path, bool right,
                          const std::string& what) {
        if (!right) throw refusal(setting, "there is no " + what + " '" + path + "'");
    };
    std::error_code ignored;
    for (const auto& setting : with_key(settings, "source_directory")) {
        const auto& path = step.source_directory;
        check(setting, path, fs::is_directory(path, ignored), "directory");
    }
    for (const auto& setting : with_key(settings, "entry_script")) {
        const auto& path = step.entry_script;
        check(setting, path, fs::is_regular_file(path, ignored), "file");
    }
    auto side_input = step.side_input.begin();
    for (const auto& setting : with_key(settings, "side_input")) {
        const auto& path = (side_input++)->path;
        check(setting, path, fs::exists(path, ignored), "file or directory");
    }
    for (const auto& setting : with_key(settings, "output")) {
        if (fs::exists(step.output, ignored) && !fs::is_directory(step.output, ignored)) {
            throw refusal(setting, "this is a file; give a directory");
        }
    }
}

void refuse_table_parameters(const Settings& settings) {
    for (const auto& setting : settings) {
        if (find_parameter(setting.key)->group != Group::tables) continue;
        throw refusal(setting,
                      "this counts for tables only; add input_type = tabular, or remove it");
    }
}

void check_form_of_output(const config::Step& step, const Settings& settings) {
    const bool is_hdf5 = config::is_hdf5_name(step.append_row_file_name);
    for (const auto& setting : settings) {
        if (is_hdf5 && setting.key == "append_row_header") {
            throw refusal(setting,
                          "an HDF5 file has no first line; its columns have names, which "
                          "the script declares. Remove this, or give another "
                          "append_row_file_name");
        }
        if (!is_hdf5 && setting.key == "hdf5_compression") {
            throw refusal(setting,
                          "this counts for an HDF5 output only; give an "
                          "append_row_file_name that ends in .h5, or remove it");
        }
    }
}

void check_partition(const config::Step& step, const Settings& settings) {
    for (const auto& setting : settings) {
        if (const auto advice = partition_conflict(step, setting.key)) {
            throw refusal(setting, *advice);
        }
    }
}

std::string content_of(const std::string& file) {
    if (fs::is_directory(file)) {
        throw base::UsageError(file + " is a directory; give a configuration file");
    }
    auto content = base::read_file(file);
    if (!content) throw base::UsageError(content.error());
    if (!content.value()) {
        throw base::UsageError(base::system_error_text("cannot read " + file, ENOENT));
    }
    return std::move(*content.value());
}

}  // namespace

config::Step read_step(const std::vector<std::string>& words) {
    const auto here = fs::current_path();
    const auto line = settings_of_command_line(words, here.string());
    const auto& file = line.step_file;
    const auto base = (here / file).parent_path().string();
    const auto settings = merged(settings_of_text(content_of(file), file, base), line.settings);
    auto step = step_of(settings);
    step.arguments.insert(step.arguments.end(), line.arguments.begin(), line.arguments.end());
    complete(step, file);
    if (step.input_type == config::InputType::file) refuse_table_parameters(settings);
    check_form_of_output(step, settings);
    check_partition(step, settings);
    check_files(step, settings);
    return step;
}

std::string to_configuration_text(const config::Step& step) {
    std::string text = "# The step as it was understood: with every default, and absolute paths.\n";
    for (const auto& parameter : parameters()) {
        for (const auto& value : parameter.write(step)) {
            text += setting_line(parameter.name, value);
        }
    }
    return text;
}

config::Step parse_configuration_text(std::string_view text) {
    const std::string source = "the step's configuration";
    auto step = step_of(merged(settings_of_text(text, source, "/"), {}));
    complete(step, source);
    return step;
}

std::optional<std::uint64_t> take_mini_batch(std::vector<std::string>& words) {
    const auto is_option = [](const std::string& word) {
        return with_underscores(word.substr(0, word.find('='))) == "__mini_batch";
    };
    const auto end = std::find(words.begin(), words.end(), "--");
    const auto found = std::find_if(words.begin(), end, is_option);
    if (found == end) return std::nullopt;
    const auto equals = found->find('=');
    const auto last = equals == std::string::npos ? found + 1 : found;
    if (last == end) throw base::UsageError("the option '--mini_batch' needs a value");
    const auto text = equals == std::string::npos ? *last : found->substr(equals + 1);
    const auto rest = words.erase(found, last + 1);
    if (std::any_of(rest, std::find(rest, words.end(), "--"), is_option)) {
        throw base::UsageError("the option '--mini_batch' is given twice; keep one");
    }
    try {
        const auto index = to_integer(text, 0, std::numeric_limits<std::int64_t>::max());
        return static_cast<std::uint64_t>(index);
    } catch (const InvalidValue& invalid) {
        throw base::UsageError("--mini_batch = '" + text + "': " + invalid.what());
    }
}

}  // namespace parallel_run::cli
