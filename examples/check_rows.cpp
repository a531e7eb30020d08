// SPDX-License-Identifier: Apache-2.0
#include "command_line.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>

namespace {

namespace options = examples::options;

/// What stands between the last "_" and the last ".": "digit_000123_7.png" is a 7.
std::optional<std::string> label_of(const std::string& name) {
    const std::size_t dot = name.rfind('.');
    const std::size_t underscore = name.rfind('_', dot);
    if (dot == std::string::npos || underscore == std::string::npos) return std::nullopt;
    return name.substr(underscore + 1, dot - underscore - 1);
}

struct Tally {
    std::set<std::string> names;
    std::size_t right = 0;
};

/// Reads rows "NAME: CLASS", what follows the class being ignored. Throws on any other line and
/// when a name comes twice.
Tally read_rows(const std::string& path) {
    std::ifstream file(path);
    if (!file) throw std::runtime_error("cannot read " + path);
    Tally tally;
    for (std::string row; std::getline(file, row);) {
        const std::size_t colon = row.find(": ");
        const std::string name = row.substr(0, colon);
        const auto label = label_of(name);
        if (colon == std::string::npos || !label) {
            throw std::runtime_error(path + ": not a row of a labelled image: " + row);
        }
        if (!tally.names.insert(name).second) {
            throw std::runtime_error(path + ": " + name + " has more than one row");
        }
        const std::size_t from = colon + 2;
        if (row.substr(from, row.find(' ', from) - from) == *label) ++tally.right;
    }
    if (tally.names.empty()) throw std::runtime_error(path + " has no rows");
    return tally;
}

/// Throws when a labelled file of the directory has no row.
void expect_files(const std::string& directory, const Tally& tally) {
    for (const auto& entry : std::filesystem::recursive_directory_iterator(directory)) {
        const std::string name = entry.path().filename().string();
        if (entry.is_regular_file() && label_of(name) && tally.names.count(name) == 0) {
            throw std::runtime_error("there is no row for " + entry.path().string());
        }
    }
}

int check(const options::variables_map& given) {
    const Tally tally = read_rows(given["rows"].as<std::string>());
    if (given.count("expect") != 0) expect_files(given["expect"].as<std::string>(), tally);
    const double accuracy =
        100.0 * static_cast<double>(tally.right) / static_cast<double>(tally.names.size());
    std::printf("accuracy %.1f %% (%zu of %zu)\n", accuracy, tally.right, tally.names.size());
    const double minimum = given["minimum"].as<double>();
    if (accuracy >= minimum) return 0;
    std::fprintf(stderr, "check_rows: at least %g %% are wanted\n", minimum);
    return 1;
}

}  // namespace

int main(int argc, char** argv) {
    options::options_description known(
        "check_rows ROWS [options]: compares rows `name_LABEL.png: class` with their labels");
    known.add_options()("rows", options::value<std::string>()->required(), "an output file")(
        "expect", options::value<std::string>(), "a directory whose labelled files all need a row")(
        "minimum", options::value<double>()->default_value(0), "the least accuracy, in percent");
    return examples::run_program(argc, argv, known, {"rows"}, check);
}
