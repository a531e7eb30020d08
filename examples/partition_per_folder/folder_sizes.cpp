// SPDX-License-Identifier: Apache-2.0
// Adds up the sizes of all recordings of one user and genre.
#include <cstdint>
#include <filesystem>

#include <parallel_run/entry_script.hpp>

namespace pr = parallel_run;

namespace {

void init() {}

pr::Rows run(const pr::MiniBatch& mini_batch) {
    std::uintmax_t total = 0;
    for (const auto& file : mini_batch.files()) total += std::filesystem::file_size(file);
    pr::Rows rows;
    for (const auto& file : mini_batch.files()) {
        rows.append_fields(mini_batch.partition_value("user"), mini_batch.partition_value("genre"),
                           file.filename().string(), std::filesystem::file_size(file), total);
    }
    return rows;
}

}  // namespace

PARALLEL_RUN_ENTRY_SCRIPT(init, run)
