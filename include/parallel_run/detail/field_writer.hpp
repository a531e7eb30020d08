// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>

#include <parallel_run/detail/numbers.hpp>
#include <parallel_run/detail/table_errors.hpp>

namespace parallel_run::detail {

/// Appends one row of delimited text (RFC 4180) to a string that outlives it. `row` is its number
/// in errors.
class FieldWriter {
public:
    FieldWriter(std::string& text, char delimiter, std::size_t row)
        : text_(&text), begin_(text.size()), delimiter_(delimiter), row_(row) {}

    /// A text, a number, or a range of these, each of which is a field.
    template <typename Field>
    void add(const Field& field) {
        if constexpr (std::is_convertible_v<const Field&, std::string_view>) {
            begin_field();
            add_text(field);
        } else if constexpr (kIsNumber<Field>) {
            begin_field();
            append_number(*text_, field);
        } else if constexpr (std::is_convertible_v<const Field&, std::string>) {
            const std::string text = field;  // a std::filesystem::path
            add(text);
        } else {
            static_assert(!std::is_arithmetic_v<Field>,
                          "what is a bool or a char as a field: text or a number? Convert it");
            for (const auto& element : field) add(element);
        }
    }

    /// A line without a byte would be no row, so a single empty field gets quotes.
    void end_row() {
        if (text_->size() == begin_) text_->append("\"\"");
        text_->push_back('\n');
    }

private:
    void begin_field() {
        if (count_++ > 0) text_->push_back(delimiter_);
    }

    void add_text(std::string_view field) {
        bool must_quote = false;
        for (const char byte : field) {
            if (byte == '\n') refuse(field);
            must_quote |= byte == delimiter_ || byte == '"' || byte == '\r';
        }
        if (must_quote) {
            add_quoted(field);
        } else {
            text_->append(field);
        }
    }

    void add_quoted(std::string_view field) {
        text_->push_back('"');
        for (const char byte : field) {
            if (byte == '"') text_->push_back('"');
            text_->push_back(byte);
        }
        text_->push_back('"');
    }

    [[noreturn]] void refuse(std::string_view field) const {
        throw std::invalid_argument("field " + std::to_string(count_) + " of row " +
                                    std::to_string(row_) +
                                    " of the mini-batch has a line break, and a row is one line of "
                                    "the output: " +
                                    shown(field));
    }

    std::string* text_;
    std::size_t begin_;
    std::size_t count_ = 0;
    char delimiter_;
    std::size_t row_;
};

}  // namespace parallel_run::detail
