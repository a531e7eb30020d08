#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# out_of_memory_test.sh PARALLEL_RUN ENTRY_SCRIPTS: the kernel kills a worker process for its memory. Runs
# in a memory control group of its own; exits with 77 (skipped) where it cannot have one.
set -uo pipefail
source "$(dirname "$0")/../checks.sh"

program=$1
scripts=$2
limit=$((400 << 20))
cause='was killed by signal 9 \(Killed\): the kernel ran out of memory; it had reached [0-9.]+ MB'

make_group() {
    local root
    if [[ -d /sys/fs/cgroup/memory ]]; then
        group=/sys/fs/cgroup/memory/parallel-run-test-$$
        mkdir "$group" && echo $limit >"$group/memory.limit_in_bytes"
    else
        root=$(awk '$3 == "cgroup2" { print $2; exit }' /proc/mounts)
        [[ -n $root ]] && grep -qw memory "$root/cgroup.subtree_control" || return 1
        group=$root/parallel-run-test-$$
        mkdir "$group" && echo $limit >"$group/memory.max"
    fi
} 2>/dev/null

make_group || skip 'no memory control group can be made here'
folder=$(mktemp -d)
trap 'rm -rf "$folder"; rmdir "$group" 2>/dev/null' EXIT
cd "$folder" || exit 1
mkdir in && touch in/{a,b,c,bad}
cat >step.conf <<END
entry_script = $scripts/eats_memory.so
input = in
output = out
mini_batch_size = 1
run_max_try = 2
process_count_per_node = 2
arguments = --megabytes 2000
END

(echo "$BASHPID" >"$group/cgroup.procs" && exec "$program" run step.conf) 2>said
status=$?
check 'status of a job with a mini-batch that eats all memory' "$status" 0
check 'it costs the others nothing' "$(sort out/parallel_run_step.txt | paste -sd ' ')" 'a b c'
check 'the last lines tell the cause, and at what size' "$(tail -n 10 said | grep -qE "$cause" && echo yes)" yes
((failures == 0)) || cat said
exit $((failures > 0))
