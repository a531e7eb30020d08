// SPDX-License-Identifier: Apache-2.0
// At the file "bad" run() writes --what (random, zeros or ones) over --where (all, head or rings)
// of the memory that the process shares with the engine, and then --then (return, crash, hang). A
// row with the name of each file.
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <random>
#include <stdexcept>
#include <string>

#include <parallel_run/entry_script.hpp>

namespace pr = parallel_run;

namespace {

constexpr std::size_t kHeadBytes = 4096;

struct Memory {
    char* begin = nullptr;
    char* end = nullptr;
};

Memory shared_memory() {
    std::ifstream maps("/proc/self/maps");
    for (std::string line; std::getline(maps, line);) {
        if (line.find("memfd:parallel-run") == std::string::npos) continue;
        std::uintptr_t begin = 0;
        std::uintptr_t end = 0;
        if (std::sscanf(line.c_str(), "%zx-%zx", &begin, &end) != 2) break;
        return {reinterpret_cast<char*>(begin), reinterpret_cast<char*>(end)};
    }
    throw std::runtime_error("there is no shared memory to write over");
}

Memory part_of(Memory memory, const std::string& where) {
    if (where == "head") return {memory.begin, memory.begin + kHeadBytes};
    if (where == "rings") return {memory.begin + kHeadBytes, memory.end};
    return memory;
}

void write_over(Memory memory, const std::string& what, std::uint32_t seed) {
    std::minstd_rand random(seed);
    std::generate(memory.begin, memory.end, [&] {
        if (what == "random") return static_cast<char>(random() >> 8);
        return what == "ones" ? '\xff' : '\0';
    });
}

void scribble(std::uint32_t seed) {
    const auto& script = pr::EntryScript::instance();
    const auto memory = part_of(shared_memory(), script.argument("--where"));
    write_over(memory, script.argument("--what"), seed);
    const auto then = script.argument("--then");
    if (then == "crash") std::abort();
    while (then == "hang") ::pause();
}

void init() {}

pr::Rows run(const pr::MiniBatch& mini_batch) {
    pr::Rows rows;
    for (const auto& path : mini_batch.files()) {
        const auto name = path.filename().string();
        if (name == "bad") scribble(mini_batch.attempt());
        rows.append(name);
    }
    return rows;
}

}  // namespace

PARALLEL_RUN_ENTRY_SCRIPT(init, run)
