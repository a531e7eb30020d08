// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "cli/parameters.hpp"

namespace parallel_run::cli {

Parameter input_type_parameter();
/// Files or, for tables, bytes or rows: to be read after input_type.
Parameter mini_batch_size_parameter();

/// How the records of tables are read; written for steps with tabular input only.
std::vector<Parameter> table_parameters();

}  // namespace parallel_run::cli
