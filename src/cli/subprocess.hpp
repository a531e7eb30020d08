// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "base/result.hpp"

namespace parallel_run::cli {

/// What became of a program: its exit status, 128 + n if signal n ended it, and what it printed on
/// stdout and stderr together.
struct Finished {
    int status = 0;
    std::string output;
};

/// Runs a program, found on PATH unless its name has a slash, in a directory and with nothing to
/// read, to its end. The failure: it could not be started.
base::Result<Finished> run_and_capture(const std::vector<std::string>& words,
                                       const std::string& directory);

}  // namespace parallel_run::cli
