// SPDX-License-Identifier: Apache-2.0
// Uses all of the public interface; the tests compile it by each compiler and standard. It includes
// nothing else, so the header must stand alone.
#include <parallel_run/entry_script.hpp>

namespace pr = parallel_run;

namespace {

std::vector<std::string> labels;

void init() {
    const auto& script = pr::EntryScript::instance();
    labels.push_back(script.side_input("labels").string());
    labels.push_back(script.argument("--label", "none"));
    script.logger().debug("plain");
    script.logger().info("{} of {} arguments", labels.size(), script.arguments().size());
    script.logger().warning(std::string("GPU ") + std::to_string(script.gpu_index()));
    script.logger().error("{}: {}", script.agent_name(), script.log_dir().string());
    script.log_metric("labels", static_cast<double>(labels.size()));
}

pr::Rows run(const pr::MiniBatch& mini_batch) {
    pr::Rows rows;
    const auto files = mini_batch.files();
    const std::vector<std::filesystem::path> paths(files.begin(), files.end());
    for (const auto& path : files) rows.append("{}: {:.3f}", path.filename().string(), 0.5);
    if (rows.size() != paths.size()) rows.fail(files.size() - 1, "no row");
    rows.append(mini_batch.input_name());
    rows.append("{} {} {}", mini_batch.index(), mini_batch.attempt(), mini_batch.partition_key());
    for (const auto& [name, value] : mini_batch.partition_values()) {
        if (mini_batch.partition_value(name) == value) rows.append(value);
    }
    return rows;
}

void shutdown() { labels.clear(); }

}  // namespace

PARALLEL_RUN_ENTRY_SCRIPT(init, run, shutdown)
