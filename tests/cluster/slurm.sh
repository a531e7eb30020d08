# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2154
# A Slurm of our own (munged, slurmctld, two slurmd) on this machine, for as long as the calling
# script runs. Its daemons are children of the script, all files are below $lab, ports are free ones.
# Both nodes share the host's name and memory, so Open MPI is told to talk by TCP between ranks.

# free_port: prints a port on which nobody listens.
free_port() {
    local port
    while port=$((20000 + RANDOM % 12000)); do
        (: <"/dev/tcp/127.0.0.1/$port") 2>/dev/null || break
    done
    echo "$port"
}

write_slurm_conf() {
    local node
    cat >"$lab/slurm.conf" <<CONF
ClusterName=test
SlurmctldHost=$(hostname -s)(127.0.0.1)
SlurmctldPort=$(free_port)
SlurmUser=root
AuthType=auth/munge
AuthInfo=socket=$lab/munge.socket
CredType=cred/munge
StateSaveLocation=$lab/state
SlurmdSpoolDir=$lab/spool.%n
TmpFS=$lab/tmp.%n
SlurmctldPidFile=$lab/slurmctld.pid
SlurmdPidFile=$lab/slurmd.%n.pid
SlurmctldLogFile=$lab/slurmctld.log
SlurmdLogFile=$lab/slurmd.%n.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SwitchType=switch/none
MpiDefault=pmix
AccountingStorageType=accounting_storage/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
SchedulerParameters=sched_interval=2,batch_sched_delay=0,sched_min_interval=0
ReturnToService=2
KillWait=5
SlurmdParameters=config_overrides
PartitionName=main Nodes=ALL Default=YES State=UP
CONF
    for node in node1 node2; do
        # mpi/pmix makes a directory in TmpFS that must be the node's own.
        mkdir -p "$lab/spool.$node" "$lab/tmp.$node"
        echo "NodeName=$node NodeHostname=$(hostname -s) NodeAddr=127.0.0.1 Port=$(free_port)" \
            "CPUs=2 RealMemory=500"
    done >>"$lab/slurm.conf"
}

# start_daemon NAME COMMAND...: in the foreground of its own, as our child.
daemons=()
start_daemon() {
    "${@:2}" >"$lab/$1.out" 2>&1 </dev/null &
    daemons+=($!)
    disown  # or bash would tell of its death
}

all_idle() { [[ $(sinfo -h -N -o %T | sort -u) == idle ]]; }

# start_slurm: returns when both nodes are ready for jobs.
start_slurm() {
    local node
    mkdir -p "$lab/state"
    chmod 755 "$lab"
    export SLURM_CONF=$lab/slurm.conf SLURM_PMIX_FENCE=ring OMPI_MCA_btl=tcp,self
    write_slurm_conf
    (umask 077 && head -c 1024 /dev/urandom >"$lab/munge.key")
    start_daemon munged munged --foreground --force --key-file="$lab/munge.key" \
        --socket="$lab/munge.socket" --pid-file="$lab/munged.pid" --log-file="$lab/munged.log" \
        --seed-file="$lab/munge.seed"
    until_true 10 test -S "$lab/munge.socket" || return 1
    start_daemon slurmctld slurmctld -D -i
    for node in node1 node2; do start_daemon "$node" slurmd -D -N "$node"; done
    until_true 30 all_idle
}

# crash_node NAME: its daemon and its ranks die, and Slurm knows.
crash_node() {
    local process
    kill -KILL "$(cat "$lab/slurmd.$1.pid")"
    scontrol update NodeName="$1" State=DOWN Reason=crashed
    for process in $(marked); do
        if grep -qzFx "SLURMD_NODENAME=$1" "/proc/$process/environ" 2>/dev/null; then
            kill -KILL "$process" 2>/dev/null
        fi
    done
}

# restart_node NAME: after crash_node; returns when it is ready for jobs.
restart_node() {
    rm -rf "$lab/tmp.$1" && mkdir "$lab/tmp.$1"
    start_daemon "$1" slurmd -D -N "$1"
    until_true 30 all_idle
}

no_job() { [[ -z $(squeue -h) ]]; }
none_alive() {
    local pid
    for pid in "${daemons[@]}"; do
        if kill -0 "$pid" 2>/dev/null; then return 1; fi
    done
}

stop_slurm() {
    local index
    ((${#daemons[@]})) || return 0
    scancel --user=root 2>/dev/null || true
    until_true 20 no_job || true
    # The last one first: all need munged to say goodbye.
    for ((index = ${#daemons[@]} - 1; index >= 0; index--)); do
        kill "${daemons[index]}" 2>/dev/null || true
    done
    until_true 10 none_alive || kill -9 "${daemons[@]}" 2>/dev/null || true
    daemons=()
}

# job_result JOB: waits for its end, prints its state and exit status: "COMPLETED 0".
job_left() { [[ -z $(squeue -h -j "$1" -t PD,R,CG,S 2>/dev/null) ]]; }
job_result() {
    until_true 60 job_left "$1" || true
    scontrol show job "$1" | sed -nE 's/.*JobState=([A-Z_]+).*/\1/p; s/.*ExitCode=([0-9]+):.*/\1/p' |
        paste -sd ' '
}
