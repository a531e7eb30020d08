# SPDX-License-Identifier: Apache-2.0
include(GoogleTest)

# Every unit test program: what a sanitizer build needs and no more.
add_custom_target(unit_tests)

# parallel_run_unit_test(NAME SOURCES file... LIBRARIES target...)
#
# A GoogleTest program; each of its tests is a ctest of its own with the label "unit".
function(parallel_run_unit_test name)
  cmake_parse_arguments(PARSE_ARGV 1 test "" "" "SOURCES;LIBRARIES")
  add_executable(${name} ${test_SOURCES})
  target_link_libraries(${name} PRIVATE ${test_LIBRARIES} pr_compile_options GTest::gtest_main)
  add_dependencies(unit_tests ${name})
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/tests)
  gtest_discover_tests(${name} PROPERTIES LABELS unit TIMEOUT 60 DISCOVERY_TIMEOUT 30
    ENVIRONMENT "ASAN_OPTIONS=detect_leaks=1;TSAN_OPTIONS=halt_on_error=1")
endfunction()

# What mpirun needs to run as root and with more ranks than cores.
set(PARALLEL_RUN_MPI_ENVIRONMENT
  OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
  OMPI_MCA_rmaps_base_oversubscribe=1 OMPI_MCA_mpi_yield_when_idle=1
  OMPI_MCA_hwloc_base_binding_policy=none)

# parallel_run_mpi_test(NAME SOURCES file... LIBRARIES target... RANKS n...)
#
# A GoogleTest program with a main of its own (tests/mpi/main.cpp) run by mpirun once for each number
# of ranks, with the label "mpi".
function(parallel_run_mpi_test name)
  cmake_parse_arguments(PARSE_ARGV 1 test "" "" "SOURCES;LIBRARIES;RANKS")
  add_executable(${name} ${test_SOURCES} ${PROJECT_SOURCE_DIR}/tests/mpi/main.cpp)
  target_link_libraries(${name} PRIVATE ${test_LIBRARIES} pr_compile_options MPI::MPI_CXX GTest::gtest)
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/tests)
  foreach(ranks IN LISTS test_RANKS)
    add_test(NAME ${name}_on_${ranks}
      COMMAND ${MPIEXEC_EXECUTABLE} ${MPIEXEC_NUMPROC_FLAG} ${ranks} $<TARGET_FILE:${name}>)
    set_tests_properties(${name}_on_${ranks} PROPERTIES LABELS mpi TIMEOUT 60 PROCESSORS 2
      ENVIRONMENT "${PARALLEL_RUN_MPI_ENVIRONMENT};ASAN_OPTIONS=detect_leaks=0")
  endforeach()
endfunction()

# parallel_run_whole_test(NAME SOURCES file...)
#
# A GoogleTest program that starts the real programs; each of its tests is a ctest of its own with the
# label "whole".
function(parallel_run_whole_test name)
  cmake_parse_arguments(PARSE_ARGV 1 test "" "" "SOURCES")
  add_executable(${name} ${test_SOURCES})
  target_link_libraries(${name} PRIVATE pr_compile_options GTest::gtest_main)
  target_compile_definitions(${name} PRIVATE
    PARALLEL_RUN_PROGRAM="$<TARGET_FILE:parallel-run>"
    PARALLEL_RUN_ENTRY_SCRIPTS="${PROJECT_BINARY_DIR}/entry_scripts"
    PARALLEL_RUN_SCRIPT_SOURCES="${PROJECT_SOURCE_DIR}/tests/entry_scripts"
    PARALLEL_RUN_MPIRUN="${MPIEXEC_EXECUTABLE}")
  add_dependencies(${name} parallel-run parallel-run-worker entry_scripts)
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/tests)
  gtest_discover_tests(${name} PROPERTIES LABELS whole TIMEOUT 120 PROCESSORS 2
    DISCOVERY_TIMEOUT 30)
endfunction()
