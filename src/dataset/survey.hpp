// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "config/step.hpp"
#include "table/format.hpp"

namespace parallel_run::dataset {

/// How the files of each input become rows, by its first file that is not empty; nothing where the
/// items are files. Throws base::UsageError for an input without any content, for what
/// table::survey() cannot understand and for partition_keys that the first file does not have,
/// base::EnvironmentError when something cannot be read.
std::vector<table::Format> survey(const config::Step& step);

/// Throws base::UsageError for an input without any file. Finds one as quickly as it can.
void require_files(const config::Step& step);

}  // namespace parallel_run::dataset
