# SPDX-License-Identifier: Apache-2.0

# parallel_run_entry_script(NAME source... [LIBRARIES target...])
#
# Builds an entry script: the target NAME, and NAME.so in the current binary directory (or where
# CMAKE_LIBRARY_OUTPUT_DIRECTORY says). A symbol that no library has is a link error.
function(parallel_run_entry_script name)
  cmake_parse_arguments(PARSE_ARGV 1 script "" "" "LIBRARIES")
  add_library(${name} MODULE ${script_UNPARSED_ARGUMENTS})
  target_include_directories(${name} PRIVATE ${PROJECT_SOURCE_DIR}/include)
  target_link_libraries(${name} PRIVATE ${script_LIBRARIES})
  target_link_options(${name} PRIVATE LINKER:-z,defs)
  set_target_properties(${name} PROPERTIES PREFIX "" SUFFIX .so
    C_VISIBILITY_PRESET hidden CXX_VISIBILITY_PRESET hidden CUDA_VISIBILITY_PRESET hidden)
endfunction()
