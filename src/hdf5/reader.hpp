// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "table/format.hpp"
#include "table/hdf5.hpp"
#include "table/reader.hpp"

namespace parallel_run::hdf5 {

// What table::Hdf5Library leads to; see there.

table::Hdf5Extent extent(const table::Format& format, const std::string& file);
std::vector<std::string> columns(const table::Format& format, const std::string& file);

/// Its reader keeps the last file open: parts of one file follow each other.
std::unique_ptr<table::Reader> make_reader(const table::Format& format);

}  // namespace parallel_run::hdf5
