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

std::string first_with_content(const config::Input& input) {
    const auto files = open_input(input);
    std::uint64_t seen = 0;
    for (; const auto file = files->next({}); ++seen) {
        std::error_code error;
        const auto size = std::filesystem::file_size(*file, error);
        if (error) {
            throw base::EnvironmentError("cannot read " + std::string(*file) + ": " +
                                         error.message());
        }
        if (size > 0) return std::string(*file);
    }
    throw base::UsageError(
        describe(input) +
        (seen == 0 ? " has no file: " + files->why_empty() + "." : ": all its files are empty.") +
        " Correct the path, or leave the input out.");
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

}  // namespace parallel_run::dataset
