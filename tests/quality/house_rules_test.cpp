// SPDX-License-Identifier: Apache-2.0
#include "house_rules.hpp"

#include <unistd.h>

#include <fstream>

#include <gtest/gtest.h>

namespace parallel_run::quality {
namespace {

namespace fs = std::filesystem;
using Violations = std::vector<std::string>;

/// A small source tree: floors base < ring < cli, each of which links the one below it.
class HouseRules : public testing::Test {
protected:
    HouseRules() {
        const auto pattern = fs::temp_directory_path() / "house_rules_XXXXXX";
        root_ = mkdtemp(pattern.string().data());
        write("src/CMakeLists.txt",
              "add_subdirectory(base)\nadd_subdirectory(ring)\nadd_subdirectory(cli)\n");
        write("src/base/CMakeLists.txt", "parallel_run_floor(base SOURCES id.cpp)\n");
        write("src/ring/CMakeLists.txt",
              "parallel_run_floor(ring SOURCES ring.cpp DEPENDS pr_base)\n");
        write("src/cli/CMakeLists.txt",
              "parallel_run_floor(cli SOURCES main.cpp DEPENDS pr_ring)\n");
    }
    ~HouseRules() override { fs::remove_all(root_); }
    HouseRules(const HouseRules&) = delete;
    HouseRules& operator=(const HouseRules&) = delete;

    void write(const fs::path& file, std::string_view text) {
        fs::create_directories((root_ / file).parent_path());
        std::ofstream(root_ / file) << text;
    }
    Violations include_violations() { return check_includes(root_).violations; }
    Violations license_violations() { return check_license_lines(root_).violations; }

    fs::path root_;
};

TEST_F(HouseRules, a_floor_may_include_itself_and_what_lies_below) {
    write("src/cli/main.cpp", "#include \"cli/options.hpp\"\n#include \"base/id.hpp\"\n");
    EXPECT_EQ(include_violations(), Violations{});
}

TEST_F(HouseRules, an_include_that_points_up_is_a_violation) {
    write("src/base/id.cpp", "\n#include \"ring/ring.hpp\"\n");
    EXPECT_EQ(include_violations(),
              Violations{"src/base/id.cpp:2: base does not link the floor of ring/ring.hpp"});
}

TEST_F(HouseRules, a_floor_below_that_is_not_linked_may_not_be_included) {
    write("src/ring/CMakeLists.txt", "parallel_run_floor(ring SOURCES ring.cpp)  # no pr_base\n");
    write("src/ring/ring.hpp", "#  include \"base/id.hpp\"\n");
    EXPECT_EQ(include_violations(),
              Violations{"src/ring/ring.hpp:1: ring does not link the floor of base/id.hpp"});
}

TEST_F(HouseRules, a_floor_may_not_link_one_above_it) {
    write("src/base/CMakeLists.txt", "parallel_run_floor(base SOURCES id.cpp DEPENDS\n  pr_cli)\n");
    EXPECT_EQ(include_violations(),
              Violations{"src/base/CMakeLists.txt:1: base links cli, which src/CMakeLists.txt does "
                         "not list before it"});
}

TEST_F(HouseRules, a_folder_that_is_no_floor_is_a_violation) {
    write("src/util/misc.cpp", "");
    EXPECT_EQ(include_violations(),
              Violations{"src/util/misc.cpp:1: is in no floor that src/CMakeLists.txt lists"});
}

TEST_F(HouseRules, an_include_names_its_floor) {
    write("src/ring/ring.cpp", "#include \"ring.hpp\"\n");
    EXPECT_EQ(include_violations(),
              Violations{"src/ring/ring.cpp:1: includes ring.hpp without its path from src/"});
}

TEST_F(HouseRules, third_parties_stay_in_their_places) {
    write("src/ring/ring.cpp", "#include <mpi.h>\n#include <spdlog/spdlog.h>\n");
    write("src/ring/ring.hpp", "#include <boost/any.hpp>\n");
    write("src/cli/run_command.cpp", "#include <mpi.h>\n#include <boost/any.hpp>\n");
    write("src/cli/plan_command.cpp", "#include <mpi.h>\n");
    EXPECT_EQ(include_violations(),
              (Violations{"src/cli/plan_command.cpp:1: MPI is not for this place",
                          "src/ring/ring.cpp:1: MPI is not for this place",
                          "src/ring/ring.cpp:2: spdlog is not for this place",
                          "src/ring/ring.hpp:1: Boost is not for this place"}));
}

TEST_F(HouseRules, hdf5_belongs_to_its_floor_and_one_more_header_and_its_source) {
    write("src/CMakeLists.txt",
          "add_subdirectory(hdf5)\nadd_subdirectory(ring)\nadd_subdirectory(cli)\n");
    write("src/hdf5/CMakeLists.txt", "parallel_run_floor(hdf5 SOURCES file.cpp)\n");
    write("src/ring/CMakeLists.txt", "parallel_run_floor(ring SOURCES table.cpp)\n");
    write("src/hdf5/file.cpp", "#include <hdf5.h>\n#include \"hdf5/file.hpp\"\n");
    write("src/hdf5/element.cpp", "#include <H5Tpublic.h>\n");
    write("src/ring/table.hpp", "#include <hdf5.h>\n");
    write("src/ring/table.cpp", "#include <H5Ppublic.h>\n");
    EXPECT_EQ(include_violations(), Violations{});
    write("src/cli/main.cpp", "#include <hdf5.h>\n");
    EXPECT_EQ(
        include_violations(),
        (Violations{"src/cli/main:1: HDF5 is included by more than one file outside hdf5",
                    "src/ring/table:1: HDF5 is included by more than one file outside hdf5"}));
}

TEST_F(HouseRules, a_public_header_knows_the_public_headers_only) {
    write("include/parallel_run/script.hpp",
          "#include <parallel_run/script.h>\n#include <string>\n#include \"base/id.hpp\"\n"
          "#include <boost/any.hpp>\n");
    EXPECT_EQ(include_violations(),
              (Violations{"include/parallel_run/script.hpp:3: a public header includes base/id.hpp",
                          "include/parallel_run/script.hpp:4: a public header includes "
                          "boost/any.hpp"}));
}

TEST_F(HouseRules, a_source_file_without_its_license_is_a_violation) {
    fs::remove_all(root_ / "src");
    write("src/base/good.cpp", "// SPDX-License-Identifier: Apache-2.0\n");
    write("src/base/bad.cpp", "int x;\n// SPDX-License-Identifier: Apache-2.0\n");
    write("src/base/empty.hpp", "");
    write("scripts/good", "#!/bin/sh\n# SPDX-License-Identifier: Apache-2.0\n");
    write("scripts/bad", "#!/bin/sh\necho\n");
    write("scripts/list.txt", "no source\n");
    EXPECT_EQ(license_violations(),
              (Violations{"src/base/bad.cpp:1: no SPDX line", "src/base/empty.hpp:1: no SPDX line",
                          "scripts/bad:2: no SPDX line"}));
}

/// The tree that this program was built from. That files were found keeps the test from passing on
/// nothing.
void expect_clean(const Report& report) {
    EXPECT_GT(report.files, 20U);
    for (const auto& violation : report.violations) ADD_FAILURE() << violation;
}

TEST(ThisRepository, includes_only_what_lies_below) {
    expect_clean(check_includes(PARALLEL_RUN_SOURCE_DIR));
}

TEST(ThisRepository, says_its_license_in_every_source_file) {
    expect_clean(check_license_lines(PARALLEL_RUN_SOURCE_DIR));
}

}  // namespace
}  // namespace parallel_run::quality
