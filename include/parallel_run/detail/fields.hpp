// SPDX-License-Identifier: Apache-2.0
#pragma once

/// One field of a column, without regard to the table.

#include <cstddef>
#include <string>
#include <string_view>

#include <parallel_run/detail/numbers.hpp>
#include <parallel_run/detail/table_errors.hpp>
#include <parallel_run/entry_script.h>
#include <parallel_run/values.hpp>

namespace parallel_run::detail {

/// Precondition: the span is not absent.
inline std::string_view text_of(const char* bytes, const parallel_run_span& span) {
    return {bytes + span.begin, span.size};
}

/// Precondition: a column of text.
inline const parallel_run_span& span_of(const parallel_run_column& column, std::size_t row) {
    return column.spans[row * column.span_stride];
}

/// Precondition: a column of text or of single numbers.
template <typename T>
Conversion convert_field(const parallel_run_column& column, std::size_t row, T& value) {
    static_assert(kIsNumber<T>, "a number is an integer, a float or a double");
    if (column.type == PARALLEL_RUN_TEXT) {
        const auto& span = span_of(column, row);
        if (span.size == PARALLEL_RUN_ABSENT) return Conversion::absent;
        return parse_number(text_of(column.bytes, span), value);
    }
    return with_values(column,
                       [&](const auto* values) { return convert_number(values[row], value); });
}

/// The field in an error's message. Precondition: as for convert_field.
inline std::string shown_field(const parallel_run_column& column, std::size_t row) {
    if (column.type == PARALLEL_RUN_TEXT) {
        const auto& span = span_of(column, row);
        return span.size == PARALLEL_RUN_ABSENT ? "" : shown(text_of(column.bytes, span));
    }
    return with_values(column, [&](const auto* values) {
        std::string text;
        append_number(text, values[row]);
        return text;
    });
}

}  // namespace parallel_run::detail
