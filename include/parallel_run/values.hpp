// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <type_traits>

#include <parallel_run/entry_script.h>

namespace parallel_run {

/// Numbers that lie one after another in memory that belongs to the engine: a range, and in C++20
/// wherever a std::span<const T> is asked for, one.
template <typename T>
class Span {
public:
    Span(const T* first, std::size_t size) : first_(first), size_(size) {}

    const T* data() const { return first_; }
    std::size_t size() const { return size_; }
    bool empty() const { return size_ == 0; }
    /// Precondition: i < size().
    const T& operator[](std::size_t i) const { return first_[i]; }
    const T* begin() const { return first_; }
    const T* end() const { return first_ + size_; }

private:
    const T* first_;
    std::size_t size_;
};

/// All numbers of a table's column, row after row.
template <typename T>
class Values : public Span<T> {
public:
    Values(const T* first, std::size_t row_count, std::size_t row_size)
        : Span<T>(first, row_count * row_size), row_size_(row_size) {}

    /// How many numbers a row has: the product of the column's dimensions.
    std::size_t row_size() const { return row_size_; }
    /// Those of one row, in C order. Precondition: row < the table's row_count().
    Span<T> row(std::size_t row) const {
        return Span<T>(this->data() + row * row_size_, row_size_);
    }

private:
    std::size_t row_size_;
};

namespace detail {

template <typename T>
inline constexpr bool kIsNumber =
    std::is_arithmetic_v<T> && !std::is_same_v<T, bool> && !std::is_same_v<T, char> &&
    !std::is_same_v<T, wchar_t> && !std::is_same_v<T, char16_t> && !std::is_same_v<T, char32_t> &&
    sizeof(T) <= sizeof(std::uint64_t);

template <typename T>
constexpr parallel_run_type type_of() {
    static_assert(kIsNumber<T>, "a number is an integer, a float or a double");
    if (std::is_floating_point_v<T>) {
        return sizeof(T) == sizeof(float) ? PARALLEL_RUN_FLOAT32 : PARALLEL_RUN_FLOAT64;
    }
    constexpr bool is_signed = std::is_signed_v<T>;
    switch (sizeof(T)) {
        case 1: return is_signed ? PARALLEL_RUN_INT8 : PARALLEL_RUN_UINT8;
        case 2: return is_signed ? PARALLEL_RUN_INT16 : PARALLEL_RUN_UINT16;
        case 4: return is_signed ? PARALLEL_RUN_INT32 : PARALLEL_RUN_UINT32;
        default: return is_signed ? PARALLEL_RUN_INT64 : PARALLEL_RUN_UINT64;
    }
}

[[noreturn]] inline void refuse_type(const parallel_run_column& column) {
    throw std::logic_error("the values of column \"" + std::string(column.name) +
                           "\" are of type " + std::to_string(column.type) +
                           ", which the script's headers do not know: build the script again with "
                           "those of this parallel-run");
}

/// Calls function(const T* values) with the T of a column of numbers.
template <typename Function>
auto with_values(const parallel_run_column& column, const Function& function) {
    const auto* values = column.values;
    switch (column.type) {
        case PARALLEL_RUN_INT8: return function(static_cast<const std::int8_t*>(values));
        case PARALLEL_RUN_INT16: return function(static_cast<const std::int16_t*>(values));
        case PARALLEL_RUN_INT32: return function(static_cast<const std::int32_t*>(values));
        case PARALLEL_RUN_INT64: return function(static_cast<const std::int64_t*>(values));
        case PARALLEL_RUN_UINT8: return function(static_cast<const std::uint8_t*>(values));
        case PARALLEL_RUN_UINT16: return function(static_cast<const std::uint16_t*>(values));
        case PARALLEL_RUN_UINT32: return function(static_cast<const std::uint32_t*>(values));
        case PARALLEL_RUN_UINT64: return function(static_cast<const std::uint64_t*>(values));
        case PARALLEL_RUN_FLOAT32: return function(static_cast<const float*>(values));
        case PARALLEL_RUN_FLOAT64: return function(static_cast<const double*>(values));
        default: refuse_type(column);
    }
}

/// How many values a row of the column has.
inline std::size_t row_size(const parallel_run_column& column) {
    std::size_t size = 1;
    for (std::uint64_t i = 0; i < column.dimension_count; ++i) {
        size *= static_cast<std::size_t>(column.dimensions[i]);
    }
    return size;
}

}  // namespace detail
}  // namespace parallel_run
