// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include <boost/program_options/errors.hpp>
#include <boost/program_options/parsers.hpp>

#include "base/error.hpp"
#include "cli/options.hpp"
#include "cli/parameters.hpp"
#include "cli/settings.hpp"

namespace parallel_run::cli {

namespace {

namespace po = boost::program_options;
using Words = std::vector<std::string>;

/// "--mini-batch-size=12" as "mini_batch_size" and "12", "--overwrite" as "overwrite" and "true";
/// nothing for a word that is no option.
std::pair<std::string, std::string> split_option(const std::string& word) {
    if (!word.starts_with("--") || word.ends_with('=')) return {};
    const auto equals = std::min(word.find('='), word.size());
    auto name = with_underscores(std::string_view(word).substr(2, equals - 2));
    if (equals < word.size()) return {std::move(name), word.substr(equals + 1)};
    const auto* parameter = find_parameter(name);
    const auto is_on = parameter != nullptr && parameter->on_off;
    return {std::move(name), is_on ? "true" : ""};
}

base::UsageError value_missing(const std::string& option) {
    return base::UsageError("the option '" + option + "' needs a value (" +
                            std::string(kCommandLinePlace) + ")");
}

po::parsed_options parse(const Words& words) {
    using namespace po::command_line_style;
    try {
        return po::command_line_parser(words)
            .options(all_options())
            .style(allow_long | long_allow_adjacent | long_allow_next)
            .extra_parser(split_option)
            .allow_unregistered()
            .run();
    } catch (const po::error_with_option_name& error) {
        throw value_missing(error.get_option_name());
    }
}

void take_step_file(CommandLine& line, const std::string& word) {
    if (word.starts_with('-') && word.size() > 1) {
        throw unknown_parameter("option '" + word + "'", word, std::string(kCommandLinePlace));
    }
    if (!line.step_file.empty()) {
        throw base::UsageError("'" + word + "' is one word too many: '" + line.step_file +
                               "' is the configuration file already. Words for the entry script "
                               "stand after '--'; an option that is on or off takes its value with "
                               "'=', as in --overwrite=false");
    }
    line.step_file = word;
}

Setting setting_of(const po::option& option, const std::string& base) {
    const std::string place(kCommandLinePlace);
    const auto& name = option.string_key;
    if (option.unregistered) throw unknown_parameter("option '--" + name + "'", name, place);
    const auto& value = option.value.at(0);
    // "--output --overwrite": Boost takes the second for a directory.
    const auto& tokens = option.original_tokens;
    const auto is_next_word = !tokens.empty() && tokens.back() == value;
    if (is_next_word && find_parameter(split_option(value).first) != nullptr) {
        throw value_missing("--" + name);
    }
    return {name, value, place, base};
}

}  // namespace

CommandLine settings_of_command_line(const Words& words, const std::string& base) {
    const auto end = std::find(words.begin(), words.end(), "--");
    CommandLine line;
    if (end != words.end()) line.arguments.assign(end + 1, words.end());
    for (const auto& option : parse({words.begin(), end}).options) {
        if (option.string_key.empty()) {
            for (const auto& word : option.value) take_step_file(line, word);
        } else {
            line.settings.push_back(setting_of(option, base));
        }
    }
    if (line.step_file.empty()) {
        throw base::UsageError(
            "no configuration file: give a STEP.conf, as in 'parallel-run run step.conf'");
    }
    return line;
}

}  // namespace parallel_run::cli
