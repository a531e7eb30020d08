// SPDX-License-Identifier: Apache-2.0
#pragma once

/// The columns of an output that is a table: a step's append_row_file_name that ends in .h5 or
/// .hdf5.
///
///     void init() {
///         EntryScript::instance().declare_columns(
///             {column<float>("embedding", {64}), column<std::int32_t>("label"),
///              text_column("name", 32)});
///     }
///     Rows run(const MiniBatch& mini_batch) {
///         ...
///         rows.append_record(embedding, label, name);  // a value for each column, in this order
///     }

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include <parallel_run/entry_script.h>
#include <parallel_run/values.hpp>

namespace parallel_run {

struct OutputColumn {
    std::string name;
    parallel_run_type type = PARALLEL_RUN_TEXT;
    std::uint64_t text_size = 0;            ///< bytes of one text; 0 for numbers
    std::vector<std::uint64_t> dimensions;  ///< of a row's numbers; none: a single one
};

/// Numbers: T is an integer, a float or a double.
template <typename T>
OutputColumn column(std::string name, std::vector<std::uint64_t> dimensions = {}) {
    return {std::move(name), detail::type_of<T>(), 0, std::move(dimensions)};
}

/// Texts of up to `size` bytes (UTF-8 by the rules of HDF5's readers), zeros after shorter ones.
inline OutputColumn text_column(std::string name, std::uint64_t size) {
    return {std::move(name), PARALLEL_RUN_TEXT, size, {}};
}

}  // namespace parallel_run
