#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# hosts_test.sh PROGRAM ENTRY_SCRIPTS: a `run` over several hosts that loses some of them. Ends with
# 77 (skipped) where hosts cannot be made.
set -uo pipefail
source "$(dirname "$0")/common.sh"
source "$(dirname "$0")/hosts.sh"

program=$1
scripts=$2

((EUID == 0)) || skip 'only root can make hosts'
for tool in ip nsenter unshare mpirun; do
    command -v "$tool" >/dev/null || skip "$tool is missing"
done
unshare --net --uts --ipc --mount true || skip 'no namespaces can be made here'

lab=$(mktemp -d /tmp/hosts-test.XXXXXX)
trap 'stop_hosts; rm -rf "$lab"' EXIT
trap 'exit 1' INT TERM
for name in ${!SLURM_*} ${!OMPI_*} ${!PMIX_*} ${!PBS_*}; do unset "$name"; done
cd "$lab" || exit 1
start_hosts 3 || {
    echo 'the hosts do not start:'
    tail -n 5 "$lab"/*.out
    exit 1
}
# A host that is cut off is noticed sooner than by default.
export OMPI_MCA_oob_tcp_keepalive_time=2 OMPI_MCA_oob_tcp_keepalive_intvl=1 \
    OMPI_MCA_oob_tcp_keepalive_probes=2
make_waiting_step
echo 'process_count_per_node = 1' >>step.conf

start_job() { on_host host1 "$program" run step.conf --overwrite >messages 2>&1 & job=$!; }

start_job
until_true 30 waiting 3 || echo 'FAILED: the ranks do not start on three hosts'
forget_waiting
crash_host host3
until_true 60 waiting 2
touch meet/go
wait $job
check 'status after a host crashed' $? 0
check_says 'which host is left out' messages 'starting the ranks again (1 of 3) without host3'
check_says 'workers after the crash' messages 'workers       2,'
check_all_rows 'a job that lost a host'
((failures == 0)) || cat messages

start_host 3
forget_waiting
start_job
until_true 30 waiting 3 || echo 'FAILED: the ranks do not start on three hosts again'
forget_waiting
cut_host 2
until_true 90 waiting 2
touch meet/go
wait $job
check 'status after a host was cut off' $? 0
check_says 'which host is left out' messages 'starting the ranks again (1 of 3) without host2'
check_all_rows 'a job that lost contact with a host'
((failures == 0)) || cat messages

stop_hosts
check 'processes left behind' "$(marked)" ''
exit $((failures > 0))
