// SPDX-License-Identifier: Apache-2.0
#include "schema/record_text.hpp"

#include <algorithm>
#include <cstring>

#include <parallel_run/detail/numbers.hpp>

namespace parallel_run::schema {

namespace {

template <typename T>
void append_as(std::string_view value, std::string& text) {
    T number;
    std::memcpy(&number, value.data(), sizeof number);
    detail::append_number(text, number);
}

void append_text(std::string_view value, std::string& text) {
    value = value.substr(0, value.find_last_not_of('\0') + 1);
    std::transform(value.begin(), value.end(), std::back_inserter(text), [](char byte) {
        return static_cast<unsigned char>(byte) < ' ' || byte == '\x7f' ? '?' : byte;
    });
}

void append_value(std::uint32_t type, std::string_view value, std::string& text) {
    switch (type) {
        case PARALLEL_RUN_INT8: return append_as<std::int8_t>(value, text);
        case PARALLEL_RUN_INT16: return append_as<std::int16_t>(value, text);
        case PARALLEL_RUN_INT32: return append_as<std::int32_t>(value, text);
        case PARALLEL_RUN_INT64: return append_as<std::int64_t>(value, text);
        case PARALLEL_RUN_UINT8: return append_as<std::uint8_t>(value, text);
        case PARALLEL_RUN_UINT16: return append_as<std::uint16_t>(value, text);
        case PARALLEL_RUN_UINT32: return append_as<std::uint32_t>(value, text);
        case PARALLEL_RUN_UINT64: return append_as<std::uint64_t>(value, text);
        case PARALLEL_RUN_FLOAT32: return append_as<float>(value, text);
        case PARALLEL_RUN_FLOAT64: return append_as<double>(value, text);
        default: return append_text(value, text);
    }
}

}  // namespace

std::string record_text(const Columns& columns, std::string_view record) {
    std::string text;
    for (const auto& column : columns) {
        if (&column != &columns.front()) text += '\t';
        const auto values = column.row_bytes() / column.value_bytes();
        for (std::uint64_t i = 0; i < values; ++i) {
            if (i > 0) text += ' ';
            append_value(column.type, record.substr(0, column.value_bytes()), text);
            record.remove_prefix(column.value_bytes());
        }
    }
    return text;
}

}  // namespace parallel_run::schema
