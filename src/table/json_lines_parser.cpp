// SPDX-License-Identifier: Apache-2.0
#include "table/json_lines_parser.hpp"

#include <cstring>

#include "table/lines_parser.hpp"
#include "table/reader.hpp"

namespace parallel_run::table {

namespace {

std::string not_an_object(simdjson::error_code error) {
    return std::string("the record is not a JSON object: ") + simdjson::error_message(error);
}

}  // namespace

/// Goes along the text of an object, which simdjson found valid.
class JsonLinesParser::ObjectText {
public:
    explicit ObjectText(const char* text) : at_(text) {}

    [[nodiscard]] const char* at() const { return at_; }

    /// From a value's end, or the object's beginning, to the next value.
    void enter_member(std::string_view name) {
        skip_space();
        ++at_;  // { or ,
        skip_space();
        skip_string(name);
        skip_space();
        ++at_;  // :
        skip_space();
    }

    /// Past a string of which the characters are known. True: they are in the text as they are.
    bool skip_string(std::string_view characters) {
        // They follow and the closing quote follows them only if nothing is escaped.
        const auto size = characters.size();
        const bool plain =
            std::memcmp(at_ + 1, characters.data(), size) == 0 && at_[1 + size] == '"';
        if (plain) {
            at_ += size + 2;
        } else {
            skip_string();
        }
        return plain;
    }

    /// Past a value that is not a string.
    void skip_value() {
        if (*at_ == '{' || *at_ == '[') {
            skip_nested();
        } else {
            while (!is_space(*at_) && *at_ != ',' && *at_ != '}') ++at_;
        }
    }

private:
    static bool is_space(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

    void skip_space() {
        while (is_space(*at_)) ++at_;
    }
    void skip_string() {
        for (++at_; *at_ != '"'; ++at_) {
            if (*at_ == '\\') ++at_;
        }
        ++at_;
    }
    void skip_nested() {
        std::size_t depth = 0;
        do {
            if (*at_ == '"') {
                skip_string();
                continue;
            }
            if (*at_ == '{' || *at_ == '[') ++depth;
            if (*at_ == '}' || *at_ == ']') --depth;
            ++at_;
        } while (depth > 0);
    }

    const char* at_;
};

JsonLinesParser::JsonLinesParser(const Format& format) : names_(format.columns) {
    for (std::size_t i = 0; i < names_.size(); ++i) columns_.emplace(names_[i], i);
}

void JsonLinesParser::parse(Table& table, std::uint64_t skip, std::uint64_t count) {
    split_lines(table.bytes.view(), skip, count, lines_);
    const auto text_size = table.bytes.size();
    table.bytes.resize(text_size + simdjson::SIMDJSON_PADDING);  // which simdjson may read
    table.bytes.resize(text_size);
    unescaped_.clear();
    for (std::uint32_t number = 0; number < lines_.size(); ++number) {
        const auto& line = lines_[number];
        if (const auto error = add_row(table, line); error != simdjson::SUCCESS) {
            table.add_bad({table.position + line.begin, number, not_an_object(error)});
            continue;
        }
        table.records.push_back(line);
        table.record_numbers.push_back(number);
    }
    table.bytes.append(unescaped_.view());
    table.row_count = table.records.size();
    if (table.bad_count == 0) table.record_numbers.clear();
}

simdjson::error_code JsonLinesParser::add_row(Table& table, const parallel_run_span& line) {
    const auto* const begin = table.bytes.data();
    simdjson::dom::object object;
    const auto error = parser_.parse(begin + line.begin, line.size, false).get(object);
    if (error != simdjson::SUCCESS) return error;

    const auto row = table.fields.size();
    table.fields.resize(row + names_.size(), {0, PARALLEL_RUN_ABSENT});
    ObjectText text(begin + line.begin);
    std::size_t likely = 0;
    for (const auto& [name, value] : object) {
        text.enter_member(name);
        const auto column = column_of(name, likely);
        const auto field = take_value(value, text, table.bytes);
        if (!column) continue;
        table.fields[row + *column] = field;
        likely = *column + 1;
    }
    return simdjson::SUCCESS;
}

std::optional<std::size_t> JsonLinesParser::column_of(std::string_view name,
                                                      std::size_t likely) const {
    if (likely < names_.size() && names_[likely] == name) return likely;
    const auto found = columns_.find(name);
    return found == columns_.end() ? std::nullopt : std::optional(found->second);
}

/// The span of a value, past which `text` goes. What is not in the text as it is will follow it.
parallel_run_span JsonLinesParser::take_value(const simdjson::dom::element& value, ObjectText& text,
                                              const Buffer& bytes) {
    const auto begin = static_cast<std::uint32_t>(text.at() - bytes.data());
    std::string_view characters;
    if (value.get(characters) == simdjson::SUCCESS) {
        const auto size = static_cast<std::uint32_t>(characters.size());
        if (text.skip_string(characters)) return {begin + 1, size};
        const auto place = bytes.size() + unescaped_.size();
        unescaped_.append(characters);
        return {static_cast<std::uint32_t>(place), size};
    }
    text.skip_value();
    if (value.is_null()) return {0, PARALLEL_RUN_ABSENT};
    return {begin, static_cast<std::uint32_t>(text.at() - bytes.data()) - begin};
}

std::vector<std::string> json_members(std::string_view record) {
    simdjson::dom::parser parser;
    simdjson::dom::object object;
    const auto error = parser.parse(record.data(), record.size()).get(object);
    if (error != simdjson::SUCCESS) throw ReadError(not_an_object(error));
    std::vector<std::string> names;
    for (const auto& member : object) names.emplace_back(member.key);
    return names;
}

}  // namespace parallel_run::table
