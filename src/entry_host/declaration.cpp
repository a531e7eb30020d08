// SPDX-License-Identifier: Apache-2.0
#include "entry_host/declaration.hpp"

#include <algorithm>
#include <utility>

namespace parallel_run::entry_host {

namespace {

/// More would not fit into what may be encoded of them, and counts come from the script.
constexpr std::uint64_t kMaxCount = schema::kMaxEncodedBytes;

schema::Column column_of(const parallel_run_output_column& given) {
    schema::Column column;
    if (given.name != nullptr) column.name = given.name;
    column.type = given.type;
    column.text_size = given.text_size;
    // One more than there may be is enough to be refused.
    const auto count = std::min(given.dimension_count, schema::kMaxDimensions + 1);
    column.dimensions.assign(given.dimensions, given.dimensions + count);
    return column;
}

}  // namespace

void Declaration::open(RowForm form) {
    form_ = form;
    open_ = true;
    columns_.clear();
    fault_.clear();
}

std::string Declaration::close() {
    open_ = false;
    if (fault_.empty() && form_ == RowForm::record && columns_.empty()) {
        fault_ =
            "init() declared no columns, and the output is a table: let it call "
            "declare_columns(), or give the step an append_row_file_name that does not end in .h5 "
            "or .hdf5";
    }
    return fault_;
}

const char* Declaration::declare(const parallel_run_output_column* const* columns,
                                 std::uint64_t count) {
    if (!open_) return "columns are declared in init() only";
    fault_ = take(columns, count);
    return fault_.empty() ? nullptr : fault_.c_str();
}

std::string Declaration::take(const parallel_run_output_column* const* columns,
                              std::uint64_t count) {
    if (form_ == RowForm::text) {
        return "columns are declared, and the output is no table: give the step an "
               "append_row_file_name that ends in .h5 or .hdf5";
    }
    if (!columns_.empty()) return "columns are declared for the second time: declare all at once";
    if (count > kMaxCount) return std::to_string(count) + " columns are too many";
    schema::Columns declared;
    for (std::uint64_t i = 0; i < count; ++i) {
        if (columns[i]->size < sizeof(parallel_run_output_column)) {
            return "column " + std::to_string(i + 1) + " has size " +
                   std::to_string(columns[i]->size) +
                   ": set it to sizeof(parallel_run_output_column)";
        }
        declared.push_back(column_of(*columns[i]));
    }
    if (const auto fault = schema::fault_of(declared); !fault.empty()) {
        return "the declared columns cannot be: " + fault;
    }
    columns_ = std::move(declared);
    return {};
}

}  // namespace parallel_run::entry_host
