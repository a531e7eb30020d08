// SPDX-License-Identifier: Apache-2.0
#include "cli/options.hpp"

#include <array>
#include <sstream>
#include <utility>

#include <boost/program_options/value_semantic.hpp>

#include "cli/parameters.hpp"

namespace parallel_run::cli {

namespace {

namespace po = boost::program_options;

constexpr unsigned kColumns = 80;
constexpr unsigned kLeastHelpColumns = 38;

constexpr std::array<std::pair<Group, const char*>, 7> kHeadings = {
    {{Group::input, "Input"},
     {Group::tables, "Tables (input_type = tabular)"},
     {Group::entry_script, "Entry script"},
     {Group::output, "Output"},
     {Group::limits, "Failures and limits"},
     {Group::placement, "Placement"},
     {Group::logs, "Logs"}}};

std::string help_of(const Parameter& parameter) {
    const auto defaults = parameter.write(config::Step());
    if (defaults.empty() || parameter.on_off) return parameter.help;
    return parameter.help + " (default: " + defaults.front() + ")";
}

po::value_semantic* semantic_of(const Parameter& parameter) {
    return po::value<std::string>()->value_name(parameter.on_off ? "[=BOOL]" : parameter.hint);
}

void add(po::options_description& options, const Parameter& parameter) {
    options.add_options()(parameter.name.c_str(), semantic_of(parameter),
                          help_of(parameter).c_str());
}

po::options_description options_of(Group group) {
    po::options_description options(kColumns, kLeastHelpColumns);
    for (const auto& parameter : parameters()) {
        if (parameter.group == group) add(options, parameter);
    }
    return options;
}

std::string names_to_come() {
    std::string line = " ";
    std::string text;
    for (const auto& parameter : parameters()) {
        if (parameter.group != Group::not_yet) continue;
        if (line.size() + 1 + parameter.name.size() > kColumns) {
            text += std::exchange(line, " ") + "\n";
        }
        line += " " + parameter.name;
    }
    return text + line + "\n";
}

}  // namespace

po::options_description all_options() {
    po::options_description options(kColumns, kLeastHelpColumns);
    for (const auto& parameter : parameters()) add(options, parameter);
    return options;
}

std::string parameters_help(bool bold) {
    const auto column = all_options().get_option_column_width() + 1;
    std::ostringstream help;
    for (const auto& [group, heading] : kHeadings) {
        help << (bold ? "\033[1m" : "") << heading << (bold ? "\033[0m" : "") << "\n";
        options_of(group).print(help, column);
        help << "\n";
    }
    help << "In STEP.conf the same names are keys: a line of 'mini_batch_size = 20' for each.\n"
            "The command line wins over the file. A relative path in the file is relative\n"
            "to the file. A '#' after a blank starts a comment; put a value that needs one\n"
            "in double quotes. In names, dashes and underscores are the same.\n\n"
            "Known, but not in this version yet:\n"
         << names_to_come();
    return help.str();
}

}  // namespace parallel_run::cli
