// SPDX-License-Identifier: Apache-2.0
#include "table/survey.hpp"

#include <simdjson.h>

#include <algorithm>
#include <array>
#include <map>
#include <string_view>
#include <utility>

#include "base/error.hpp"
#include "table/delimited.hpp"
#include "table/extension.hpp"
#include "table/hdf5.hpp"
#include "table/json_lines_parser.hpp"
#include "table/reader.hpp"
#include "table/text_head.hpp"
#include "table/text_stream.hpp"

namespace parallel_run::table {

namespace {

constexpr std::array<std::pair<std::string_view, Kind>, 8> kKindsByExtension{{
    {".csv", Kind::delimited},
    {".tsv", Kind::delimited},
    {".txt", Kind::lines},
    {".jsonl", Kind::json_lines},
    {".ndjson", Kind::json_lines},
    {".h5", Kind::hdf5},
    {".hdf5", Kind::hdf5},
    {".mat", Kind::hdf5},
}};

/// The name without the extension of a compressed file.
std::string_view uncompressed_name(std::string_view file) {
    const bool compressed = compression_of(file) != Compression::none;
    return compressed ? file.substr(0, file.rfind('.')) : file;
}

Kind kind_by_extension(const std::string& file) {
    for (const auto& [extension, kind] : kKindsByExtension) {
        if (has_extension(uncompressed_name(file), extension)) return kind;
    }
    throw base::UsageError("the name of " + file +
                           " does not say what kind of table it is: set tabular_format to "
                           "delimited, json_lines, lines or hdf5");
}

char default_delimiter(const std::string& file) {
    return has_extension(uncompressed_name(file), ".tsv") ? '\t' : ',';
}

std::vector<std::string> numbered_columns(std::size_t count) {
    std::vector<std::string> names;
    for (std::size_t i = 1; i <= count; ++i) names.push_back("column" + std::to_string(i));
    return names;
}

/// Throws for a name that is empty or there twice; `remedy` says what can be done.
void check_names(const Format& format, const std::string& remedy) {
    std::map<std::string_view, std::size_t> first;
    for (std::size_t i = 0; i < format.columns.size(); ++i) {
        const auto& name = format.columns[i];
        const auto number = std::to_string(i + 1);
        if (name.empty()) {
            throw base::UsageError(format.first_file + ": column " + number + " has no name; " +
                                   remedy);
        }
        if (const auto [before, is_new] = first.emplace(name, i + 1); !is_new) {
            throw base::UsageError(format.first_file + ": columns " +
                                   std::to_string(before->second) + " and " + number +
                                   " are both named \"" + name + "\"; " + remedy);
        }
    }
}

/// What `read` returns; its ReadError becomes a UsageError.
template <typename Read>
auto surveyed(const std::string& prefix, const Read& read) {
    try {
        return read();
    } catch (const ReadError& error) {
        throw base::UsageError(prefix + error.what());
    }
}

TextFile open_first(const std::string& file) {
    try {
        return TextFile(file);
    } catch (const ReadError& error) {
        throw base::EnvironmentError(error.what());
    }
}

std::string first_record(const Format& format, const TextFile& file) {
    const auto record = surveyed("", [&] { return read_first_record(file, format); });
    if (!record) {
        throw base::UsageError(
            file.path() + " holds only empty lines: the columns are those of its first record");
    }
    if (!simdjson::validate_utf8(record->text)) {
        throw base::UsageError(file.path() +
                               " is not UTF-8 text: convert it, or set tabular_format where its "
                               "name misleads");
    }
    return record->text;
}

std::vector<std::string> columns_of(const Format& format, const std::string& record) {
    if (format.kind == Kind::json_lines) return json_members(record);
    auto columns = split_record(format, record);
    return format.header == config::Header::none ? numbered_columns(columns.size()) : columns;
}

void survey_text(Format& format) {
    const auto file = open_first(format.first_file);
    if (format.kind == Kind::lines) {
        format.columns = {"line"};
        return;
    }
    const auto record = first_record(format, file);
    format.columns = surveyed(file.path() + ": ", [&] { return columns_of(format, record); });
    check_names(format, format.kind == Kind::delimited
                            ? "give each column a name of its own, or set header = none"
                            : "give each member a name of its own");
}

}  // namespace

Kind kind_of(const config::Step& step, const std::string& file) {
    switch (step.tabular_format) {
        case config::TabularFormat::delimited: return Kind::delimited;
        case config::TabularFormat::json_lines: return Kind::json_lines;
        case config::TabularFormat::lines: return Kind::lines;
        case config::TabularFormat::hdf5: return Kind::hdf5;
        case config::TabularFormat::by_extension: break;
    }
    return kind_by_extension(file);
}

bool is_compressed(const std::string& file) { return compression_of(file) != Compression::none; }

Format format_of(const config::Step& step, const std::string& file) {
    Format format;
    format.kind = kind_of(step, file);
    format.first_file = file;
    if (format.kind == Kind::hdf5) {
        format.datasets = step.hdf5_dataset;
        return format;
    }
    format.delimiter = step.delimiter.value_or(default_delimiter(file));
    format.quote = step.quote;
    format.header = step.header;
    format.multi_line = step.support_multi_line;
    return format;
}

Format survey(const config::Step& step, const std::string& file) {
    auto format = format_of(step, file);
    if (format.kind == Kind::hdf5) {
        format.columns = surveyed("", [&] { return hdf5_columns(format, file); });
    } else {
        survey_text(format);
    }
    return format;
}

}  // namespace parallel_run::table
