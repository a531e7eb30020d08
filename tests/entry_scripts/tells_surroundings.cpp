// SPDX-License-Identifier: Apache-2.0
// Rows "NAME=VALUE" of all that a script can ask about its surroundings, and a line on each of its
// output streams, from a subprocess too.
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <string>

#include <parallel_run/entry_script.hpp>

namespace pr = parallel_run;

namespace {

void init() {
    const auto& logger = pr::EntryScript::instance().logger();
    logger.debug("a debug line");
    logger.info("an info line");
    logger.warning("a warning line");
}

void talk() {
    std::cout << "printed by the script" << std::endl;
    std::cerr << "complained by the script" << std::endl;
    if (std::system("echo printed by its child; echo complained by its child >&2") != 0) {
        throw std::runtime_error("there is no shell");
    }
}

std::string variable(const char* name) {
    const char* value = std::getenv(name);
    return value == nullptr ? "(none)" : value;
}

pr::Rows run(const pr::MiniBatch& mini_batch) {
    talk();
    const auto& script = pr::EntryScript::instance();
    pr::Rows rows;
    rows.append("index={}", mini_batch.index());
    rows.append("attempt={}", mini_batch.attempt());
    rows.append("input_name={}", mini_batch.input_name());
    rows.append("current_path={}", std::filesystem::current_path().string());
    rows.append("working_dir={}", script.working_dir().string());
    rows.append("output_dir={}", script.output_dir().string());
    rows.append("log_dir={}", script.log_dir().string());
    rows.append("agent_name={}", script.agent_name());
    rows.append("worker_index={}", script.worker_index());
    rows.append("gpu_index={}", script.gpu_index());
    rows.append("model={}", script.side_input("model").string());
    for (const auto& word : script.arguments()) rows.append("argument={}", word);
    for (const auto* name : {"COLOUR", "EMPTY", "OMPI_COMM_WORLD_RANK", "PMIX_RANK"}) {
        rows.append("{}={}", name, variable(name));
    }
    return rows;
}

}  // namespace

PARALLEL_RUN_ENTRY_SCRIPT(init, run)
