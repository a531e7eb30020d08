// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <iterator>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include <parallel_run/detail/fields.hpp>
#include <parallel_run/detail/numbers.hpp>
#include <parallel_run/detail/table_errors.hpp>
#include <parallel_run/entry_script.h>
#include <parallel_run/values.hpp>

namespace parallel_run {

/// A field is absent or no number: the fault of one row, which a script may give to Rows::fail to
/// go on with the next.
class FieldError : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/// A column by its index or its name. Looking a name up takes time: in a loop use the index that
/// Table::column() gives.
class ColumnKey {
public:
    ColumnKey(std::size_t index) : number_(index) {}
    template <typename Name,
              std::enable_if_t<std::is_convertible_v<const Name&, std::string_view>, int> = 0>
    ColumnKey(const Name& name) {
        const std::string_view text = name;
        name_ = text.data() == nullptr ? "" : text.data();
        number_ = text.size();
    }

private:
    friend class Table;

    std::string_view name() const { return {name_, number_}; }

    // Small enough for two registers, as it is made for each field that is read.
    const char* name_ = nullptr;  // of a key that is a name
    std::size_t number_ = 0;      // the index, or the name's size
};

class Row;

/// The rows of a tabular mini-batch. Rows and columns count from 0; one that the table does not
/// have is a std::out_of_range. A view: copies are cheap, and all that it gives is valid during the
/// call of run(). Any thread of the script may use it.
class Table {
public:
    class Iterator;

    explicit Table(const parallel_run_table& raw) : raw_(&raw) {}

    /// Absolute.
    std::filesystem::path file() const { return raw_->file; }
    /// Where the table's part of the file begins: its byte (of what is decompressed), for HDF5 the
    /// record's number in the file.
    std::uint64_t position() const { return raw_->position; }
    std::size_t row_count() const { return static_cast<std::size_t>(raw_->row_count); }

    std::size_t column_count() const { return static_cast<std::size_t>(raw_->column_count); }
    std::string_view column_name(std::size_t column) const { return at(column).name; }
    std::vector<std::string_view> column_names() const;
    /// The column's index. The error lists the names that there are.
    std::size_t column(ColumnKey key) const {
        const bool is_index = key.name_ == nullptr && key.number_ < column_count();
        return is_index ? key.number_ : find_column(key);
    }
    /// PARALLEL_RUN_TEXT for all columns of a text format.
    parallel_run_type type(ColumnKey column) const {
        return static_cast<parallel_run_type>(at(column).type);
    }
    /// Of what a row has in a column of numbers; none: a single number.
    Span<std::uint64_t> dimensions(ColumnKey column) const {
        const auto& raw = at(column);
        return {raw.dimensions, static_cast<std::size_t>(raw.dimension_count)};
    }

    /// Whether the row's record has the field; an empty field is one.
    bool has(std::size_t row, ColumnKey column) const;
    /// Throws FieldError for an absent field, std::invalid_argument for a column of numbers.
    std::string_view text(std::size_t row, ColumnKey column) const;
    /// A field as a number: of text all but blanks around it, decimal and without regard to the
    /// locale; of a column of numbers its value, converted. Throws FieldError when there is none or
    /// T cannot hold it (rounding to a floating T is no error), std::invalid_argument when a row of
    /// the column has several.
    template <typename T>
    T number(std::size_t row, ColumnKey column) const;
    /// The same; nothing where that throws FieldError.
    template <typename T>
    std::optional<T> find_number(std::size_t row, ColumnKey column) const;
    /// All numbers of a column, without a copy. Throws std::invalid_argument unless T is the type
    /// that they have in memory.
    template <typename T>
    Values<T> values(ColumnKey column) const;

    /// The row's record as it is in the file, without its line end. Throws std::logic_error for
    /// HDF5.
    std::string_view record(std::size_t row) const;
    /// The byte of the file at which the row's record begins; for HDF5 its number in the file.
    std::uint64_t row_position(std::size_t row) const;
    /// The record's number in the whole input, from 0, where it is known: for HDF5, and with
    /// row_numbers.
    std::optional<std::uint64_t> row_number(std::size_t row) const;

