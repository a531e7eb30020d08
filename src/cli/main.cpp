// SPDX-License-Identifier: Apache-2.0
#include <unistd.h>

#include <cstdlib>
#include <iostream>
#include <string_view>

#include "cli/commands.hpp"
#include "cli/program.hpp"

namespace {

bool may_be_bold() {
    const auto* const no_color = std::getenv("NO_COLOR");
    return ::isatty(STDOUT_FILENO) == 1 && (no_color == nullptr || *no_color == '\0');
}

}  // namespace

int main(int argc, char** argv) {
    return parallel_run::cli::run_program({argv + 1, argv + argc},
                                          parallel_run::cli::all_commands(),
                                          {std::cout, std::cerr, may_be_bold()});
}
