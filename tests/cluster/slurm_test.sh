#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# slurm_test.sh PROGRAM ENTRY_SCRIPTS: a step in every way that Slurm starts one, on a real Slurm of
# two nodes. Ends with 77 (skipped) where there is none to start.
set -uo pipefail
source "$(dirname "$0")/common.sh"
source "$(dirname "$0")/slurm.sh"

program=$1
scripts=$2

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

make_waiting_step
cat >batch.sh <<BATCH
#!/bin/bash
exec "$program" run step.conf --process_count_per_node 1 --grace_seconds 2
BATCH
job=$(sbatch --parsable --no-kill -N 2 --exclusive -o batch.out batch.sh)
until_true 30 waiting 2
forget_waiting
crash_node node2
until_true 60 waiting 1
touch meet/go
check 'result of a job that lost a node' "$(job_result "$job")" 'COMPLETED 0'
check_says 'which node is left out' batch.out 'starting the ranks again (1 of 3) without node2'
check_says 'ranks on the nodes that are left' batch.out 'workers       1,'
check_all_rows 'a job that lost a node'
restart_node node2 || echo 'node2 does not come back'

# parent_of PROCESS
parent_of() { sed -n 's/^PPid:\s*//p' "/proc/$1/status"; }

forget_waiting
job=$(sbatch --parsable -N 2 --exclusive -o batch.out batch.sh)
until_true 30 waiting 2
worker=$(cat meet/* | head -n 1)
forget_waiting
kill -KILL "$(parent_of "$(parent_of "$worker")")"
until_true 60 waiting 2
touch meet/go
check 'result of a job that lost a rank' "$(job_result "$job")" 'COMPLETED 0'
check_says 'that it started again' batch.out 'starting the ranks again (1 of 3)'
check_all_rows 'a job that lost a rank'

forget_waiting
job=$(sbatch --parsable -N 2 --exclusive -o batch.out batch.sh)
until_true 30 waiting 2
scancel --batch --signal=TERM "$job"
check 'result of a job that was told to stop' "$(job_result "$job")" 'FAILED 75'
check_says 'that it can be gone on with' batch.out 'the same command goes on from what is saved'
touch meet/go
timeout 60 salloc -N 2 --exclusive "$program" run step.conf >messages 2>&1
check 'status when it goes on' $? 0
check_all_rows 'a job that was told to stop'

stop_slurm
check 'processes left behind' "$(marked)" ''
exit $((failures > 0))