    /// A field in a message: its file, its record's position, its row and its column.
    std::string place(std::size_t row, ColumnKey column) const;

    /// The same functions for one row: for (const auto row : table) row["name"]...
    Row operator[](std::size_t row) const;
    Iterator begin() const;
    Iterator end() const;

    /// The C struct behind it.
    const parallel_run_table& raw() const { return *raw_; }

private:
    const parallel_run_column& at(ColumnKey key) const { return *raw_->columns[column(key)]; }
    const parallel_run_column& numbers_at(ColumnKey key) const {
        const auto& column = at(key);
        if (column.dimension_count != 0) refuse_use(column, "single numbers");
        return column;
    }
    std::size_t find_column(ColumnKey key) const;
    void check(std::size_t row) const {
        if (row >= raw_->row_count) refuse_row(row);
    }
    std::uint64_t record_index(std::size_t row) const {
        return raw_->record_numbers == nullptr ? row : raw_->record_numbers[row];
    }
    [[noreturn]] void refuse_row(std::size_t row) const;
    [[noreturn]] void refuse_field(std::size_t row, ColumnKey column, detail::Conversion why,
                                   parallel_run_type wanted) const;
    [[noreturn]] void refuse_use(const parallel_run_column& column, const char* wanted) const;

    const parallel_run_table* raw_;
};

/// One row of a Table, with the Table's functions.
class Row {
public:
    Row(Table table, std::size_t index) : table_(table), index_(index) {}

    /// Among the table's rows: what Rows::fail takes.
    std::size_t index() const { return index_; }

    bool has(ColumnKey column) const { return table_.has(index_, column); }
    std::string_view operator[](ColumnKey column) const { return text(column); }
    std::string_view text(ColumnKey column) const { return table_.text(index_, column); }
    template <typename T>
    T number(ColumnKey column) const {
        return table_.number<T>(index_, column);
    }
    template <typename T>
    std::optional<T> find_number(ColumnKey column) const {
        return table_.find_number<T>(index_, column);
    }
    std::string_view record() const { return table_.record(index_); }

private:
    Table table_;
    std::size_t index_;
};

class Table::Iterator {
public:
    using iterator_category = std::input_iterator_tag;
    using value_type = Row;
    using difference_type = std::ptrdiff_t;
    using pointer = void;
    using reference = Row;

