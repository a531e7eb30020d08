// SPDX-License-Identifier: Apache-2.0
#include "hdf5/reader.hpp"
#include "table/hdf5.hpp"

/// All that parallel-run-hdf5.so exports.
extern "C" __attribute__((visibility("default"))) const parallel_run::table::Hdf5Library*
parallel_run_hdf5_library() {
    namespace hdf5 = parallel_run::hdf5;
    static const parallel_run::table::Hdf5Library library{hdf5::extent, hdf5::columns,
                                                          hdf5::make_reader};
    return &library;
}
