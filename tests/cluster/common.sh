# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2154
# What the tests of clusters have in common. $lab is the directory of the calling script.
source "$(dirname "$0")/../checks.sh"

# until_true SECONDS COMMAND...: looks until it succeeds; fails when it does not in time.
until_true() {
    local deadline=$((SECONDS + $1))
    until "${@:2}" >/dev/null 2>&1; do
        ((SECONDS < deadline)) || return 1
        sleep 0.05
    done
}

# marked: processes that have $lab in their environment or on their command line, this script and
# its own children aside.
marked() {
    local process
    for process in /proc/[0-9]*; do
        [[ ${process#/proc/} != "$$" && ${process#/proc/} != "$BASHPID" ]] || continue
        if cat "$process/environ" "$process/cmdline" 2>/dev/null | grep -qF -- "$lab"; then
            echo "${process#/proc/}"
        fi
    done
}

# make_waiting_step: a step.conf of 12 mini-batches whose first attempts wait for meet/go.
make_waiting_step() {
    local i
    mkdir -p waiting_data meet
    for ((i = 0; i < 12; i++)); do touch "waiting_data/f$((100 + i))"; done
    cat >step.conf <<CONF
entry_script = $scripts/waits.so
input = waiting_data
mini_batch_size = 1
output = waiting_out
arguments = --meet $lab/meet
CONF
}
waiting() { (($(find meet -type f ! -name '.*' | wc -l) >= $1)); } # COUNT
forget_waiting() { rm -f meet/*; }
check_all_rows() { # WHAT
    local file=waiting_out/parallel_run_step.txt
    check "rows of $1" "$(cut -d ' ' -f 1 $file | sort -n | paste -sd ' ')" "$(seq -s ' ' 0 11)"
    rm -f $file
}
