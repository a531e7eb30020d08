// SPDX-License-Identifier: Apache-2.0
// Stands in for libFuzzer where there is none: fuzz_TARGET DIRECTORY gives each file of the
// directory to the target once, in the order of their names.
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <string>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

namespace fs = std::filesystem;

std::set<fs::path> files_in(const fs::path& directory) {
    std::set<fs::path> files;
    std::error_code none;
    for (const auto& entry : fs::directory_iterator(directory, none)) files.insert(entry.path());
    return files;
}

void replay(const fs::path& file) {
    std::printf("%s\n", file.c_str());
    std::fflush(stdout);
    std::ifstream stream(file, std::ios::binary);
    const std::string bytes{std::istreambuf_iterator<char>(stream), {}};
    LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 2) return 2;
    const auto files = files_in(argv[1]);
    if (files.empty()) return std::fprintf(stderr, "%s: no file to replay\n", argv[1]), 1;
    for (const auto& file : files) replay(file);
}
