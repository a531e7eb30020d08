// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <iosfwd>
#include <string>
#include <vector>

namespace parallel_run::cli {

struct Command {
    std::string name;
    std::string summary;  ///< one line
    std::string usage;    ///< after "usage: parallel-run "
    std::string details;  ///< paragraphs for its help
    bool takes_step;      ///< its options are the parameters of a step
    std::function<int(std::vector<std::string>)> run;
};

/// Where messages go, and whether headings may be bold there.
struct Terminal {
    std::ostream& out;
    std::ostream& err;
    bool bold = false;
};

/// Does what the words after the program's name ask for and returns the exit status: a
/// command's, kWrongUsage for a base::UsageError, kFailed for any other exception, whose message
/// goes to `terminal.err`.
int run_program(const std::vector<std::string>& words, const std::vector<Command>& commands,
                const Terminal& terminal);

}  // namespace parallel_run::cli
