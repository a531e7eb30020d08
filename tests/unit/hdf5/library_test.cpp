// SPDX-License-Identifier: Apache-2.0
#include "hdf5_part.hpp"

#include <gtest/gtest.h>

#include "table/hdf5.hpp"

namespace parallel_run::table {
namespace {

std::string failure_to_load(const std::string& path) {
    try {
        load_hdf5_library(path);
    } catch (const ReadError& error) {
        return error.what();
    }
    return "loaded";
}

TEST(Hdf5Library, is_found_beside_the_program_and_reads) {
    const auto file = hdf5::data_file("x_int64.h5");
    Format format;
    EXPECT_EQ(hdf5_extent(format, file).rows, 4U);
    format.columns = hdf5_columns(format, file);
    EXPECT_EQ(format.columns, std::vector<std::string>{"x: int64[3]"});
    Table table;
    open_hdf5_reader(format)->read(hdf5::rows_of(file, 1, 4), table);
    EXPECT_EQ(table.row_count, 3U);
}

TEST(Hdf5Library, says_what_is_wrong_by_the_programs_own_exception) {
    EXPECT_THROW(hdf5_extent(Format(), hdf5::data_file("none.h5")), ReadError);
}

TEST(Hdf5Library, that_is_missing_or_another_is_an_error_that_names_it) {
    EXPECT_EQ(failure_to_load("/no/such/parallel-run-hdf5.so"),
              "HDF5 input needs /no/such/parallel-run-hdf5.so, which cannot be loaded: "
              "/no/such/parallel-run-hdf5.so: cannot open shared object file: No such file or "
              "directory. Install parallel-run again, with all that it needs");
    EXPECT_NE(failure_to_load("libm.so.6").find("parallel_run_hdf5_library"), std::string::npos);
    EXPECT_EQ(failure_to_load(PARALLEL_RUN_HDF5_LIBRARY), "loaded");
}

}  // namespace
}  // namespace parallel_run::table
