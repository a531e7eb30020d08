// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <mpi.h>

#include <cstdint>
#include <string>

#include "schema/columns.hpp"

namespace parallel_run::output {

/// A table that is to be made of the rows that the epochs left.
struct TableJob {
    std::string rows_path;  ///< whole rows, packed, each after its head
    std::string path;       ///< of the HDF5 file to be made
    schema::Columns columns;
    std::uint64_t bytes = 0;  ///< of rows
    std::uint32_t compression = 0;
};

/// COLLECTIVE over `comm`; the job is the same on every rank. Returns, the same everywhere, why the
/// table could not be made, in which case there is none; empty: it is durable, but perhaps not its
/// name. Takes TableShape::kMaxSlabBytes of memory, or a row if that is larger, and what HDF5 needs
/// to compress as much. May be repeated. Throws base::EnvironmentError, on every rank, where HDF5
/// would hang if anything else were done than ending the whole MPI job by MPI_Abort().
std::string write_table(MPI_Comm comm, const TableJob& job);

}  // namespace parallel_run::output
