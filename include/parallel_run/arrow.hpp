// SPDX-License-Identifier: Apache-2.0
#pragma once

/// Hands a table to Arrow, Polars, DuckDB, cuDF or whatever else imports the Arrow C data interface
/// (https://arrow.apache.org/docs/format/CDataInterface.html), without parsing it again. Needs no
/// Arrow itself:
///
///     ArrowSchema schema;
///     ArrowArray array;
///     parallel_run::export_table(mini_batch.table(), &schema, &array);
///     auto batch = arrow::ImportRecordBatch(&array, &schema);

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>

#include <parallel_run/detail/arrow_nodes.hpp>
#include <parallel_run/detail/fields.hpp>
#include <parallel_run/detail/utf8.hpp>
#include <parallel_run/entry_script.h>
#include <parallel_run/table.hpp>
#include <parallel_run/values.hpp>

namespace parallel_run {
namespace detail {

/// One column on its way to Arrow. Text of more than `longest_text` bytes gets 64-bit offsets.
class ColumnExport {
public:
    static constexpr std::uint64_t kLongestText = 0x7fffffff;

    ColumnExport(Table table, std::size_t column, std::uint64_t longest_text = kLongestText)
        : table_(table),
          index_(column),
          column_(*table.raw().columns[column]),
          is_text_(column_.type == PARALLEL_RUN_TEXT) {
        if (is_text_) count_text();
        is_large_ = text_size_ > longest_text;
    }

    /// All columns may have nulls, so that a column is of one type in every mini-batch.
    void write_schema(ArrowSchema* schema) const { write_schema(column_.name, 0, schema); }
    void write_array(ArrowArray* array) const {
        if (!is_text_) {
            write_numbers(0, table_.row_count(), array);
        } else if (is_large_) {
            write_text<std::int64_t>(array);
        } else {
            write_text<std::int32_t>(array);
        }
    }

private:
    void count_text() {
        for (std::size_t row = 0; row < table_.row_count(); ++row) {
            const auto size = span_of(column_, row).size;
            const bool is_absent = size == PARALLEL_RUN_ABSENT;
            absent_count_ += is_absent ? 1 : 0;
            text_size_ += is_absent ? 0 : size;
        }
    }

    const char* format() const {
        constexpr const char* kFormats[] = {"u", "c", "s", "i", "l", "C",
                                            "S", "I", "L", "f", "g"};  // by parallel_run_type
        return is_large_ ? "U" : kFormats[column_.type];
    }

    /// A row with dimensions is a list of lists.
    void write_schema(const char* name, std::size_t depth, ArrowSchema* schema) const {
        const bool is_list = !is_text_ && depth < column_.dimension_count;
        const auto list = [&] { return "+w:" + std::to_string(column_.dimensions[depth]); };
        auto node =
            std::make_unique<SchemaNode>(is_list ? list() : format(), name, is_list ? 1 : 0);
        if (is_list) write_schema("item", depth + 1, &node->children[0]);
        hand_over(std::move(node), ARROW_FLAG_NULLABLE, schema);
    }

    void write_numbers(std::size_t depth, std::size_t length, ArrowArray* array) const {
        const bool is_list = depth < column_.dimension_count;
        auto node = std::make_unique<ArrayNode>(is_list ? 1 : 0);
        node->add_no_buffer();
        if (is_list) {
            const auto each = static_cast<std::size_t>(column_.dimensions[depth]);
            write_numbers(depth + 1, length * each, &node->children[0]);
        } else {
            with_values(column_, [&](const auto* values) { copy(values, length, *node); });
        }
        hand_over(std::move(node), length, 0, array);
    }

    template <typename T>
    static void copy(const T* values, std::size_t length, ArrayNode& node) {
        auto* buffer = node.add_buffer<T>(length);
        if (length > 0) std::memcpy(buffer, values, length * sizeof(T));
    }

    template <typename Offset>
    void write_text(ArrowArray* array) const {
        const auto row_count = table_.row_count();
        auto node = std::make_unique<ArrayNode>(0);
        write_validity(*node);
        auto* offsets = node->add_buffer<Offset>(row_count + 1);
        auto* bytes = node->add_buffer<char>(static_cast<std::size_t>(text_size_));
        std::size_t end = 0;
        for (std::size_t row = 0; row < row_count; ++row) {
            const auto text = text_at(row);
            if (!text.empty()) std::memcpy(bytes + end, text.data(), text.size());
            end += text.size();
            offsets[row + 1] = static_cast<Offset>(end);
        }
        hand_over(std::move(node), row_count, absent_count_, array);
    }

    void write_validity(ArrayNode& node) const {
        if (absent_count_ == 0) return node.add_no_buffer();
        const auto row_count = table_.row_count();
        auto* bitmap = node.add_buffer<std::uint8_t>((row_count + 7) / 8);
        for (std::size_t row = 0; row < row_count; ++row) {
            if (span_of(column_, row).size == PARALLEL_RUN_ABSENT) continue;
            bitmap[row / 8] = static_cast<std::uint8_t>(bitmap[row / 8] | 1U << row % 8);
        }
    }

    /// Empty for an absent field.
    std::string_view text_at(std::size_t row) const {
        const auto& span = span_of(column_, row);
        if (span.size == PARALLEL_RUN_ABSENT) return {};
        const auto text = text_of(column_.bytes, span);
        if (is_utf8(text)) return text;
        throw FieldError(table_.place(row, index_) +
                         ": the text is not valid UTF-8, and Arrow takes no other");
    }

    Table table_;
    std::size_t index_;
    const parallel_run_column& column_;
    bool is_text_;
    bool is_large_ = false;
    std::size_t absent_count_ = 0;
    std::uint64_t text_size_ = 0;
};

}  // namespace detail

/// The table as an Arrow struct array (a record batch) with a child for each column: text is utf8
/// with nulls for absent fields, numbers are of their type, arrays are fixed-size lists, one in
/// another. Copies everything, so that the consumer, who calls the release callbacks, may keep it
/// as long as it likes. Throws FieldError for text that is not valid UTF-8 and
/// std::invalid_argument for such a column name; then what the pointers point to is as before.
inline void export_table(Table table, ArrowSchema* schema, ArrowArray* array) {
    const auto column_count = table.column_count();
    auto schema_node = std::make_unique<detail::SchemaNode>("+s", "", column_count);
    auto array_node = std::make_unique<detail::ArrayNode>(column_count);
    array_node->add_no_buffer();
    for (std::size_t i = 0; i < column_count; ++i) {
        if (!detail::is_utf8(table.column_name(i))) {
            throw std::invalid_argument("the name of column " + std::to_string(i) +
                                        " (from 0) of " + table.raw().file +
                                        " is not valid UTF-8, and Arrow takes no other");
        }
        const detail::ColumnExport column(table, i);
        column.write_array(&array_node->children[i]);
        column.write_schema(&schema_node->children[i]);
    }
    detail::hand_over(std::move(schema_node), 0, schema);
    detail::hand_over(std::move(array_node), table.row_count(), 0, array);
}

}  // namespace parallel_run
