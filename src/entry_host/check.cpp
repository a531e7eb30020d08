// SPDX-License-Identifier: Apache-2.0
#include "entry_host/check.hpp"

#include <fcntl.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <exception>

#include "base/unique_fd.hpp"
#include "entry_host/exception_text.hpp"
#include "entry_host/script.hpp"

namespace parallel_run::entry_host {
namespace {

// A terminate handler takes no arguments.
std::string terminate_prefix;
int terminate_fd = STDERR_FILENO;

void write_line(int fd, std::string text) {
    text += '\n';
    // Nobody is left to tell if this fails; the exit status still says that there was a failure.
    [[maybe_unused]] const auto written = ::write(fd, text.data(), text.size());
}

std::string current_exception_text() {
    const auto error = describe_current_exception();
    return error.message.empty() ? error.type : error.type + ": " + error.message;
}

[[noreturn]] void explain_and_exit() {
    const auto what =
        std::current_exception() ? "threw " + current_exception_text() : "called std::terminate";
    write_line(terminate_fd, terminate_prefix + what + ".");
    std::_Exit(EXIT_FAILURE);
}

}  // namespace

void explain_uncaught_exceptions(const std::string& path, const std::string& when, int fd) {
    terminate_prefix = "entry script " + path + ": " + when + " ";
    terminate_fd = fd;
    std::set_terminate(explain_and_exit);
}

int check_script(const std::string& path) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);  // a script that hangs must not outlive who waits for it
    const base::UniqueFd answer(::fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 0));
    ::dup2(STDERR_FILENO, STDOUT_FILENO);
    explain_uncaught_exceptions(path, "a static initialiser", answer.get());
    const auto script = Script::load(path);
    write_line(answer.get(), script ? std::string(kLoaded) : script.error());
    return script ? EXIT_SUCCESS : EXIT_FAILURE;
}

}  // namespace parallel_run::entry_host
