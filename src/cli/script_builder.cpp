// SPDX-License-Identifier: Apache-2.0
#include "cli/script_builder.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <optional>
#include <vector>

#include "base/error.hpp"
#include "base/hasher.hpp"
#include "base/read_file.hpp"
#include "cli/script_compiler.hpp"

namespace parallel_run::cli {
namespace {

namespace fs = std::filesystem;

/// Made if missing. What others may write into is no place to load code from.
bool is_usable(const fs::path& directory) {
    std::error_code error;
    fs::create_directories(directory.parent_path(), error);
    ::mkdir(directory.c_str(), 0700);
    struct stat status {};
    return ::lstat(directory.c_str(), &status) == 0 && S_ISDIR(status.st_mode) &&
           status.st_uid == ::geteuid() && (status.st_mode & (S_IWGRP | S_IWOTH)) == 0 &&
           ::access(directory.c_str(), W_OK) == 0;
}

fs::path cache_directory() {
    std::vector<fs::path> candidates;
    for (const auto& [variable, below] : {std::pair("XDG_CACHE_HOME", ""), {"HOME", ".cache"}}) {
        const char* value = std::getenv(variable);
        if (value == nullptr || *value != '/') continue;
        candidates.push_back(fs::path(value) / below / "parallel-run");
    }
    candidates.push_back(fs::temp_directory_path() /
                         ("parallel-run-" + std::to_string(::geteuid())));
    for (const auto& candidate : candidates) {
        if (is_usable(candidate)) return candidate;
    }
    throw base::UsageError(
        "there is no place to keep the compiled entry script: " + candidates.back().string() +
        " is not a directory that only you may write. Set XDG_CACHE_HOME, or compile it with "
        "`parallel-run build` and give the .so as entry_script");
}

std::string hash_of(const std::string& bytes) {
    base::Hasher hasher;
    hasher.add(bytes);
    return base::to_text(hasher.digest());
}

/// The entry of one source, compiler and set of flags.
class CacheEntry {
public:
    CacheEntry(const std::string& source, const std::string& identity)
        : prefix_(cache_directory() / (fs::path(source).stem().string() + "-")),
          identity_(identity),
          inputs_path_(prefix_ + hash_of(identity) + ".inputs") {}

    /// The script made from the files as they are now, if it is here.
    [[nodiscard]] std::optional<std::string> find() const {
        std::ifstream list(inputs_path_);
        if (!list) return std::nullopt;
        std::vector<std::string> inputs;
        for (std::string line; std::getline(list, line);) inputs.push_back(line);
        auto path = script_path(inputs);
        if (!path || !fs::exists(*path)) return std::nullopt;
        return path;
    }

    std::string store(const fs::path& script, const std::vector<std::string>& inputs) const {
        const auto path = script_path(inputs);
        if (!path) {
            fs::remove(script);
            throw base::EnvironmentError("a source file vanished while it was compiled; try again");
        }
        const auto list = script.string() + ".inputs";
        std::ofstream file(list);
        for (const auto& input : inputs) file << input << '\n';
        file.close();
        fs::rename(script, *path);
        fs::rename(list, inputs_path_);
        return *path;
    }

    /// A name for a file of this process only.
    [[nodiscard]] std::string scratch_path() const {
        return prefix_ + hash_of(identity_) + "." + std::to_string(::getpid());
    }

private:
    [[nodiscard]] std::optional<std::string> script_path(
        const std::vector<std::string>& inputs) const {
        auto all = identity_;
        for (const auto& input : inputs) {
            const auto content = base::read_file(input);
            if (!content || !content.value()) return std::nullopt;
            all += '\0' + input + '\0' + hash_of(*content.value());
        }
        return prefix_ + hash_of(all) + ".so";
    }

    std::string prefix_;
    std::string identity_;
    std::string inputs_path_;
};

}  // namespace

std::string ensure_built(const config::Step& step) {
    const auto& source = step.entry_script;
    if (!is_script_source(source)) return source;
    const ScriptCompiler compiler(source, {});
    const CacheEntry entry(source, compiler.identity());
    if (auto found = entry.find()) return *found;
    std::cerr << "compiling " << source << std::endl;
    const auto scratch = entry.scratch_path();
    const auto inputs = compiler.compile(scratch);
    return entry.store(scratch, inputs);
}

}  // namespace parallel_run::cli
