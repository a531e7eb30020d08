// SPDX-License-Identifier: Apache-2.0
#include "source_text.hpp"

#include <fstream>
#include <iterator>
#include <sstream>
#include <stdexcept>

namespace parallel_run::quality {

namespace fs = std::filesystem;

std::vector<std::string> lines_of(const fs::path& file) {
    std::ifstream in(file);
    if (!in) throw std::runtime_error("cannot read " + file.string());
    std::vector<std::string> lines;
    for (std::string line; std::getline(in, line);) lines.push_back(line);
    return lines;
}

std::vector<Include> includes_of(const fs::path& file) {
    constexpr std::string_view kBlanks = " \t";
    std::vector<Include> includes;
    std::size_t number = 0;
    for (const auto& text : lines_of(file)) {
        ++number;
        std::string_view line = text;
        const auto skip_blanks = [&] {
            line.remove_prefix(std::min(line.find_first_not_of(kBlanks), line.size()));
        };
        skip_blanks();
        if (!line.starts_with('#')) continue;
        line.remove_prefix(1);
        skip_blanks();
        if (!line.starts_with("include")) continue;
        line.remove_prefix(std::string_view("include").size());
        skip_blanks();
        const auto end = line.find_first_of("\">", 1);
        if (end == std::string_view::npos) continue;
        includes.push_back({number, std::string(line.substr(1, end - 1)), line.front() == '"'});
    }
    return includes;
}

std::vector<std::string> cmake_words(const fs::path& file) {
    std::vector<std::string> words;
    for (auto line : lines_of(file)) {
        line.resize(std::min(line.find('#'), line.size()));
        for (auto& letter : line) {
            if (letter == '(' || letter == ')') letter = ' ';
        }
        std::istringstream rest(line);
        words.insert(words.end(), std::istream_iterator<std::string>(rest), {});
    }
    return words;
}

std::set<fs::path> files_below(const fs::path& root, std::string_view folder) {
    std::set<fs::path> files;
    if (!fs::exists(root / folder)) return files;
    for (const auto& entry : fs::recursive_directory_iterator(root / folder)) {
        if (entry.is_regular_file()) files.insert(entry.path());
    }
    return files;
}

}  // namespace parallel_run::quality
