// SPDX-License-Identifier: Apache-2.0
#include <unistd.h>

#include <cstdlib>
#include <iostream>
#include <string_view>

#include "cli/commands.hpp"
#include "cli/program.hpp"

namespace {

using parallel_run::cli::Command;

std::vector<Command> commands() {
    using namespace parallel_run::cli;
    return {{"run", "Run a step.", "run STEP.conf [--option value ...] [-- script arguments ...]",
             "Runs the entry script over the input. Under mpirun or srun each rank is a worker;\n"
             "without, the ranks are started first (by srun in a Slurm allocation).\n"
             "Exit status: 0 Completed, 1 Failed, 2 wrong usage (nothing was started), 75 stopped\n"
             "before the end: the same command goes on.",
             true, run_command},
            {"try", "Run a step in this process, for a debugger.",
             "try STEP.conf [--mini_batch N] [--option value ...] [-- script arguments ...]",
             "Runs the entry script over all mini-batches, or the N-th, without MPI and without\n"
             "other processes, and prints the rows: gdb --args parallel-run try step.conf",
             true, try_command},
            {"plan", "Print a step's mini-batches; run nothing.",
             "plan STEP.conf [--mini_batch N] [--option value ...]",
             "Prints one line for each mini-batch, or all files of the N-th.", true, plan_command},
            {"build", "Compile a source file into an entry script.",
             "build SOURCE [-o SCRIPT.so] [-- compiler flags ...]",
             "Compiles C++, C, Fortran or CUDA with the flags that an entry script needs.", false,
             build_command},
            {"status", "Tell how far the run of an output directory is.", "status OUTPUT [--json]",
             "Tells the state (running, stopped, failed, completed; unknown: the run's machine\n"
             "cannot be asked and is silent), what is done and what is recorded, the speed, the\n"
             "first error and where to look next. It only reads: the run may be under way, on any\n"
             "machine. --json: one JSON object on one line.\n"
             "Exit status: 0, or 2 if there was no run.",
             false, status_command},
            {"verify", "Hold a run's output against its journal.", "verify OUTPUT",
             "Compares the output file with what the journal recorded when its rows were made\n"
             "durable: the length, every block's checksum, the number of rows. Of a run that is\n"
             "under way it verifies what is recorded so far.\n"
             "Exit status: 0 all is right, 1 something is wrong, 2 there was no run.",
             false, verify_command}};
}

bool may_be_bold() {
    const auto* const no_color = std::getenv("NO_COLOR");
    return ::isatty(STDOUT_FILENO) == 1 && (no_color == nullptr || *no_color == '\0');
}

}  // namespace

int main(int argc, char** argv) {
    return parallel_run::cli::run_program({argv + 1, argv + argc}, commands(),
                                          {std::cout, std::cerr, may_be_bold()});
}
