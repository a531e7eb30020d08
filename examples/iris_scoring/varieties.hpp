// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

/// The four measures of a flower, in centimetres, as the columns of all files here are called.
inline constexpr std::array kMeasures = {"sepal_length", "sepal_width", "petal_length",
                                         "petal_width"};
using Measures = std::array<double, kMeasures.size()>;

/// How the measures of one variety are distributed: each by itself, normally.
struct Variety {
    std::string name;
    Measures mean{};
    Measures deviation{};
};

/// model.csv: a header; then name, and mean and standard deviation of each measure.
inline std::vector<Variety> read_varieties(const std::filesystem::path& file) {
    std::ifstream stream(file);
    std::string line;
    if (!std::getline(stream, line)) throw std::runtime_error("cannot read " + file.string());
    std::vector<Variety> varieties;
    while (std::getline(stream, line)) {
        std::istringstream fields(line);
        auto& variety = varieties.emplace_back();
        std::getline(fields, variety.name, ',');
        for (std::size_t i = 0; i < kMeasures.size(); ++i) {
            char comma = 0;
            fields >> variety.mean[i] >> comma >> variety.deviation[i] >> comma;
        }
        if (fields.bad() || variety.deviation.back() <= 0) {
            throw std::runtime_error(file.string() + ": this is no variety: " + line);
        }
    }
    return varieties;
}
