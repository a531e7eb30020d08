// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "table/format.hpp"

namespace parallel_run::dataset {

/// The positions of the columns that partition_keys name. Throws base::UsageError for a column that
/// the format does not have, and for a kind whose rows cannot be gathered by key.
std::vector<std::size_t> key_columns(const table::Format& format,
                                     const std::vector<std::string>& keys);

}  // namespace parallel_run::dataset
