// SPDX-License-Identifier: Apache-2.0
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>

#include "base/error.hpp"
#include "cli/commands.hpp"
#include "cli/status_report.hpp"

namespace parallel_run::cli {

int status_command(std::vector<std::string> words) {
    const bool json = std::erase(words, "--json") > 0;
    const auto record = look_at_output(words, "status OUTPUT [--json]");
    const bool shown = ::isatty(STDOUT_FILENO) == 1;
    const auto terminal = shown ? logging::find_terminal(false) : logging::Terminal();
    const auto text = json ? status_json(record) + "\n" : status_text(record, terminal);
    if (std::fputs(text.c_str(), stdout) < 0 || std::fflush(stdout) != 0) {
        throw base::EnvironmentError(base::system_error_text("cannot write the status", errno));
    }
    return 0;
}

}  // namespace parallel_run::cli
