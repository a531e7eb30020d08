// SPDX-License-Identifier: Apache-2.0
#include "dataset/key_columns.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "base/spelling.hpp"

namespace parallel_run::dataset {

namespace {

using table::Format;
using table::Kind;

void check_kind(const Format& format) {
    if (format.kind == Kind::hdf5) {
        throw base::UsageError("partition_keys: " + format.first_file +
                               " is HDF5, and this version gathers rows of text only. Convert it "
                               "to .csv, or leave partition_keys out");
    }
    if (format.kind == Kind::lines) {
        throw base::UsageError("partition_keys: " + format.first_file +
                               " is read as lines, which have no columns. Set tabular_format = "
                               "delimited or json_lines, or leave partition_keys out");
    }
}

std::string what_there_is(const Format& format, const std::string& key) {
    if (const auto near = base::nearest(key, format.columns)) {
        return "did you mean '" + *near + "'?";
    }
    std::string names;
    for (const auto& column : format.columns) names += (names.empty() ? "" : ", ") + column;
    return "it has " + names;
}

}  // namespace

std::vector<std::size_t> key_columns(const Format& format, const std::vector<std::string>& keys) {
    check_kind(format);
    std::vector<std::size_t> positions;
    for (const auto& key : keys) {
        const auto found = std::find(format.columns.begin(), format.columns.end(), key);
        if (found == format.columns.end()) {
            throw base::UsageError("partition_keys: " + format.first_file + " has no column '" +
                                   key + "'; " + what_there_is(format, key));
        }
        positions.push_back(static_cast<std::size_t>(found - format.columns.begin()));
    }
    return positions;
}

}  // namespace parallel_run::dataset
