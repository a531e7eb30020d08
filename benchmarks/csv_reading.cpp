// SPDX-License-Identifier: Apache-2.0
// csv_reading FILE PART_BYTES: reads a CSV file with a header in parts of so many bytes, by our
// reader in a plain loop on one thread. Prints "rows seconds".
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <filesystem>

#include "config/step.hpp"
#include "table/reader.hpp"
#include "table/survey.hpp"

namespace table = parallel_run::table;

int main(int argc, char** argv) try {
    if (argc != 3) return 2;
    const std::string file = argv[1];
    const auto part_bytes = std::strtoull(argv[2], nullptr, 10);
    const auto size = std::filesystem::file_size(file);
    const auto began = std::chrono::steady_clock::now();
    const auto reader = table::open_reader(table::survey(parallel_run::config::Step{}, file));
    table::Table table;
    std::uint64_t rows = 0;
    for (std::uint64_t begin = 0; begin < size; begin += part_bytes) {
        table::Range part;
        part.file = file;
        part.begin = begin;
        part.end = std::min(begin + part_bytes, static_cast<unsigned long long>(size));
        reader->read(part, table);
        rows += table.row_count;
    }
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
    std::printf("%llu %f\n", static_cast<unsigned long long>(rows), took.count());
} catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
}
