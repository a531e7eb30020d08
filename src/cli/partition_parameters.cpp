// SPDX-License-Identifier: Apache-2.0
#include "cli/partition_parameters.hpp"

#include <algorithm>

#include "base/spelling.hpp"
#include "cli/parameter_kinds.hpp"
#include "cli/values.hpp"
#include "dataset/partition_format.hpp"

namespace parallel_run::cli {

namespace {

using config::Step;
using Texts = std::vector<std::string>;

std::string joined(const Texts& names) {
    std::string text;
    for (const auto& name : names) text += (text.empty() ? "" : ", ") + name;
    return text;
}

std::string without_blanks_around(const std::string& text) {
    const auto begin = text.find_first_not_of(" \t");
    if (begin == std::string::npos) return {};
    return text.substr(begin, text.find_last_not_of(" \t") + 1 - begin);
}

void read_partition_format(Step& step, const std::string& text, const std::string&) {
    if (const auto format = dataset::PartitionFormat::parse(text); !format) {
        throw InvalidValue(format.error());
    }
    step.partition_format = text;
}

void read_partition_keys(Step& step, const std::string& text, const std::string&) {
    auto& keys = step.partition_keys;
    for (std::size_t begin = 0; begin <= text.size();) {
        const auto end = std::min(text.find(',', begin), text.size());
        auto name = without_blanks_around(text.substr(begin, end - begin));
        if (name.empty()) throw InvalidValue("give names with commas between them");
        if (std::find(keys.begin(), keys.end(), name) != keys.end()) {
            throw InvalidValue("give the name '" + name + "' once");
        }
        keys.push_back(std::move(name));
        begin = end + 1;
    }
}

std::optional<std::string> unknown_name(const Step& step) {
    const auto format = dataset::PartitionFormat::parse(step.partition_format);
    if (!format) return format.error();
    const auto& names = format.value().names();
    for (const auto& key : step.partition_keys) {
        if (std::find(names.begin(), names.end(), key) != names.end()) continue;
        const auto near = base::nearest(key, names);
        return "partition_format has no {" + key + "}; " +
               (near ? "did you mean '" + *near + "'?" : "it has " + joined(names));
    }
    return std::nullopt;
}

}  // namespace

std::vector<Parameter> partition_parameters() {
    return {kinds::make({"partition_format", Group::input, "FORMAT",
                         "What the parts of a file's path below the input are named, like "
                         "{user}/{genre}/{file} or {year}-{month}/{name}.wav; for "
                         "partition_keys."},
                        read_partition_format,
                        [](const Step& step) {
                            const auto& format = step.partition_format;
                            return format.empty() ? Texts{} : Texts{format};
                        }),
            kinds::make({"partition_keys", Group::input, "NAMES",
                         "One mini-batch for each combination of values, whatever its size: of "
                         "columns or, for files, of names in partition_format; with commas "
                         "between them."},
                        read_partition_keys, [](const Step& step) {
                            const auto& keys = step.partition_keys;
                            return keys.empty() ? Texts{} : Texts{joined(keys)};
                        })};
}

std::optional<std::string> partition_conflict(const Step& step, const std::string& parameter) {
    const bool tabular = step.input_type == config::InputType::tabular;
    if (parameter == "row_numbers" && step.row_numbers && !step.partition_keys.empty()) {
        return "the rows of a key come from many places, so partition_keys leaves them without "
               "numbers; remove one of the two";
    }
    if (parameter == "partition_format") {
        if (tabular) {
            return "this counts for files only; partition_keys are columns of a table, so remove "
                   "it";
        }
        if (step.partition_keys.empty()) {
            return "name those that count in partition_keys, or remove it";
        }
    } else if (parameter == "partition_keys" && !tabular) {
        if (step.partition_format.empty()) {
            return "say where they stand in the files' paths, like partition_format = "
                   "{user}/{genre}/{file}";
        }
        return unknown_name(step);
    }
    return std::nullopt;
}

}  // namespace parallel_run::cli
