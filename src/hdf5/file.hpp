// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "hdf5/handle.hpp"

namespace parallel_run::hdf5 {

/// Opens a file for reading, without locking it: parallel file systems often have no locks, and
/// many processes read the same file. Throws table::ReadError.
Handle open_file(const std::string& file);

/// The absolute paths of the file's datasets of one dimension or more, by name, the first
/// kMaxPaths. What PyTables and MATLAB keep for themselves (groups _i_* and #*#) is left out.
std::vector<std::string> dataset_paths(hid_t file);
constexpr std::size_t kMaxPaths = 1000;

/// The absolute paths of the datasets that a step names or, where it names none, of the file's only
/// one. Each is a dataset; throws table::ReadError for one that is not, or when there is a choice.
std::vector<std::string> chosen_paths(hid_t file, const std::string& file_name,
                                      const std::vector<std::string>& wanted);

}  // namespace parallel_run::hdf5
