// SPDX-License-Identifier: Apache-2.0
// At the file "bad" run() writes --what (random, zeros or ones) over --where (all, head, rings, or
// claim: where it is noted that the mini-batch has begun) of the memory that the process shares
// with the engine, and then --then (return, crash, hang). A row with the name of each file.
#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <random>
#include <stdexcept>
#include <string>

#include <parallel_run/entry_script.hpp>

namespace pr = parallel_run;

namespace {

constexpr std::size_t kHeadBytes = 4096;
constexpr std::size_t kRecordAlignment = 16;

/// A record and the head of its mini-batch, as docs/formats.md has them.
struct Command {
    std::uint64_t size_and_kind;
    std::uint32_t claim;
    std::uint32_t reserved;
    std::uint64_t index;
};

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

/// The word in the record of the command that gave us this mini-batch.
Memory claim_of(Memory memory, const pr::MiniBatch& mini_batch) {
    for (auto* at = memory.begin + kHeadBytes; at + sizeof(Command) <= memory.end;
         at += kRecordAlignment) {
        Command command{};
        std::memcpy(&command, at, sizeof command);
        if (command.claim != 1 || command.index != mini_batch.index()) continue;
        auto* const claim = at + offsetof(Command, claim);
        return {claim, claim + sizeof command.claim};
    }
    throw std::runtime_error("there is no record of the mini-batch");
}

Memory part_of(Memory memory, const std::string& where, const pr::MiniBatch& mini_batch) {
    if (where == "claim") return claim_of(memory, mini_batch);
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

void scribble(const pr::MiniBatch& mini_batch) {
    const auto& script = pr::EntryScript::instance();
    const auto memory = part_of(shared_memory(), script.argument("--where"), mini_batch);
    write_over(memory, script.argument("--what"), mini_batch.attempt());
    const auto then = script.argument("--then");
    if (then == "crash") std::abort();
    while (then == "hang") ::pause();
}

void init() {}

pr::Rows run(const pr::MiniBatch& mini_batch) {
    pr::Rows rows;
    for (const auto& path : mini_batch.files()) {
        const auto name = path.filename().string();
        if (name == "bad") scribble(mini_batch);
        rows.append(name);
    }
    return rows;
}

}  // namespace

PARALLEL_RUN_ENTRY_SCRIPT(init, run)
