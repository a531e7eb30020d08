// SPDX-License-Identifier: Apache-2.0
#include "dataset/survey.hpp"

#include <filesystem>
#include <optional>
#include <string>

#include "base/error.hpp"
#include "dataset/file_partitions.hpp"
#include "dataset/file_source.hpp"
#include "dataset/key_columns.hpp"
#include "table/survey.hpp"

namespace parallel_run::dataset {

namespace {

namespace fs = std::filesystem;

/// Whether it is a directory with a file, found without the order of a FileSource, which costs
/// listing whole directories. False where that cannot be told so.
bool has_a_file_at_once(const std::string& directory) {
    std::error_code error;
    fs::recursive_directory_iterator entry(directory, error);
    for (; !error && entry != fs::recursive_directory_iterator(); entry.increment(error)) {
        std::error_code unknown;
        if (entry->is_regular_file(unknown)) return true;
    }
    return false;
}

[[noreturn]] void refuse(const config::Input& input, const std::string& why) {
    throw base::UsageError(describe(input) + why + ". Correct the path, or leave the input out.");
}

std::string first_with_content(const config::Input& input) {
    const auto files = open_input(input);
    std::uint64_t seen = 0;
    for (; const auto file = files->next({}); ++seen) {
        std::error_code error;
        const auto size = fs::file_size(*file, error);
        if (error) {
            throw base::EnvironmentError("cannot read " + std::string(*file) + ": " +
                                         error.message());
        }
        if (size > 0) return std::string(*file);
    }
    refuse(input, seen == 0 ? " has no file: " + files->why_empty() : ": all its files are empty");
}

/// So that a format that matches nothing is refused before any work.
void check_first_files(const config::Step& step) {
    for (const auto& input : step.input) {
        const auto files = open_input(input);
        if (const auto first = files->next({})) FileKeys(step, input).of(*first);
    }
}

}  // namespace

std::vector<table::Format> survey(const config::Step& step) {
    std::vector<table::Format> formats;
    if (step.input_type == config::InputType::file) {
        if (!step.partition_keys.empty()) check_first_files(step);
        return formats;
    }
    for (const auto& input : step.input) {
        formats.push_back(table::survey(step, first_with_content(input)));
        if (!step.partition_keys.empty()) (void)key_columns(formats.back(), step.partition_keys);
    }
    return formats;
}

void require_files(const config::Step& step) {
    for (const auto& input : step.input) {
        if (has_a_file_at_once(input.path)) continue;
        const auto files = open_input(input);
        if (!files->next({})) refuse(input, " has no file: " + files->why_empty());
    }
}

}  // namespace parallel_run::dataset
