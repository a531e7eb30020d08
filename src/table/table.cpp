// SPDX-License-Identifier: Apache-2.0
#include "table/table.hpp"

#include <utility>

namespace parallel_run::table {

void Table::clear() {
    position = 0;
    first_record = -1;
    row_count = 0;
    for (auto& column : columns) {
        column.values.clear();
        column.text.clear();
        column.spans.clear();
    }
    bytes.clear();
    fields.clear();
    records.clear();
    record_numbers.clear();
    bad_records.clear();
    bad_count = 0;
}

void Table::leave_out_rows() {
    row_count = 0;
    fields.clear();
    records.clear();
    record_numbers.clear();
}

void Table::add_bad(BadRecord record) {
    if (++bad_count <= kMaxBadRecords) bad_records.push_back(std::move(record));
}

const parallel_run_table& Table::view() {
    column_views_.clear();
    column_pointers_.clear();
    for (std::size_t i = 0; i < columns.size(); ++i) {
        const auto& column = columns[i];
        auto& seen = column_views_.emplace_back();
        seen.size = sizeof seen;
        seen.type = column.type;
        seen.name = column.name.c_str();
        if (column.type != PARALLEL_RUN_TEXT) {
            seen.values = column.values.data();
            seen.dimension_count = column.dimensions.size();
            seen.dimensions = column.dimensions.data();
        } else if (!fields.empty()) {
            seen.bytes = bytes.data();
            seen.spans = fields.data() + i;
            seen.span_stride = columns.size();
        } else {
            seen.bytes = column.text.data();
            seen.spans = column.spans.data();
            seen.span_stride = 1;
        }
    }
    for (const auto& seen : column_views_) column_pointers_.push_back(&seen);
    view_ = {};
    view_.size = sizeof view_;
    view_.file = file.c_str();
    view_.row_count = row_count;
    view_.column_count = columns.size();
    view_.columns = column_pointers_.data();
    view_.position = position;
    view_.bytes = records.empty() ? nullptr : bytes.data();
    view_.records = records.empty() ? nullptr : records.data();
    view_.first_record = first_record;
    view_.record_numbers = record_numbers.empty() ? nullptr : record_numbers.data();
    return view_;
}

}  // namespace parallel_run::table
