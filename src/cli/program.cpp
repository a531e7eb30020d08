// SPDX-License-Identifier: Apache-2.0
#include "cli/program.hpp"

#include <algorithm>
#include <exception>
#include <ostream>

#include "base/error.hpp"
#include "base/exit_status.hpp"
#include "base/spelling.hpp"
#include "cli/options.hpp"

namespace parallel_run::cli {

namespace {

using Words = std::vector<std::string>;
using Commands = std::vector<Command>;

std::string heading(const std::string& text, const Terminal& terminal) {
    return terminal.bold ? "\033[1m" + text + "\033[0m" : text;
}

void print_help(const Commands& commands, const Terminal& terminal) {
    terminal.out
        << "parallel-run runs a compiled function over a large input on many processes.\n\n"
        << heading("Commands", terminal) << "\n";
    for (const auto& command : commands) {
        const auto blanks = std::string(8 - std::min<std::size_t>(7, command.name.size()), ' ');
        terminal.out << "  " << command.name << blanks << command.summary << "\n";
    }
    terminal.out << "\n'parallel-run help COMMAND' says more; --version prints the version.\n";
}

void print_help(const Command& command, const Terminal& terminal) {
    terminal.out << "usage: parallel-run " << command.usage << "\n\n" << command.details << "\n";
    if (command.takes_step) terminal.out << "\n" << parameters_help(terminal.bold);
}

const Command& find_command(const Commands& commands, const std::string& name) {
    Words names;
    std::string list;
    for (const auto& command : commands) {
        if (command.name == name) return command;
        names.push_back(command.name);
        list += (list.empty() ? "" : ", ") + command.name;
    }
    const auto near = base::nearest(name, names);
    throw base::UsageError("unknown command '" + name + "'; " +
                           (near ? "did you mean '" + *near + "'?" : "there are " + list));
}

bool asks_for_help(const Words& words) {
    const auto end = std::find(words.begin(), words.end(), "--");
    return std::any_of(words.begin(), end,
                       [](const auto& word) { return word == "--help" || word == "-h"; });
}

int dispatch(const Words& words, const Commands& commands, const Terminal& terminal) {
    const auto first = words.empty() ? std::string("help") : words.front();
    if (first == "--version") {
        terminal.out << "parallel-run " << PARALLEL_RUN_VERSION << "\n";
        return base::kCompleted;
    }
    if (first == "help" || first == "--help" || first == "-h") {
        if (words.size() < 2) {
            print_help(commands, terminal);
        } else {
            print_help(find_command(commands, words[1]), terminal);
        }
        return words.empty() ? base::kWrongUsage : base::kCompleted;
    }
    const auto& command = find_command(commands, first);
    const Words rest(words.begin() + 1, words.end());
    if (!asks_for_help(rest)) return command.run(rest);
    print_help(command, terminal);
    return base::kCompleted;
}

}  // namespace

int run_program(const Words& words, const Commands& commands, const Terminal& terminal) {
    try {
        return dispatch(words, commands, terminal);
    } catch (const base::UsageError& error) {
        terminal.err << "parallel-run: " << error.what() << std::endl;
        return base::kWrongUsage;
    } catch (const std::exception& error) {
        terminal.err << "parallel-run: " << error.what() << std::endl;
        return base::kFailed;
    }
}

}  // namespace parallel_run::cli
