// SPDX-License-Identifier: Apache-2.0
#include "cli/table_parameters.hpp"

#include <limits>
#include <string>
#include <utility>

#include "base/size.hpp"
#include "cli/parameter_kinds.hpp"
#include "cli/values.hpp"

namespace parallel_run::cli {

namespace {

using config::MiniBatchSize;
using config::Step;
using Texts = std::vector<std::string>;

/// Text within a mini-batch is found by 32 bits.
constexpr std::uint64_t kMaxBytes = 2ULL << 30;

constexpr std::string_view kTab = "tab";
constexpr std::string_view kNone = "none";
constexpr std::string_view kRows = "rows";

bool is_tabular(const Step& step) { return step.input_type == config::InputType::tabular; }

void read_input_type(Step& step, const std::string& text, const std::string&) {
    const bool tabular = kinds::same_word(text, "tabular");
    if (!tabular && !kinds::same_word(text, "file")) throw InvalidValue("give file or tabular");
    step.input_type = tabular ? config::InputType::tabular : config::InputType::file;
    step.mini_batch_size = tabular ? config::kTabularMiniBatchSize : MiniBatchSize{};
}

MiniBatchSize table_size(const std::string& text) {
    if (text.ends_with(kRows)) {
        const auto digits = text.substr(0, text.size() - kRows.size());
        const auto rows = to_integer(digits, 1, std::numeric_limits<std::uint32_t>::max());
        return {static_cast<std::uint64_t>(rows), MiniBatchSize::Unit::rows};
    }
    const auto bytes = base::parse_bytes(text).value_or(0);
    if (bytes == 0 || bytes > kMaxBytes) {
        throw InvalidValue(
            "give bytes, like 1024, 64KB or 10MB, 2GB at most, or rows, like 500rows");
    }
    return {bytes, MiniBatchSize::Unit::bytes};
}

void read_mini_batch_size(Step& step, const std::string& text, const std::string&) {
    if (is_tabular(step)) {
        step.mini_batch_size = table_size(text);
        return;
    }
    const auto files = to_integer(text, 1, std::numeric_limits<std::uint32_t>::max());
    step.mini_batch_size = {static_cast<std::uint64_t>(files), MiniBatchSize::Unit::files};
}

Texts mini_batch_size_texts(const Step& step) {
    const auto& size = step.mini_batch_size;
    switch (size.unit) {
        case MiniBatchSize::Unit::files: return {std::to_string(size.count)};
        case MiniBatchSize::Unit::bytes: return {bytes_text(size.count)};
        case MiniBatchSize::Unit::rows: break;
    }
    return {std::to_string(size.count) + std::string(kRows)};
}

/// One byte of a text file, and no line break.
char to_character(const std::string& text, const std::string& otherwise) {
    if (text.size() == 1 && text != "\n" && text != "\r") return text.front();
    throw InvalidValue("give one character, or " + otherwise);
}

void read_delimiter(Step& step, const std::string& text, const std::string&) {
    step.delimiter = text == kTab ? '\t' : to_character(text, "'tab'");
}

Texts delimiter_texts(const Step& step) {
    if (!step.delimiter) return {};
    return {step.delimiter == '\t' ? std::string(kTab) : std::string(1, *step.delimiter)};
}

void read_quote(Step& step, const std::string& text, const std::string&) {
    step.quote.reset();
    if (text != kNone) step.quote = to_character(text, "'none'");
}

Texts quote_texts(const Step& step) {
    return {step.quote ? std::string(1, *step.quote) : std::string(kNone)};
}

void read_hdf5_dataset(Step& step, const std::string& text, const std::string&) {
    step.hdf5_dataset.push_back(text.starts_with('/') ? text : "/" + text);
}

Parameter for_tables_only(Parameter parameter) {
    parameter.write = [write = std::move(parameter.write)](const Step& step) {
        return is_tabular(step) ? write(step) : Texts{};
    };
    return parameter;
}

}  // namespace

Parameter input_type_parameter() {
    return kinds::make({"input_type", Group::input, "TYPE",
                        "file: a mini-batch is a list of files. tabular: it is a table of rows."},
                       read_input_type, [](const Step& step) {
                           return Texts{is_tabular(step) ? "tabular" : "file"};
                       });
}

Parameter mini_batch_size_parameter() {
    return kinds::make(
        {"mini_batch_size", Group::input, "SIZE",
         "What one call of run() gets: files; of tables bytes, like 10MB (1MB unless given), or "
         "rows, like 500rows."},
        read_mini_batch_size, mini_batch_size_texts);
}

std::vector<Parameter> table_parameters() {
    using config::Header;
    using config::TabularFormat;
    std::vector<Parameter> all = {
        kinds::choice<TabularFormat>({"tabular_format", Group::tables, "FORMAT",
                                      "delimited, json_lines, lines or hdf5 (default: what the "
                                      "files' extension says)."},
                                     &Step::tabular_format,
                                     {{"delimited", TabularFormat::delimited},
                                      {"json_lines", TabularFormat::json_lines},
                                      {"lines", TabularFormat::lines},
                                      {"hdf5", TabularFormat::hdf5}}),
        kinds::make({"delimiter", Group::tables, "CHARACTER",
                     "Between the fields of a record (default: a tab for .tsv, else a comma)."},
                    read_delimiter, delimiter_texts),
        kinds::make({"quote", Group::tables, "CHARACTER",
                     "Around fields that hold a delimiter (default: \"); none: no character is."},
                    read_quote, quote_texts),
        kinds::choice<Header>({"header", Group::tables, "FILES",
                               "Which files begin with the columns' names: all_files (default), "
                               "first_file (of an input) or none."},
                              &Step::header,
                              {{"all_files", Header::all_files},
                               {"first_file", Header::first_file},
                               {"none", Header::none}}),
        kinds::on_off({"support_multi_line", Group::tables, "",
                       "Line breaks between quotes are data; costs one more look at the input."},
                      &Step::support_multi_line),
        kinds::make_repeatable({"hdf5_dataset", Group::tables, "PATH",
                                "Of a dataset in every HDF5 file; its first dimension is the row "
                                "(default: the only one there is). Repeatable."},
                               read_hdf5_dataset,
                               [](const Step& step) { return step.hdf5_dataset; }),
        kinds::on_off({"row_numbers", Group::tables, "",
                       "The script is told each row's number in the whole input; for text this "
                       "costs one more look at it."},
                      &Step::row_numbers)};
    for (auto& parameter : all) parameter = for_tables_only(std::move(parameter));
    return all;
}

}  // namespace parallel_run::cli
