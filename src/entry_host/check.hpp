// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace parallel_run::entry_host {

/// What check_script() prints of a good script.
inline constexpr std::string_view kLoaded = "loaded";

/// Loads the script, as its worker process would. Returns the exit status: 0 after kLoaded was
/// printed on stdout, or 1 after the reason (and nothing else: what the script prints goes to
/// stderr). A static
/// initialiser that throws ends this process with 1 and that reason; one that crashes ends it by
/// its signal, which the caller tells the user. To be called from main, which then leaves by
/// std::_Exit, because the script's static objects need not survive an exit without shutdown.
int check_script(const std::string& path);

/// From now on an exception that nobody catches ends the process with status 1 after
/// "entry script PATH: WHEN threw TYPE: WHAT." was written to a file descriptor.
void explain_uncaught_exceptions(const std::string& path, const std::string& when, int fd);

}  // namespace parallel_run::entry_host
