// SPDX-License-Identifier: Apache-2.0
// A record for each file, all of it a function of the number that its name ends with:
//
//     embedding  float32[8]   number + 0.0, number + 0.25, ...
//     label      int32        number % 7
//     name       text of 16   the file's name
//
// A file whose number ends with 3 fails. --busy_us N: so long a mini-batch. --declare nothing:
// there are no columns; differently: on the second worker label is int64, which
// EMBEDDINGS_DECLARE=other makes of it everywhere. --append text: texts, no records.
#include <array>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <thread>

#include <parallel_run/entry_script.hpp>

namespace pr = parallel_run;

namespace {

bool is_told(const std::string& name, const std::string& value) {
    return pr::EntryScript::instance().argument(name, "") == value;
}

bool has_other_label() {
    const char* const declare = std::getenv("EMBEDDINGS_DECLARE");
    return (declare != nullptr && std::string(declare) == "other") ||
           (is_told("--declare", "differently") && pr::EntryScript::instance().worker_index() == 1);
}

void init() {
    auto& script = pr::EntryScript::instance();
    if (is_told("--declare", "nothing")) return;
    script.declare_columns(
        {pr::column<float>("embedding", {8}),
         has_other_label() ? pr::column<std::int64_t>("label") : pr::column<std::int32_t>("label"),
         pr::text_column("name", 16)});
}

void add(pr::Rows& rows, std::size_t item, const std::string& name) {
    const int number = std::stoi(name.substr(name.find_first_of("0123456789")));
    if (number % 10 == 3) return rows.fail(item, "its number ends with 3");
    std::array<float, 8> embedding{};
    for (std::size_t i = 0; i < embedding.size(); ++i) {
        embedding[i] = static_cast<float>(number) + 0.25F * static_cast<float>(i);
    }
    if (has_other_label()) {
        rows.append_record(embedding, std::int64_t{number % 7}, name);
    } else {
        rows.append_record(embedding, std::int32_t{number % 7}, name);
    }
}

pr::Rows run(const pr::MiniBatch& mini_batch) {
    std::this_thread::sleep_for(std::chrono::microseconds(
        std::stoi(pr::EntryScript::instance().argument("--busy_us", "0"))));
    pr::Rows rows;
    for (std::size_t item = 0; item < mini_batch.files().size(); ++item) {
        const auto name = mini_batch.files()[item].filename().string();
        if (is_told("--append", "text")) {
            rows.append(name);
        } else {
            add(rows, item, name);
        }
    }
    return rows;
}

}  // namespace

PARALLEL_RUN_ENTRY_SCRIPT(init, run)
