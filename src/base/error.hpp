// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <stdexcept>
#include <string>

namespace parallel_run::base {

/// The user's command, configuration, entry script or input is wrong; the message names the object,
/// the cause and the next step. Ends the program with exit status 2 when nothing was started yet.
class UsageError : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/// The machine refused something that should work (a full disk, a missing launcher). Exit status 1.
class EnvironmentError : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/// "what: strerror(code)", for a failed system call.
std::string system_error_text(const std::string& what, int code);

}  // namespace parallel_run::base
