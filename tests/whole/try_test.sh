#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# try_test.sh PARALLEL_RUN ENTRY_SCRIPTS: what `parallel-run try` and `build` do, as whole programs.
set -uo pipefail
source "$(dirname "$0")/../checks.sh"

program=$1
scripts=$2
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder" || exit 1
export XDG_CACHE_HOME=$folder/cache TMPDIR=$folder/temporary

try() { # SCRIPT [word...]: rows, messages and status are left in files and $status
    printf 'entry_script = %s\ninput = data\nmini_batch_size = 2\noutput = out\n' "$1" >step.conf
    "$program" try step.conf "${@:2}" >rows 2>messages
    status=$?
}

mkdir -p data temporary
touch data/a data/b data/bad

try "$scripts/echo_names.so"
check 'status of a good script' "$status" 0
check 'all rows are on stdout' "$(paste -sd' ' rows)" 'a b bad'
check_says 'log lines are on stderr' messages 'INFO: ready'
check_says 'each mini-batch is counted' messages 'mini-batch 1 of input0: items 1, rows 1,'
check 'output_dir exists' "$(test -d out && echo yes)" yes
check 'nothing temporary is left' "$(ls temporary)" ''

try "$scripts/echo_names.so" --mini_batch 1
check 'one mini-batch' "$(paste -sd' ' rows)" bad

try "$scripts/echo_names.so" --mini_batch=2
check 'status without such a mini-batch' "$status" 2
check_says 'how many there are' messages 'the step has 2 mini-batches; the first is 0'

try "$scripts/fails_items.so"
check 'a failed item is no failed mini-batch' "$status" 0
check_says 'a failed item has its reason' messages "failed item $folder/data/bad: bad is bad"

try "$scripts/throws.so"
check 'status when run() throws' "$status" 1
check_says 'type and message' messages "std::runtime_error: cannot read $folder/data/a"
check_says 'the count of failures' messages '2 mini-batches failed'

try "$scripts/throws_in_init.so"
check 'status when init() throws' "$status" 1
check_says 'init is named' messages 'init() failed: std::runtime_error: the model is missing'

try "$scripts/static_throw.so"
check 'status when a static initialiser throws' "$status" 1
check 'what the script prints is no row' "$(cat rows)" ''
check_says 'its print is on stderr' messages 'reading the model'
check_says 'its exception' messages 'a static initialiser threw std::runtime_error: the model is'
check 'nothing temporary is left after it' "$(ls temporary)" ''

try "$scripts/wrong_version.so"
check 'status of a script that does not load' "$status" 2
check_says 'both versions' messages 'version 42 of the entry script interface'

cat >surroundings.cpp <<'END'
// parallel-run: -DGREETING='"hello"'
#include <parallel_run/entry_script.hpp>

#include <cstdlib>
#include <iostream>

namespace pr = parallel_run;

void init() {}

pr::Rows run(const pr::MiniBatch& mini_batch) {
    std::cout << "no row" << std::endl;
    const auto& script = pr::EntryScript::instance();
    pr::Rows rows;
    rows.append("{} {} {}", GREETING, std::getenv("COLOUR"), script.argument("--who"));
    rows.append(std::filesystem::current_path().filename().string());
    rows.append("{}", std::filesystem::is_directory(script.log_dir()));
    rows.append("{}", mini_batch.attempt());
    return rows;
}

PARALLEL_RUN_ENTRY_SCRIPT(init, run)
END
try surroundings.cpp --source_directory . --environment_variables COLOUR=red --mini_batch 0 \
    -- --who world
check 'status of a source' "$status" 0
check 'flags, environment, arguments, directories' "$(paste -sd' ' rows)" \
    "hello red world $(basename "$folder") true 1"
check_says 'stdout of the script' messages 'no row'
check_says 'that it compiles' messages "compiling $folder/surroundings.cpp"

"$program" build surroundings.cpp >messages 2>&1
check 'status of build' $? 0
check 'build writes beside nothing else' "$(ls -d surroundings*)" $'surroundings.cpp\nsurroundings.so'

echo 'nonsense' >wrong.cpp
try wrong.cpp
check 'status of a source that does not compile' "$status" 2
check_says 'the compiler is heard' messages "$folder/wrong.cpp:1:1: error: "

exit $((failures > 0))
