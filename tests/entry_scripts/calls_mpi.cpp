// SPDX-License-Identifier: Apache-2.0
// run() uses MPI as if it were alone in the world. A row with the name of each file.
#include <mpi.h>

#include <stdexcept>

#include <parallel_run/entry_script.hpp>

namespace pr = parallel_run;

namespace {

void init() {}

void use_mpi() {
    int used = 0;
    MPI_Initialized(&used);
    if (used != 0) return;
    MPI_Init(nullptr, nullptr);
    int size = 0;
    MPI_Comm_size(MPI_COMM_WORLD, &size);
    MPI_Finalize();
    if (size != 1) throw std::runtime_error("run() is a rank of the engine's own job");
}

pr::Rows run(const pr::MiniBatch& mini_batch) {
    pr::Rows rows;
    for (const auto& path : mini_batch.files()) {
        const auto name = path.filename().string();
        if (name == "bad") use_mpi();
        rows.append(name);
    }
    return rows;
}

}  // namespace

PARALLEL_RUN_ENTRY_SCRIPT(init, run)
