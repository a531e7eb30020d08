// SPDX-License-Identifier: Apache-2.0
#include "table/delimited_record.hpp"

#include <algorithm>
#include <cstring>

#include "table/delimited.hpp"
#include "table/reader.hpp"

namespace parallel_run::table {

namespace {

constexpr auto kNotClosedInLine =
    "a quoted field is not closed before the line's end; if line breaks between quotes are data, "
    "set support_multi_line = true";
constexpr auto kNotClosedInFile =
    "a quoted field is not closed before the file's end; look for a lone quote from here on";
constexpr auto kTextAfterQuote =
    "text follows the closing quote of a field; a quote inside a quoted field must be doubled";
constexpr auto kQuoteInPlainField =
    "a quote stands inside a field that does not begin with one; with support_multi_line = true "
    "the whole field must be quoted and the quote doubled";

}  // namespace

DelimitedRecord::DelimitedRecord(const Format& format)
    : delimiter_(format.delimiter), quote_(format.quote), multi_line_(format.multi_line) {}

const char* DelimitedRecord::split(std::string_view record, std::size_t kept) {
    fields_.clear();
    field_count_ = 0;
    for (std::size_t at = 0;; ++at) {
        Field field;
        if (const auto* fault = take_field(record, at, field)) return fault;
        if (field_count_++ < kept) fields_.push_back(field);
        if (at == record.size()) return nullptr;
    }
}

/// From a field's first byte in `at` to the delimiter behind it or the record's end.
const char* DelimitedRecord::take_field(std::string_view record, std::size_t& at,
                                        Field& field) const {
    const bool quoted = quote_ && at < record.size() && record[at] == *quote_;
    return quoted ? take_quoted(record, at, field) : take_plain(record, at, field);
}

const char* DelimitedRecord::take_quoted(std::string_view record, std::size_t& at,
                                         Field& field) const {
    field.begin = at + 1;
    for (at = field.begin;; at += 2) {
        at = record.find(*quote_, at);
        if (at == std::string_view::npos) return multi_line_ ? kNotClosedInFile : kNotClosedInLine;
        if (at + 1 == record.size() || record[at + 1] != *quote_) break;
        field.doubled = true;
    }
    field.size = at - field.begin;
    ++at;
    return at < record.size() && record[at] != delimiter_ ? kTextAfterQuote : nullptr;
}

const char* DelimitedRecord::take_plain(std::string_view record, std::size_t& at,
                                        Field& field) const {
    field.begin = at;
    at = std::min(record.find(delimiter_, at), record.size());
    field.size = at - field.begin;
    const auto text = record.substr(field.begin, field.size);
    const bool stray = multi_line_ && quote_ && text.find(*quote_) != std::string_view::npos;
    return stray ? kQuoteInPlainField : nullptr;
}

std::size_t undouble_quotes(std::string_view text, char quote, char* to) {
    const auto* const begin = to;
    for (std::size_t at = 0; at < text.size();) {
        const auto end = std::min(text.find(quote, at), text.size() - 1) + 1;
        std::memmove(to, text.data() + at, end - at);
        to += end - at;
        at = end + 1;
    }
    return static_cast<std::size_t>(to - begin);
}

std::vector<std::string> split_record(const Format& format, std::string_view record) {
    DelimitedRecord parts(format);
    if (const auto* fault = parts.split(record, record.size() + 1)) throw ReadError(fault);
    std::vector<std::string> fields;
    for (const auto& field : parts.fields()) {
        auto& text = fields.emplace_back(record.substr(field.begin, field.size));
        if (field.doubled) text.resize(undouble_quotes(text, *format.quote, text.data()));
    }
    return fields;
}

}  // namespace parallel_run::table
