// SPDX-License-Identifier: Apache-2.0
#include "logging/terminal.hpp"

#include <fcntl.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdlib>
#include <string>

#include "base/unique_fd.hpp"

namespace parallel_run::logging {

Terminal find_terminal(bool under_launcher) {
    const auto pid = under_launcher ? std::to_string(::getppid()) : std::string("self");
    const base::UniqueFd target(
        ::open(("/proc/" + pid + "/fd/2").c_str(), O_WRONLY | O_NOCTTY | O_CLOEXEC));
    Terminal terminal;
    if (!target || ::isatty(target.get()) == 0) return terminal;
    const char* const kind = std::getenv("TERM");
    if (kind != nullptr && std::string(kind) == "dumb") return terminal;
    terminal.interactive = true;
    terminal.colour = std::getenv("NO_COLOR") == nullptr;
    winsize size{};
    if (::ioctl(target.get(), TIOCGWINSZ, &size) == 0 && size.ws_col >= 20) {
        terminal.columns = size.ws_col;
    }
    return terminal;
}

}  // namespace parallel_run::logging
