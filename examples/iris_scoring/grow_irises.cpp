// SPDX-License-Identifier: Apache-2.0
// Grows irises: writes tables of measures that are distributed as a model says.
#include "varieties.hpp"

#include <cmath>
#include <cstdio>
#include <random>

#include "../command_line.hpp"

namespace {

namespace fs = std::filesystem;

void write_table(const fs::path& file, const std::vector<Variety>& varieties, std::uint64_t rows,
                 std::mt19937_64& random) {
    std::ofstream stream(file);
    for (const auto* measure : kMeasures) stream << measure << ',';
    stream << "variety\n";
    std::normal_distribution<double> normal;
    for (std::uint64_t row = 0; row < rows; ++row) {
        const auto& variety = varieties[random() % varieties.size()];
        for (std::size_t i = 0; i < kMeasures.size(); ++i) {
            const auto measure = variety.mean[i] + variety.deviation[i] * normal(random);
            stream << std::max(0.1, std::round(measure * 10) / 10) << ',';
        }
        stream << variety.name << '\n';
    }
    if (!stream.flush()) throw std::runtime_error("cannot write " + file.string());
}

int grow(const examples::options::variables_map& given) {
    const auto varieties = read_varieties(given["model"].as<std::string>());
    const fs::path directory = given["directory"].as<std::string>();
    fs::create_directories(directory);
    std::mt19937_64 random(given["seed"].as<std::uint64_t>());
    const auto files = given["files"].as<std::uint64_t>();
    const auto rows = given["rows"].as<std::uint64_t>();
    for (std::uint64_t i = 0; i < files; ++i) {
        write_table(directory / ("irises_" + std::to_string(i) + ".csv"), varieties, rows, random);
    }
    std::printf("grew %llu irises in %s\n", static_cast<unsigned long long>(files * rows),
                directory.c_str());
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    namespace options = examples::options;
    options::options_description known(
        "grow_irises MODEL DIRECTORY [options]: writes tables of irises as a model says they grow");
    known.add_options()("model", options::value<std::string>()->required(), "model.csv")(
        "directory", options::value<std::string>()->required(), "for the tables")(
        "files", options::value<std::uint64_t>()->default_value(4), "so many tables")(
        "rows", options::value<std::uint64_t>()->default_value(1000), "of so many irises each")(
        "seed", options::value<std::uint64_t>()->default_value(1), "the same gives the same");
    return examples::run_program(argc, argv, known, {"model", "directory"}, grow);
}
