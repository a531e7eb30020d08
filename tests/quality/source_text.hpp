// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <filesystem>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace parallel_run::quality {

struct Include {
    std::size_t line = 0;
    std::string header;  ///< as written between the quotes or angle brackets
    bool quoted = false;
};

/// Without line ends. Throws when the file cannot be read.
std::vector<std::string> lines_of(const std::filesystem::path& file);

/// The #include lines of a C or C++ file.
std::vector<Include> includes_of(const std::filesystem::path& file);

/// The words of a CMake file outside comments, split at blanks and parentheses, in their order.
std::vector<std::string> cmake_words(const std::filesystem::path& file);

/// All regular files below root/folder, in byte order; none when there is no such folder.
std::set<std::filesystem::path> files_below(const std::filesystem::path& root,
                                            std::string_view folder);

}  // namespace parallel_run::quality
