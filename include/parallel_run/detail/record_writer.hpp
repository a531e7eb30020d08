// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include <parallel_run/detail/table_errors.hpp>
#include <parallel_run/output_columns.hpp>

namespace parallel_run::detail {

/// How many values, numbers or texts, a row of the column has.
inline std::uint64_t values_in_row(const OutputColumn& column) {
    std::uint64_t count = 1;
    for (const auto dimension : column.dimensions) count *= dimension;
    return count;
}

/// Appends the values of one record, packed as the columns say, to bytes that outlive it. `row` is
/// its number in errors, which are std::invalid_argument.
class RecordWriter {
public:
    RecordWriter(std::string& bytes, const std::vector<OutputColumn>& columns, std::size_t row)
        : bytes_(&bytes), columns_(&columns), row_(row) {}

    /// A text, a number, or numbers that lie one after another (a std::vector, std::array, Span,
    /// array or the like). A number must be of its column's type.
    template <typename Value>
    void add(const Value& value) {
        const auto& column = next_column();
        if constexpr (std::is_convertible_v<const Value&, std::string_view>) {
            add_text(column, value);
        } else if constexpr (kIsNumber<Value>) {
            add_numbers(column, &value, 1);
        } else {
            static_assert(!std::is_arithmetic_v<Value>,
                          "what is a bool or a char in a record: text or a number? Convert it");
            add_numbers(column, std::data(value), std::size(value));
        }
    }

    void end_record() const {
        if (count_ == columns_->size()) return;
        refuse("has " + std::to_string(count_) + " values, and init() declared " +
               std::to_string(columns_->size()) + " columns; the next is " +
               name_of((*columns_)[count_]));
    }

private:
    static std::string name_of(const OutputColumn& column) { return "\"" + column.name + "\""; }

    const OutputColumn& next_column() {
        if (count_ == columns_->size()) {
            refuse("has more values than the " + std::to_string(count_) +
                   " columns that init() declared");
        }
        return (*columns_)[count_++];
    }

    void add_text(const OutputColumn& column, std::string_view text) {
        check_type(column, PARALLEL_RUN_TEXT);
        if (text.size() > column.text_size) {
            refuse("has a text of " + std::to_string(text.size()) + " bytes for column " +
                   name_of(column) + ", which takes " + std::to_string(column.text_size) + ": " +
                   shown(text));
        }
        bytes_->append(text);
        bytes_->append(static_cast<std::size_t>(column.text_size) - text.size(), '\0');
    }

    template <typename Number>
    void add_numbers(const OutputColumn& column, const Number* numbers, std::size_t count) {
        check_type(column, type_of<Number>());
        if (count != values_in_row(column)) {
            refuse("has " + std::to_string(count) + " numbers for column " + name_of(column) +
                   ", which takes " + std::to_string(values_in_row(column)));
        }
        bytes_->append(reinterpret_cast<const char*>(numbers), count * sizeof(Number));
    }

    void check_type(const OutputColumn& column, parallel_run_type type) const {
        if (column.type == type) return;
        refuse("has " + std::string(type_name(type)) + " for column " + name_of(column) +
               ", which is of " + type_name(column.type));
    }

    [[noreturn]] void refuse(const std::string& why) const {
        throw std::invalid_argument("record " + std::to_string(row_) + " of the mini-batch " + why);
    }

    std::string* bytes_;
    const std::vector<OutputColumn>* columns_;
    std::size_t count_ = 0;
    std::size_t row_;
};

}  // namespace parallel_run::detail
