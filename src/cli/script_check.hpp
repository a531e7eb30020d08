// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <string>

namespace parallel_run::cli {

/// How long loading a script may take, and after how much of that a line says what is waited for.
struct LoadingLimits {
    std::chrono::milliseconds patience = std::chrono::seconds(60);
    std::chrono::milliseconds silence = std::chrono::seconds(5);
};

/// Loads the compiled entry script in a process of its own, because that runs its static
/// initialisers, by `worker_program`. Throws base::UsageError when it does not load, ends the
/// process or takes too long, and base::EnvironmentError when there is no such process.
void check_script(const std::string& worker_program, const std::string& script,
                  const LoadingLimits& limits = {});

}  // namespace parallel_run::cli
