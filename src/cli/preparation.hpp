// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "config/step.hpp"

namespace parallel_run::cli {

/// The program that runs the entry script: beside this one.
std::string worker_program();

/// Everything that can be wrong before a rank starts work: compiles the entry script if it is a
/// source and loads it on trial, looks for the inputs, and refuses an output directory that holds
/// an earlier result. Then makes the output and log directories. `step.entry_script` becomes the
/// shared object. Throws base::UsageError, having touched nothing, or base::EnvironmentError.
void prepare(config::Step& step);

}  // namespace parallel_run::cli
