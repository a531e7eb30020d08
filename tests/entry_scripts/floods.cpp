// SPDX-License-Identifier: Apache-2.0
// At the file "bad" run() writes --stdout_bytes to stdout. A row with the name of each file; for
// "bad" --rows rows of --row_bytes bytes, each a zero byte and then that many less one of 'x'.
#include <cstdio>
#include <string>

#include <parallel_run/entry_script.hpp>

namespace pr = parallel_run;

namespace {

std::size_t number(const char* name) {
    return std::stoull(pr::EntryScript::instance().argument(name, "0"));
}

void write_to_stdout(std::size_t bytes) {
    const std::string line = std::string(99, 'o') + "\n";
    for (std::size_t i = 0; i < bytes; i += line.size()) std::fputs(line.c_str(), stdout);
}

void init() {}

pr::Rows run(const pr::MiniBatch& mini_batch) {
    pr::Rows rows;
    for (const auto& path : mini_batch.files()) {
        const auto name = path.filename().string();
        if (name != "bad") {
            rows.append(name);
            continue;
        }
        write_to_stdout(number("--stdout_bytes"));
        const auto size = number("--row_bytes");
        const auto row = size == 0 ? std::string() : std::string(1, '\0').append(size - 1, 'x');
        for (auto left = number("--rows"); left > 0; --left) rows.append(row);
    }
    return rows;
}

}  // namespace

PARALLEL_RUN_ENTRY_SCRIPT(init, run)
