// SPDX-License-Identifier: Apache-2.0
#include "schema/columns.hpp"

#include <algorithm>
#include <set>

#include <parallel_run/detail/table_errors.hpp>
#include <parallel_run/detail/utf8.hpp>

namespace parallel_run::schema {

namespace {

using detail::shown;

std::uint64_t number_bytes(std::uint32_t type) {
    switch (type) {
        case PARALLEL_RUN_INT8:
        case PARALLEL_RUN_UINT8: return 1;
        case PARALLEL_RUN_INT16:
        case PARALLEL_RUN_UINT16: return 2;
        case PARALLEL_RUN_INT32:
        case PARALLEL_RUN_UINT32:
        case PARALLEL_RUN_FLOAT32: return 4;
        case PARALLEL_RUN_INT64:
        case PARALLEL_RUN_UINT64:
        case PARALLEL_RUN_FLOAT64: return 8;
        default: return 0;
    }
}

std::string fault_of_name(const std::string& name) {
    const auto is_control = [](char byte) {
        return static_cast<unsigned char>(byte) < ' ' || byte == '\x7f';
    };
    if (name.empty()) return "has no name";
    if (name.size() > kMaxNameBytes) {
        return "has a name of more than " + std::to_string(kMaxNameBytes) + " bytes";
    }
    if (name == "." || name.find('/') != std::string::npos ||
        std::any_of(name.begin(), name.end(), is_control) || !detail::is_utf8(name)) {
        return "has the name " + shown(name) +
               ": give one of UTF-8 without '/' and control characters, and not '.'";
    }
    if (name == kMiniBatchColumn || name == kItemColumn) {
        return "has the name " + name +
               ", and a column of that name is always there: it says where a row came from";
    }
    return {};
}

std::string fault_of_type(const Column& column) {
    if (column.type > PARALLEL_RUN_FLOAT64) {
        return "has type " + std::to_string(column.type) +
               ", which this parallel-run does not know";
    }
    if (column.type == PARALLEL_RUN_TEXT) {
        return column.text_size == 0 ? "is of texts of 0 bytes: say how long they may be" : "";
    }
    return column.text_size != 0 ? "is of numbers and has a size of texts" : "";
}

/// Also adds the bytes of its row to those of the columns before it.
std::string fault_of_size(const Column& column, std::uint64_t& bytes) {
    auto too_large = "makes a row larger than " + std::to_string(kMaxRowBytes >> 20) + " MiB";
    if (column.dimensions.size() > kMaxDimensions) {
        return "has more than " + std::to_string(kMaxDimensions) + " dimensions";
    }
    if (column.text_size > kMaxRowBytes) return too_large;
    auto size = column.value_bytes();
    for (const auto dimension : column.dimensions) {
        if (dimension == 0) return "has a dimension of 0";
        if (dimension > kMaxRowBytes) return too_large;
        size *= dimension;
        if (size > kMaxRowBytes) return too_large;
    }
    bytes += size;
    return bytes > kMaxRowBytes ? too_large : "";
}

std::string fault_of_column(const Column& column, std::set<std::string>& names,
                            std::uint64_t& bytes) {
    if (auto fault = fault_of_name(column.name); !fault.empty()) return fault;
    if (!names.insert(column.name).second) {
        return "has the name " + column.name + ", as one before it does";
    }
    if (auto fault = fault_of_type(column); !fault.empty()) return fault;
    return fault_of_size(column, bytes);
}

}  // namespace

std::uint64_t Column::value_bytes() const {
    return type == PARALLEL_RUN_TEXT ? text_size : number_bytes(type);
}

std::uint64_t Column::row_bytes() const {
    auto bytes = value_bytes();
    for (const auto dimension : dimensions) bytes *= dimension;
    return bytes;
}

std::string fault_of(const Columns& columns) {
    if (columns.empty()) return "there is no column: declare at least one";
    std::set<std::string> names;
    std::uint64_t bytes = kRowHeadBytes;
    for (std::size_t i = 0; i < columns.size(); ++i) {
        const auto fault = fault_of_column(columns[i], names, bytes);
        if (!fault.empty()) return "column " + std::to_string(i + 1) + " " + fault;
    }
    std::string encoded;
    base::Encoder out(encoded);
    encode(columns, out);
    if (encoded.size() <= kMaxEncodedBytes) return {};
    return std::to_string(columns.size()) + " columns are too many: declare fewer with dimensions";
}

std::uint64_t record_bytes(const Columns& columns) {
    std::uint64_t bytes = 0;
    for (const auto& column : columns) bytes += column.row_bytes();
    return bytes;
}

Columns with_head(const Columns& columns) {
    Columns all{{kMiniBatchColumn, PARALLEL_RUN_UINT64, 0, {}},
                {kItemColumn, PARALLEL_RUN_UINT64, 0, {}}};
    all.insert(all.end(), columns.begin(), columns.end());
    return all;
}

std::string describe(const Column& column) {
    std::string text = detail::type_name(column.type);
    for (const auto dimension : column.dimensions) text += "[" + std::to_string(dimension) + "]";
    if (column.type == PARALLEL_RUN_TEXT) {
        text += " of " + std::to_string(column.text_size) + " bytes";
    }
    return text + " " + column.name;
}

std::string difference(const Columns& x, const std::string& in_x, const Columns& y,
                       const std::string& in_y) {
    const auto of = [](const Columns& columns, std::size_t i) {
        return i < columns.size() ? describe(columns[i]) : "missing";
    };
    for (std::size_t i = 0; i < std::max(x.size(), y.size()); ++i) {
        if (i < x.size() && i < y.size() && x[i] == y[i]) continue;
        return "column " + std::to_string(i + 1) + " is " + of(x, i) + " " + in_x + " and " +
               of(y, i) + " " + in_y;
    }
    return {};
}

void encode(const Columns& columns, base::Encoder& out) {
    out.varint(columns.size());
    for (const auto& column : columns) {
        out.string(column.name);
        out.varint(column.type);
        out.varint(column.text_size);
        out.varint(column.dimensions.size());
        for (const auto dimension : column.dimensions) out.varint(dimension);
    }
}

Columns decode_columns(base::Decoder& in) {
    Columns columns;
    for (auto left = in.varint(); left > 0 && in.ok(); --left) {
        Column column;
        column.name = in.string();
        column.type = in.integer<std::uint32_t>();
        column.text_size = in.varint();
        for (auto more = in.varint(); more > 0 && in.ok(); --more) {
            column.dimensions.push_back(in.varint());
        }
        columns.push_back(std::move(column));
    }
    if (in.ok() && !fault_of(columns).empty()) in.fail();
    return in.ok() ? columns : Columns();
}

}  // namespace parallel_run::schema
