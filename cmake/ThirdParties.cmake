# SPDX-License-Identifier: Apache-2.0
# Everything that is not ours; docs/architecture.md says what each is for.

find_package(Threads REQUIRED)

set(MPI_CXX_SKIP_MPICXX ON)  # the obsolete C++ bindings
find_package(MPI REQUIRED COMPONENTS C CXX)

set(HDF5_PREFER_PARALLEL ON)
find_package(HDF5 REQUIRED COMPONENTS C)
if(NOT HDF5_IS_PARALLEL)
  message(FATAL_ERROR "Only the serial HDF5 was found. Install the parallel one: libhdf5-openmpi-dev")
endif()

find_package(Boost REQUIRED COMPONENTS program_options)
find_package(spdlog REQUIRED)
find_package(PNG REQUIRED)
find_package(GTest REQUIRED)
find_package(benchmark QUIET)  # only benchmarks

find_package(PkgConfig REQUIRED)
pkg_check_modules(xxhash REQUIRED IMPORTED_TARGET libxxhash)
pkg_check_modules(libdw IMPORTED_TARGET libdw)
pkg_check_modules(simdjson REQUIRED IMPORTED_TARGET simdjson)
pkg_check_modules(zstd REQUIRED IMPORTED_TARGET libzstd)
find_package(ZLIB REQUIRED)

# What reads HDF5 input: the serial HDF5 beside the parallel one (Debian gives their symbols different
# versions); where there is no serial one, that one too.
pkg_check_modules(hdf5_serial IMPORTED_TARGET hdf5-serial)
add_library(parallel_run_serial_hdf5 INTERFACE)
if(hdf5_serial_FOUND)
  target_link_libraries(parallel_run_serial_hdf5 INTERFACE PkgConfig::hdf5_serial)
else()
  message(STATUS "HDF5 input is read by the parallel HDF5: pkg-config knows no hdf5-serial (libhdf5-dev)")
  target_link_libraries(parallel_run_serial_hdf5 INTERFACE hdf5::hdf5 MPI::MPI_C)
endif()
