// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "cli/program.hpp"

/// The commands of parallel-run. Each takes the words after its name and returns the exit status;
/// what is the user's fault leaves as base::UsageError.
namespace parallel_run::cli {

int run_command(const std::vector<std::string>& words);
int try_command(std::vector<std::string> words);
int plan_command(std::vector<std::string> words);
int build_command(const std::vector<std::string>& words);
int status_command(std::vector<std::string> words);
int verify_command(const std::vector<std::string>& words);

/// All of them, with their help.
std::vector<Command> all_commands();

}  // namespace parallel_run::cli
