// SPDX-License-Identifier: Apache-2.0
#include <cstdlib>
#include <string_view>

#include "entry_host/check.hpp"
#include "entry_host/worker_loop.hpp"

int main(int argc, char** argv) {
    // A script may open a file that the engine reads, and some file systems have no locks.
    ::setenv("HDF5_USE_FILE_LOCKING", "FALSE", 0);
    if (argc == 3 && std::string_view(argv[1]) == "--check") {
        std::_Exit(parallel_run::entry_host::check_script(argv[2]));
    }
    return parallel_run::entry_host::run_worker_loop();
}
