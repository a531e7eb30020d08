# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2154
# Hosts of our own on this machine, for as long as the calling script runs: each is a set of
# namespaces (network, hostname, IPC, mounts) that a sleeping process holds, with an address on a
# bridge and a /dev/shm of its own. Other files, and process numbers, they share. All is below $lab.

bridge=pr$$
net=10.$((RANDOM % 100 + 100)).$((RANDOM % 250))

# hold_host NAME: becomes the process that holds a new host.
# shellcheck disable=SC2016
hold_host() {
    exec unshare --net --uts --ipc --mount --propagation private sh -c '
        hostname "$1" && mount -t tmpfs shm /dev/shm && mount --bind "$2/etc_hosts" /etc/hosts &&
            ip link set lo up && echo $$ >"$2/$1.pid.new" && mv "$2/$1.pid.new" "$2/$1.pid" &&
            exec sleep infinity' hold "$1" "$lab"
}

holder() { cat "$lab/$1.pid"; }

# start_host NUMBER: as "hostNUMBER".
start_host() {
    local name=host$1
    hold_host "$name" >"$lab/$name.out" 2>&1 </dev/null &
    disown  # or bash would tell of its death
    until_true 10 test -s "$lab/$name.pid" || return 1
    ip link add "$bridge.$1" type veth peer name eth0 netns "$(holder "$name")" &&
        ip link set "$bridge.$1" master "$bridge" up &&
        on_host "$name" ip address add "$net.$1/24" dev eth0 && on_host "$name" ip link set eth0 up
}

# write_agent: what Open MPI starts its daemons by, in the place of ssh: [options] HOST WORDS...
write_agent() {
    cat >"$lab/agent" <<AGENT
#!/bin/bash
while [[ \$1 == -* ]]; do shift; done
pid=\$(cat "$lab/\$1.pid") || exit 255
exec nsenter -t "\$pid" --net --uts --ipc --mount --wd=/ -- sh -c "\${*:2}"
AGENT
    chmod +x "$lab/agent"
}

# start_hosts COUNT: and a hostfile of them in $lab/hostfile, which Open MPI uses from now on.
start_hosts() {
    local number
    echo '127.0.0.1 localhost' >"$lab/etc_hosts"
    for ((number = 1; number <= $1; number++)); do
        echo "$net.$number host$number" >>"$lab/etc_hosts"
        echo "host$number slots=2" >>"$lab/hostfile"
    done
    write_agent
    export OMPI_MCA_plm_rsh_agent=$lab/agent OMPI_MCA_orte_default_hostfile=$lab/hostfile
    ip link add "$bridge" type bridge && ip link set "$bridge" up || return 1
    for ((number = 1; number <= $1; number++)); do start_host "$number" || return 1; done
}

# on_host NAME COMMAND...: runs it there.
on_host() {
    nsenter -t "$(holder "$1")" --net --uts --ipc --mount --wd="$PWD" -- "${@:2}"
}

# processes_on NAME: numbers, the holder's among them.
processes_on() {
    local process uts
    uts=$(readlink "/proc/$(holder "$1")/ns/uts") || return 0
    for process in /proc/[0-9]*; do
        [[ $(readlink "$process/ns/uts") == "$uts" ]] && echo "${process#/proc/}"
    done
}

# crash_host NAME: all its processes die at once, and it is not there any more.
crash_host() {
    local processes
    mapfile -t processes < <(processes_on "$1")
    rm -f "$lab/$1.pid"
    kill -KILL "${processes[@]}" 2>/dev/null
}

# cut_host NUMBER: nothing passes to or from it any more, and nobody is told.
cut_host() { ip link set "$bridge.$1" down; }

stop_hosts() {
    local pid link
    for pid in "$lab"/host*.pid; do
        [[ -e $pid ]] && crash_host "$(basename "$pid" .pid)"
    done
    # Its connections may keep a network for minutes after its last process.
    for link in $(ip -o link show master "$bridge" 2>/dev/null | sed -E 's/^[0-9]+: ([^@]+)@.*/\1/'); do
        ip link delete "$link"
    done
    ip link delete "$bridge" 2>/dev/null
}
