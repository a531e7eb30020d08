// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "config/step.hpp"
#include "table/format.hpp"

namespace parallel_run::table {

/// The kind that a step's tabular_format or, without one, the file's name says: .csv .tsv
/// .jsonl .ndjson .h5 .hdf5 .mat, also with .gz or .zst behind it. Throws base::UsageError for a
/// name that says nothing.
Kind kind_of(const config::Step& step, const std::string& file);

/// Whether the file is compressed text by its name (.gz, .zst): one part, whatever its size.
bool is_compressed(const std::string& file);

/// The format of an input whose first file with any content is `file`, but for the columns: reads
/// nothing. Throws like kind_of().
Format format_of(const config::Step& step, const std::string& file);

/// The format of an input whose first file with any content is `file`: reads its first record.
/// Throws base::UsageError when that cannot be understood, base::EnvironmentError when it cannot be
/// read.
Format survey(const config::Step& step, const std::string& file);

}  // namespace parallel_run::table
