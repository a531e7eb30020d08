// SPDX-License-Identifier: Apache-2.0
#include "cli/commands.hpp"

namespace parallel_run::cli {

std::vector<Command> all_commands() {
    return {{"run", "Run a step.", "run STEP.conf [--option value ...] [-- script arguments ...]",
             "Runs the entry script over the input. Under mpirun or srun each rank is a\n"
             "worker; without, the ranks are started first (by srun in a Slurm allocation).\n"
             "Exit status: 0 Completed, 1 Failed, 2 wrong usage (nothing was started),\n"
             "75 stopped before the end: the same command, without overwrite, goes on.",
             true, run_command},
            {"try", "Run a step in this process, for a debugger.",
             "try STEP.conf [--mini_batch N] [--option value ...]\n"
             "                        [-- script arguments ...]",
             "Runs the entry script over all mini-batches, or the N-th, without MPI and\n"
             "without other processes, and prints the rows:\n"
             "gdb --args parallel-run try step.conf",
             true, try_command},
            {"plan", "Print a step's mini-batches; run nothing.",
             "plan STEP.conf [--mini_batch N] [--option value ...]",
             "Prints one line for each mini-batch, or all files of the N-th.", true, plan_command},
            {"build", "Compile a source file into an entry script.",
             "build SOURCE [-o SCRIPT.so] [-- compiler flags ...]",
             "Compiles C++, C, Fortran or CUDA with the flags that an entry script needs.", false,
             build_command},
            {"status", "Tell how far the run of an output directory is.", "status OUTPUT [--json]",
             "Tells the state (running, stopped, failed, completed; unknown: the run's\n"
             "machine cannot be asked and is silent), what is done and what is recorded,\n"
             "the speed, the first error and where to look next. It only reads: the run may\n"
             "be under way, on any machine. --json: one JSON object on one line.\n"
             "Exit status: 0, or 2 if there was no run.",
             false, status_command},
            {"verify", "Hold a run's output against its journal.", "verify OUTPUT",
             "Compares the output file with what the journal recorded when its rows were\n"
             "made durable: the length, every block's checksum, the number of rows. Of a run\n"
             "that is under way it verifies what is recorded so far.\n"
             "Exit status: 0 all is right, 1 something is wrong, 2 there was no run.",
             false, verify_command}};
}

}  // namespace parallel_run::cli
