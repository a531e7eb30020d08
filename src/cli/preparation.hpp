// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "cli/output_claim.hpp"
#include "config/step.hpp"

namespace parallel_run::cli {

/// The program that runs the entry script: beside this one.
std::string worker_program();

/// Everything that can be wrong before a rank starts work: looks for the inputs, compiles the entry
/// script if it is a source and loads it on trial, and claims the output. Then, unless a completed
/// run is there already, makes the log directories. `step.entry_script` becomes the shared object.
/// Throws base::UsageError, having touched nothing, or base::EnvironmentError.
OutputClaim prepare(config::Step& step);

}  // namespace parallel_run::cli
