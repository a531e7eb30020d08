// SPDX-License-Identifier: Apache-2.0
#include "support/delimited_reference.hpp"

#include <algorithm>

#include "table/delimited.hpp"
#include "table/table.hpp"

namespace parallel_run::table {

namespace {

/// One record, byte by byte.
class RecordReader {
public:
    explicit RecordReader(const Format& format) : format_(format) {}

    DelimitedOutcome read(std::string_view record) {
        for (const char byte : record) take(byte);
        if (state_ == State::quoted) fail("is not closed");
        end_field();
        if (outcome_.fields.size() != format_.columns.size()) fail("where the");
        if (!outcome_.fault.empty()) return {0, "", {}, outcome_.fault};
        outcome_.record = record;
        return outcome_;
    }

private:
    enum class State { begin, plain, quoted, closed };

    void take(char byte) {
        const bool quote = format_.quote && byte == *format_.quote;
        if (state_ == State::quoted) {
            if (quote) {
                state_ = State::closed;
            } else {
                field_ += byte;
            }
        } else if (byte == format_.delimiter) {
            end_field();
        } else if (quote && state_ == State::begin) {
            state_ = State::quoted;
        } else if (quote && state_ == State::closed) {
            field_ += byte;
            state_ = State::quoted;
        } else {
            if (state_ == State::closed) fail("text follows");
            if (quote && format_.multi_line) fail("stands inside a field");
            field_ += byte;
            state_ = State::plain;
        }
    }

    void end_field() {
        outcome_.fields.push_back(field_);
        field_.clear();
        state_ = State::begin;
    }

    void fail(const char* fault) {
        if (outcome_.fault.empty()) outcome_.fault = fault;
    }

    const Format& format_;
    State state_ = State::begin;
    std::string field_;
    DelimitedOutcome outcome_;
};

struct Line {
    std::size_t begin = 0;
    std::size_t end = 0;  ///< without the line end
};

std::vector<Line> lines_of(const Format& format, std::string_view text) {
    std::vector<Line> lines;
    std::size_t begin = 0;
    bool inside = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (format.multi_line && format.quote && text[i] == *format.quote) inside = !inside;
        if (text[i] != '\n' || inside) continue;
        const bool carriage_return = i > begin && text[i - 1] == '\r';
        lines.push_back({begin, carriage_return ? i - 1 : i});
        begin = i + 1;
    }
    if (begin < text.size()) lines.push_back({begin, text.size()});
    return lines;
}

/// Where the first line at or after `position` begins, or the text's end.
std::size_t line_from(const Format& format, std::string_view text, std::size_t position) {
    for (const auto& line : lines_of(format, text)) {
        if (line.begin >= position) return line.begin;
    }
    return text.size();
}

std::string text_of(const Table& table, const parallel_run_span& span) {
    return std::string(table.bytes.view().substr(span.begin, span.size));
}

/// Rows and bad records in the order of their numbers; their number must be what is expected.
std::vector<DelimitedOutcome> outcomes_of(const Table& table) {
    std::vector<DelimitedOutcome> outcomes;
    const auto columns = table.columns.size();
    std::size_t row = 0;
    std::size_t bad = 0;
    if (table.bad_count == 0 && !table.record_numbers.empty()) return {{0, "", {}, "numbers"}};
    while (row < table.row_count || bad < table.bad_records.size()) {
        if (bad < table.bad_records.size() && table.bad_records[bad].number == outcomes.size()) {
            const auto& record = table.bad_records[bad++];
            outcomes.push_back({record.position, "", {}, record.reason});
            continue;
        }
        const auto number = table.record_numbers.empty() ? row : table.record_numbers.at(row);
        if (row >= table.row_count || number != outcomes.size()) {
            outcomes.push_back({0, "", {}, "no record of this number"});
            return outcomes;
        }
        const auto& span = table.records.at(row);
        DelimitedOutcome outcome{table.position + span.begin, text_of(table, span), {}, ""};
        for (std::size_t i = 0; i < columns; ++i) {
            outcome.fields.push_back(text_of(table, table.fields.at(row * columns + i)));
        }
        outcomes.push_back(std::move(outcome));
        ++row;
    }
    return outcomes;
}

std::vector<DelimitedOutcome> parse(const Format& format, std::string_view text,
                                    std::size_t position, std::uint64_t skip, std::uint64_t count) {
    Table table;
    table.columns.resize(format.columns.size());
    table.bytes.append(text);
    table.position = position;
    DelimitedParser(format).parse(table, skip, count);
    return outcomes_of(table);
}

std::string shown(const DelimitedOutcome& outcome) {
    auto text = std::to_string(outcome.position) + ": " + outcome.fault;
    for (const auto& field : outcome.fields) text += '[' + field + ']';
    return text + " of " + outcome.record + '\n';
}

bool agree(const DelimitedOutcome& wanted, const DelimitedOutcome& seen) {
    return wanted.position == seen.position && wanted.record == seen.record &&
           wanted.fields == seen.fields && wanted.fault.empty() == seen.fault.empty() &&
           seen.fault.find(wanted.fault) != std::string::npos;
}

std::string difference(const std::vector<DelimitedOutcome>& wanted,
                       const std::vector<DelimitedOutcome>& seen) {
    const auto [left, right] =
        std::mismatch(wanted.begin(), wanted.end(), seen.begin(), seen.end(), agree);
    std::string text;
    if (left != wanted.end()) text += "wanted " + shown(*left);
    if (right != seen.end()) text += "seen " + shown(*right);
    return text;
}

}  // namespace

std::vector<DelimitedOutcome> read_delimited(const Format& format, std::string_view text) {
    std::vector<DelimitedOutcome> outcomes;
    for (const auto& line : lines_of(format, text)) {
        if (line.begin == line.end) continue;
        const auto record = text.substr(line.begin, line.end - line.begin);
        outcomes.push_back(RecordReader(format).read(record));
        outcomes.back().position = line.begin;
    }
    return outcomes;
}

std::string difference_from_reference(const Format& format, std::string_view text,
                                      const std::vector<std::size_t>& cuts, std::uint64_t skip,
                                      std::uint64_t count) {
    const auto whole = read_delimited(format, text);
    std::size_t begin = 0;
    for (std::size_t i = 0; i <= cuts.size(); ++i) {
        const auto end = i < cuts.size() ? line_from(format, text, cuts[i]) : text.size();
        std::vector<DelimitedOutcome> wanted;
        std::uint64_t left_out = 0;
        for (const auto& outcome : whole) {
            if (outcome.position < begin || outcome.position >= end) continue;
            if (left_out++ >= skip && wanted.size() < count) wanted.push_back(outcome);
        }
        const auto seen = parse(format, text.substr(begin, end - begin), begin, skip, count);
        const auto text_of_difference = difference(wanted, seen);
        if (!text_of_difference.empty()) {
            return "bytes " + std::to_string(begin) + " to " + std::to_string(end) + ":\n" +
                   text_of_difference;
        }
        begin = end;
    }
    return {};
}

}  // namespace parallel_run::table
