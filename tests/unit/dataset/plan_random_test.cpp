// SPDX-License-Identifier: Apache-2.0
#include "temporary_tree.hpp"

#include <fnmatch.h>

#include <algorithm>
#include <random>

namespace parallel_run::dataset {
namespace {

namespace fs = std::filesystem;
using Random = std::mt19937;

std::string random_name(Random& random) {
    static const std::vector<std::string> kPieces = {"a", "b",        ".",    "-",
                                                     "A", "\xc3\xa4", "\xff", "\n"};
    std::string name;
    do {
        name += kPieces[random() % kPieces.size()];
    } while (random() % 2 == 0 || name == "." || name == "..");
    return name;
}

void grow(const fs::path& directory, int depth, Random& random) {
    for (auto left = random() % 6; left > 0; --left) {
        const auto path = directory / random_name(random);
        if (fs::exists(path)) continue;
        if (depth > 0 && random() % 2 == 0) {
            fs::create_directory(path);
            grow(path, depth - 1, random);
        } else {
            std::ofstream{path};
        }
    }
}

/// All files below `root` relative to it; paths compare component by component.
std::vector<fs::path> files_below(const fs::path& root) {
    std::vector<fs::path> files;
    for (const auto& entry : fs::recursive_directory_iterator(root)) {
        if (entry.is_regular_file()) files.push_back(entry.path().lexically_relative(root));
    }
    std::sort(files.begin(), files.end());
    return files;
}

template <typename Iterator>
bool matches(Iterator glob, Iterator glob_end, Iterator path, Iterator path_end) {
    if (glob == glob_end) return path == path_end;
    if (*glob == "**") {
        return matches(std::next(glob), glob_end, path, path_end) ||
               (path != path_end && !path->native().starts_with('.') &&
                matches(glob, glob_end, std::next(path), path_end));
    }
    return path != path_end && ::fnmatch(glob->c_str(), path->c_str(), FNM_PERIOD) == 0 &&
           matches(std::next(glob), glob_end, std::next(path), path_end);
}

/// What the plan finds, or nothing where it complains of an empty input.
std::vector<fs::path> planned(const TemporaryTree& tree, const std::string& input) {
    try {
        const auto found = tree.planned({input});
        return {found.begin(), found.end()};
    } catch (const std::exception&) {
        return {};
    }
}

TEST(PlanOfRandomTrees, agrees_with_a_plain_walk_and_sort) {
    for (unsigned seed = 0; seed < 40; ++seed) {
        Random random(seed);
        const TemporaryTree tree;
        tree.file("t/file");
        grow(tree.path("t"), 4, random);
        std::vector<fs::path> expected;
        for (const auto& file : files_below(tree.path("t"))) expected.push_back("t" / file);
        EXPECT_EQ(planned(tree, "t"), expected) << "seed " << seed;
    }
}

TEST(PlanOfRandomTrees, agrees_with_matching_every_file) {
    const std::vector<fs::path> globs = {"*",      "**/*",       "*/*",       "**/a*/*", "*a/**/*",
                                         "**/a/*", "*/a/*",      "**/*/**/*", "**/.*",   "**/[ab]*",
                                         "?/?",    "**/a/**/b*", "**/.a/*"};
    for (unsigned seed = 100; seed < 130; ++seed) {
        Random random(seed);
        const TemporaryTree tree;
        grow(tree.path(), 4, random);
        const auto all = files_below(tree.path());
        for (const auto& glob : globs) {
            std::vector<fs::path> expected;
            std::copy_if(all.begin(), all.end(), std::back_inserter(expected),
                         [&](const auto& file) {
                             return matches(glob.begin(), glob.end(), file.begin(), file.end());
                         });
            EXPECT_EQ(planned(tree, glob), expected) << "seed " << seed << ", " << glob;
        }
    }
}

}  // namespace
}  // namespace parallel_run::dataset
