// SPDX-License-Identifier: Apache-2.0
// One row per item: KEY, the value of --name if that is given, and the record or the file's name,
// with "|" between them. With --meet, mini-batches of the key --hold wait for the file MEET/go.
#include <chrono>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>

#include <parallel_run/entry_script.hpp>

namespace pr = parallel_run;

namespace {

std::string held_key;
std::filesystem::path meeting_place;
std::string name;

void init() {
    const auto& script = pr::EntryScript::instance();
    held_key = script.argument("--hold", "");
    meeting_place = script.argument("--meet", "");
    name = script.argument("--name", "");
}

void wait_for_go() {
    std::ofstream(meeting_place / "held").flush();
    while (!std::filesystem::exists(meeting_place / "go")) {
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
}

pr::Rows run(const pr::MiniBatch& mini_batch) {
    if (!meeting_place.empty() && mini_batch.partition_key() == held_key) wait_for_go();
    std::string key(mini_batch.partition_key());
    if (!name.empty()) key.append("|").append(mini_batch.partition_value(name));
    pr::Rows rows;
    if (mini_batch.has_table()) {
        const auto table = mini_batch.table();
        for (const auto row : table) rows.append("{}|{}", key, table.record(row.index()));
    } else {
        for (const auto& file : mini_batch.files()) {
            rows.append("{}|{}", key, file.filename().string());
        }
    }
    return rows;
}

}  // namespace

PARALLEL_RUN_ENTRY_SCRIPT(init, run)
