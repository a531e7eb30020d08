# SPDX-License-Identifier: Apache-2.0

# What every target of ours is compiled with.
add_library(pr_compile_options INTERFACE)
target_compile_options(pr_compile_options INTERFACE
  $<$<COMPILE_LANGUAGE:CXX>:-Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Wold-style-cast
  -Wcast-align -Woverloaded-virtual -Wconversion -Wsign-conversion
  -Wimplicit-fallthrough>
  $<$<AND:$<COMPILE_LANGUAGE:CXX>,$<BOOL:${PARALLEL_RUN_WARNINGS_AS_ERRORS}>>:-Werror>)

if(PARALLEL_RUN_SANITIZE)
  add_compile_options(-fsanitize=${PARALLEL_RUN_SANITIZE} -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${PARALLEL_RUN_SANITIZE})
endif()

# parallel_run_floor(NAME [SOURCES file...] [DEPENDS target...])
#
# A folder of src/: the target pr_NAME, the namespace parallel_run::NAME. DEPENDS names only floors
# below it (tests/quality checks the includes) and third parties.
function(parallel_run_floor name)
  cmake_parse_arguments(PARSE_ARGV 1 floor "" "" "SOURCES;DEPENDS")
  add_library(pr_${name} STATIC ${floor_SOURCES})
  target_include_directories(pr_${name} PUBLIC ${PROJECT_SOURCE_DIR}/src ${PROJECT_SOURCE_DIR}/include)
  target_link_libraries(pr_${name} PUBLIC ${floor_DEPENDS} PRIVATE pr_compile_options)
endfunction()
