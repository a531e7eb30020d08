// SPDX-License-Identifier: Apache-2.0
#include "table/text_reader.hpp"

#include <simdjson.h>

#include <algorithm>
#include <utility>

#include "base/size.hpp"
#include "table/text_head.hpp"
#include "table/text_part.hpp"

namespace parallel_run::table {

namespace {

constexpr const char* kNotUtf8 =
    "the record is not UTF-8 text; iconv -f latin1 -t utf8, say, converts a file";

void name_columns(const Format& format, Table& table) {
    table.columns.resize(format.columns.size());
    for (std::size_t i = 0; i < format.columns.size(); ++i) {
        table.columns[i].name = format.columns[i];
        table.columns[i].type = PARALLEL_RUN_TEXT;
    }
}

/// Moves the fields and the record of one row to a place that is not behind it.
void move_row(Table& table, std::size_t from, std::size_t to) {
    const auto width = static_cast<std::ptrdiff_t>(table.columns.size());
    const auto row = table.fields.begin() + static_cast<std::ptrdiff_t>(from) * width;
    std::copy(row, row + width, table.fields.begin() + static_cast<std::ptrdiff_t>(to) * width);
    table.records[to] = table.records[from];
}

/// Makes bad records of the rows that `reason`, called with the span of each, has something to say
/// about.
template <typename Reason>
void reject_rows(Table& table, const Reason& reason) {
    const auto numbers = std::exchange(table.record_numbers, {});
    std::size_t kept = 0;
    for (std::size_t row = 0; row < table.row_count; ++row) {
        const auto record = table.records[row];
        const auto number = numbers.empty() ? static_cast<std::uint32_t>(row) : numbers[row];
        if (const std::string text = reason(record); !text.empty()) {
            table.add_bad({table.position + record.begin, number, text});
        } else {
            move_row(table, row, kept++);
            table.record_numbers.push_back(number);
        }
    }
    table.row_count = kept;
    table.fields.resize(kept * table.columns.size());
    table.records.resize(kept);
    if (table.bad_count == 0) table.record_numbers.clear();
    std::sort(table.bad_records.begin(), table.bad_records.end(),
              [](const auto& a, const auto& b) { return a.number < b.number; });
}

}  // namespace

void TextReader::read(const Range& part, Table& table) {
    table.clear();
    table.file = part.file;
    table.first_record = part.first_record;
    name_columns(format_, table);
    const auto& [file, rows_begin] = source(part);
    const auto too_long = TextPart(file, format_, rows_begin, limits_).read(part, table);
    file.check_unchanged(part);
    const auto text_size = table.bytes.size();
    const bool is_utf8 = simdjson::validate_utf8(table.bytes.data(), text_size);
    parse(table, part.skip, part.count);
    if (table.bytes.size() > limits_.part_bytes) {
        throw ReadError("the fields of a mini-batch of " + part.file + " have more than " +
                        base::format_bytes(limits_.part_bytes) +
                        ": choose a smaller mini_batch_size");
    }
    if (!is_utf8 || text_size > limits_.record_bytes || too_long) reject_unfit(too_long, table);
}

/// Makes bad records of those that are too long or no text.
void TextReader::reject_unfit(std::optional<std::uint64_t> too_long, Table& table) const {
    std::string long_reason = "a record of more than " + base::format_bytes(limits_.record_bytes) +
                              ": is " + table.file + " text with line breaks?";
    for (auto& bad : table.bad_records) {
        if (too_long && bad.position == table.position + *too_long) bad.reason = long_reason;
    }
    reject_rows(table, [&](const parallel_run_span& record) {
        if (record.size > limits_.record_bytes || too_long == record.begin) return long_reason;
        const auto text = table.bytes.view().substr(record.begin, record.size);
        return std::string(simdjson::validate_utf8(text) ? "" : kNotUtf8);
    });
}

const TextReader::Source& TextReader::source(const Range& part) {
    if (source_ && source_->file.path() == part.file) return *source_;
    source_.reset();
    TextFile file(part.file);
    file.check_unchanged(part);
    const auto begin = rows_begin(file, format_);
    return source_.emplace(Source{std::move(file), begin});
}

}  // namespace parallel_run::table
