// SPDX-License-Identifier: Apache-2.0
// parallel-run: pkg-config libpng hdf5-openmpi

#include "digit_image.hpp"
#include "digit_network.hpp"
#include "weights_file.hpp"

#include <parallel_run/entry_script.hpp>

namespace pr = parallel_run;

namespace {

digits::Network network;

void init() {
    const auto& script = pr::EntryScript::instance();
    const std::string weights = script.side_input("weights").string();
    network = digits::read_weights(weights);
    script.logger().info("read the weights {}", weights);
}

pr::Rows run(const pr::MiniBatch& mini_batch) {
    pr::Rows rows;
    const auto files = mini_batch.files();
    for (std::size_t i = 0; i < files.size(); ++i) {
        try {
            const int digit = network.classify(digits::read_png(files[i].string()));
            rows.append("{}: {}", files[i].filename().string(), digit);
        } catch (const digits::ImageError& error) {
            rows.fail(i, error.what());
        }
    }
    return rows;
}

}  // namespace

PARALLEL_RUN_ENTRY_SCRIPT(init, run)