    Iterator(Table table, std::size_t row) : table_(table), row_(row) {}
    Row operator*() const { return {table_, row_}; }
    Iterator& operator++() {
        ++row_;
        return *this;
    }
    Iterator operator++(int) { return {table_, row_++}; }
    bool operator==(const Iterator& other) const { return row_ == other.row_; }
    bool operator!=(const Iterator& other) const { return row_ != other.row_; }

private:
    Table table_;
    std::size_t row_;
};

inline Row Table::operator[](std::size_t row) const {
    check(row);
    return {*this, row};
}
inline Table::Iterator Table::begin() const { return {*this, 0}; }
inline Table::Iterator Table::end() const { return {*this, row_count()}; }

inline std::vector<std::string_view> Table::column_names() const {
    std::vector<std::string_view> names;
    for (std::size_t i = 0; i < column_count(); ++i) names.emplace_back(column_name(i));
    return names;
}

inline std::size_t Table::find_column(ColumnKey key) const {
    if (key.name_ == nullptr) {
        throw std::out_of_range("column " + std::to_string(key.number_) +
                                " (from 0) of a table of " + std::to_string(raw_->column_count) +
                                " columns");
    }
    for (std::size_t i = 0; i < column_count(); ++i) {
        if (key.name() == raw_->columns[i]->name) return i;
    }
    const auto names = column_names();
    throw std::out_of_range(
        std::string(raw_->file) + " has no column \"" + std::string(key.name()) + "\"; it has " +
        (names.empty() ? "none" : detail::listed(names)) + detail::suggestion(key.name(), names));
}

inline bool Table::has(std::size_t row, ColumnKey column) const {
    check(row);
    const auto& raw = at(column);
    return raw.type != PARALLEL_RUN_TEXT || detail::span_of(raw, row).size != PARALLEL_RUN_ABSENT;
}

inline std::string_view Table::text(std::size_t row, ColumnKey column) const {
    check(row);
    const auto& raw = at(column);
    if (raw.type != PARALLEL_RUN_TEXT) refuse_use(raw, "text");
    const auto& span = detail::span_of(raw, row);
    if (span.size != PARALLEL_RUN_ABSENT) return detail::text_of(raw.bytes, span);
    refuse_field(row, column, detail::Conversion::absent, PARALLEL_RUN_TEXT);
}

template <typename T>
T Table::number(std::size_t row, ColumnKey column) const {
    check(row);
    T value{};
    const auto conversion = detail::convert_field(numbers_at(column), row, value);
    if (conversion == detail::Conversion::done) return value;
    refuse_field(row, column, conversion, detail::type_of<T>());
}

template <typename T>
std::optional<T> Table::find_number(std::size_t row, ColumnKey column) const {
    check(row);
    T value{};
    const auto conversion = detail::convert_field(numbers_at(column), row, value);
    if (conversion == detail::Conversion::done) return value;
    return std::nullopt;
}

template <typename T>
Values<T> Table::values(ColumnKey column) const {
    constexpr auto kWanted = detail::type_of<T>();
    const auto& raw = at(column);
    if (raw.type != kWanted) refuse_use(raw, detail::type_name(kWanted));
    return {static_cast<const T*>(raw.values), row_count(), detail::row_size(raw)};
}

inline std::string_view Table::record(std::size_t row) const {
    check(row);
    if (raw_->records != nullptr) return detail::text_of(raw_->bytes, raw_->records[row]);
    throw std::logic_error("the records of " + std::string(raw_->file) +
                           " are no text: only delimited, json_lines and lines have them as text");
}

inline std::uint64_t Table::row_position(std::size_t row) const {
    check(row);
    return raw_->position +
           (raw_->records == nullptr ? record_index(row) : raw_->records[row].begin);
}

inline std::optional<std::uint64_t> Table::row_number(std::size_t row) const {
    check(row);
    if (raw_->first_record < 0) return std::nullopt;
    return static_cast<std::uint64_t>(raw_->first_record) + record_index(row);
}

inline void Table::refuse_row(std::size_t row) const {
    throw std::out_of_range("row " + std::to_string(row) + " (from 0) of a table of " +
                            std::to_string(raw_->row_count) + " rows");
}

inline std::string Table::place(std::size_t row, ColumnKey column) const {
    return std::string(raw_->file) + (raw_->records == nullptr ? ", record " : ", byte ") +
           std::to_string(row_position(row)) + " (row " + std::to_string(row) +
           " of the table), column \"" + at(column).name + "\"";
}

inline void Table::refuse_field(std::size_t row, ColumnKey column, detail::Conversion why,
                                parallel_run_type wanted) const {
    const auto field = detail::shown_field(at(column), row);
    throw FieldError(place(row, column) + ": " + detail::problem(why, field, wanted));
}

inline void Table::refuse_use(const parallel_run_column& column, const char* wanted) const {
    const bool is_text = column.type == PARALLEL_RUN_TEXT;
    const bool has_arrays = column.dimension_count != 0;
    throw std::invalid_argument(std::string(raw_->file) + ": column \"" + column.name +
                                "\" holds " + (has_arrays ? "arrays of " : "") +
                                detail::type_name(column.type) + ", not " + wanted +
                                ": read it with " +
                                (is_text      ? "text() or number()"
                                 : has_arrays ? "values()"
                                              : "values() or number()"));
}

}  // namespace parallel_run
