// SPDX-License-Identifier: Apache-2.0
#include "dataset/file_source.hpp"

#include <sys/stat.h>

#include <cerrno>
#include <filesystem>
#include <utility>

#include "base/error.hpp"
#include "dataset/list_file.hpp"
#include "dataset/path_pattern.hpp"
#include "dataset/tree_walk.hpp"

namespace parallel_run::dataset {

namespace {

class SingleFile : public FileSource {
public:
    explicit SingleFile(std::string path) : path_(std::move(path)) {}

    std::optional<std::string_view> next(const std::stop_token& /*stop*/) override {
        if (std::exchange(taken_, true)) return std::nullopt;
        return path_;
    }
    [[nodiscard]] std::string why_empty() const override { return {}; }

private:
    std::string path_;
    bool taken_ = false;
};

/// The mode of what the path leads to, or nothing when there is no such thing.
std::optional<mode_t> mode_of(const config::Input& input, const std::string& path) {
    struct stat status {};
    if (::stat(path.c_str(), &status) == 0) return status.st_mode;
    if (errno == ENOENT || errno == ENOTDIR) return std::nullopt;
    throw base::EnvironmentError(
        base::system_error_text(describe(input) + ": cannot look at " + path, errno) +
        ". Make it accessible on this host, or correct the path.");
}

std::unique_ptr<FileSource> open_list(const config::Input& input) {
    const auto path = input.path.substr(1);
    const auto mode = mode_of(input, path);
    if (!mode) {
        throw base::UsageError(describe(input) + ": the list " + path +
                               " does not exist. Correct the path after @.");
    }
    if (S_ISDIR(*mode)) {
        throw base::UsageError(
            describe(input) + ": " + path +
            " is a directory, but @ takes a text file of paths. Leave out the @ to "
            "take all files of the directory.");
    }
    return std::make_unique<ListFile>(describe(input), path);
}

std::unique_ptr<FileSource> open_glob(const config::Input& input, const SplitGlob& glob) {
    const auto mode = mode_of(input, glob.directory);
    if (!mode || !S_ISDIR(*mode)) {
        throw base::UsageError(describe(input) + ": the directory " + glob.directory +
                               " does not exist, so no file can match. Correct the path.");
    }
    auto pattern = PathPattern::parse(glob.pattern);
    if (!pattern) {
        throw base::UsageError(describe(input) + ": the pattern has more than " +
                               std::to_string(PathPattern::kMaxComponents) +
                               " components from its first wildcard on. Use ** for some of them.");
    }
    return std::make_unique<TreeWalk>(describe(input), glob.directory, *std::move(pattern),
                                      "no file matches the pattern. It matches files, not "
                                      "directories: end it with /** for all files below");
}

}  // namespace

std::string describe(const config::Input& input) {
    return "input \"" + input.name + "\" (" + input.path + ")";
}

std::string directory_of(const config::Input& input) {
    std::string path = input.path;
    if (path.starts_with('@')) {
        path = std::filesystem::path(path.substr(1)).parent_path();
    } else if (const auto mode = mode_of(input, path); mode && !S_ISDIR(*mode)) {
        path = std::filesystem::path(path).parent_path();
    } else if (const auto glob = split_glob(path); !mode && glob) {
        path = glob->directory;
    }
    return path.substr(0, path.find_last_not_of('/') + 1);
}

std::unique_ptr<FileSource> open_input(const config::Input& input) {
    if (input.path.starts_with('@')) return open_list(input);
    const auto mode = mode_of(input, input.path);
    if (!mode) {
        if (const auto glob = split_glob(input.path)) return open_glob(input, *glob);
        throw base::UsageError(describe(input) +
                               " does not exist. Correct the path, or make it "
                               "visible on this host.");
    }
    if (S_ISDIR(*mode)) {
        return std::make_unique<TreeWalk>(describe(input), input.path, PathPattern::everything(),
                                          "the directory and those below it hold no file");
    }
    if (S_ISREG(*mode)) return std::make_unique<SingleFile>(input.path);
    throw base::UsageError(
        describe(input) +
        " is neither a file nor a directory. Give a file, a directory, a glob, or "
        "@LIST.");
}

}  // namespace parallel_run::dataset
