# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2154
# Timing and statistics for benchmarks/run. Uses its variables scratch and parallel_run.

calc() { awk "BEGIN { printf \"%.9f\", $* }"; }

# timed COMMAND...: it began at `began` and took `seconds`; what it printed is in $scratch/said.
# shellcheck disable=SC2034
timed() {
    local ended
    began=$EPOCHREALTIME
    "$@" >"$scratch/said" 2>&1 || fail "failed: $* : $(tail -n 5 "$scratch/said")"
    ended=$EPOCHREALTIME
    seconds=$(calc "$ended - $began")
}

# note NAME EXPRESSION: one more value of a figure.
declare -A figures=()
note() { figures[$1]+="$(calc "$2") "; }

commas() { sed -E ':a; s/\B[0-9]{3}\>/,&/; ta'; }

# spread NAME FORMAT: "median | least .. most" of its values, thousands separated.
spread() {
    tr ' ' '\n' <<<"${figures[$1]}" | grep . | sort -g | awk -v format="$2" '
        { value[NR] = $1 }
        END { printf format " | " format " .. " format "\n", value[int((NR + 1) / 2)], value[1], value[NR] }
    ' | commas
}

# job ENTRY_SCRIPT MINI_BATCHES [ARGUMENTS...]: one step on two ranks, a file a mini-batch; `seconds`
# is its wall time. Checks that every mini-batch left its row. `more` is a line for its STEP.conf.
job() {
    local rows
    prepare_job "$1" "$2"
    timed mpirun -n 2 "$parallel_run" run "$scratch/step.conf" -- "${@:3}"
    rows=$(wc -l <"$scratch/output/parallel_run_step.txt")
    ((rows == $2)) || fail "$1 over $2 mini-batches left $rows rows"
}

prepare_job() {
    rm -rf "$scratch/output"
    seq -f '/%.0f' "$2" >"$scratch/list"
    cat >"$scratch/step.conf" <<CONF
entry_script = $PWD/build/release/entry_scripts/$1.so
input = @$scratch/list
mini_batch_size = 1
output = $scratch/output
run_invocation_timeout = 60
${more:-}
CONF
}

machine() {
    printf '%s, %s cores, %s GiB memory, Linux %s. %s.\n' \
        "$(lscpu | sed -n 's/^Model name: *//p')" "$(nproc)" \
        "$(awk '/MemTotal/ { printf "%.0f", $2 / 1048576 }' /proc/meminfo)" "$(uname -r)" "$(date +%F)"
    printf 'parallel-run %s, g++ %s, %s.\n' "$("$parallel_run" --version | awk '{ print $NF; exit }')" \
        "$(g++ -dumpfullversion)" "$(mpirun --version | head -n 1)"
}
