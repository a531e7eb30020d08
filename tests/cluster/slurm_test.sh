#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# slurm_test.sh PROGRAM ENTRY_SCRIPTS: a step in every way that Slurm starts one, on a real Slurm of
# two nodes. Ends with 77 (skipped) where there is none to start.
set -uo pipefail
source "$(dirname "$0")/slurm.sh"

program=$1
scripts=$2
failures=0

skip() {
    echo "skipped: $*"
    exit 77
}

((EUID == 0)) || skip 'only root can start a Slurm'
for tool in munged slurmctld slurmd srun sbatch salloc; do
    command -v "$tool" >/dev/null ||
        skip "$tool is missing: scripts/install-dependencies test installs it"
done

lab=$(mktemp -d /tmp/slurm-test.XXXXXX)
trap 'stop_slurm; rm -rf "$lab"' EXIT
trap 'exit 1' INT TERM
for name in ${!SLURM_*} ${!OMPI_*} ${!PMIX_*}; do unset "$name"; done
cd "$lab" || exit 1
start_slurm || {
    echo 'Slurm does not start:'
    tail -n 20 "$lab"/*.log "$lab"/*.out
    exit 1
}

check() { # WHAT ACTUAL EXPECTED
    [[ $2 == "$3" ]] && return
    printf 'FAILED: %s\n  expected: %s\n  actual:   %s\n' "$1" "$3" "$2"
    failures=$((failures + 1))
}

check_says() { # WHAT FILE TEXT
    grep -qF -- "$3" "$2" && return
    printf 'FAILED: %s\n  expected: %s\n  in:\n%s\n' "$1" "$3" "$(cat "$2")"
    failures=$((failures + 1))
}

mkdir data
names=$(for ((i = 100; i < 200; i++)); do echo "f$i"; done)
(cd data && xargs touch <<<"$names")
cat >step.conf <<CONF
entry_script = $scripts/echo_names.so
input = data
mini_batch_size = 3
output = out
overwrite = true
CONF
check_rows() { # WHAT
    check "rows of $1" "$(sort out/parallel_run_step.txt | paste -sd ' ')" "$(paste -sd ' ' <<<"$names")"
    rm -f out/parallel_run_step.txt
}

timeout 60 srun -N 2 -n 2 --mpi=pmix "$program" run step.conf >messages 2>&1
check 'status under srun' $? 0
check_says 'ranks under srun' messages 'workers       2,'
check_rows srun

timeout 60 salloc -N 2 --ntasks-per-node=1 --cpus-per-task=2 "$program" run step.conf >messages 2>&1
check 'status in salloc' $? 0
check_says 'a rank for each core of the allocation' messages 'workers       4,'
check_rows salloc

cat >batch.sh <<BATCH
#!/bin/bash
"$program" run step.conf --process_count_per_node 1
BATCH
job=$(sbatch --parsable -N 2 --exclusive -o batch.out batch.sh)
check 'result of a batch job' "$(job_result "$job")" 'COMPLETED 0'
check_says 'ranks in a batch job' batch.out 'workers       2,'
check_rows sbatch

cat >batch.sh <<BATCH
#!/bin/bash
mpirun --allow-run-as-root -n 2 "$program" run step.conf
BATCH
job=$(sbatch --parsable -N 2 --ntasks-per-node=1 -o batch.out batch.sh)
check 'result of mpirun in a batch job' "$(job_result "$job")" 'COMPLETED 0'
check_rows 'mpirun in a batch job'

sed -i 's/^entry_script = .*/entry_script = missing.so/' step.conf
timeout 60 srun -N 2 -n 2 --mpi=pmix "$program" run step.conf >messages 2>&1
check 'status of a script that is not there' $? 2
check 'its message comes once' "$(grep -c "there is no file '$lab/missing.so'" messages)" 1

timeout 60 srun -N 2 -n 2 --mpi=none "$program" run step.conf >messages 2>&1
check 'status without PMIx' $? 2
check_says 'advice without PMIx' messages 'srun --mpi=pmix'

stop_slurm
check 'processes left behind' "$(marked)" ''
exit $((failures > 0))
