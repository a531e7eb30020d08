# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# What the tests of the examples share. Each is called as TEST.sh WORK [more] and finds programs
# in PATH; WORK is a folder of its own, emptied first.
set -euo pipefail
shopt -s inherit_errexit

work=$1
shift
rm -rf "$work"
mkdir -p "$work"
export XDG_CACHE_HOME=$work/cache # compiled entry scripts are this test's own

fail() {
    echo "failed: $*" >&2
    exit 1
}

expect_rows() { # FILE COUNT
    local rows
    rows=$(wc -l < "$1")
    [[ $rows == "$2" ]] || fail "$1 has $rows rows, not $2"
}

# Runs a command that must end with a status and say something on stderr.
expect_refusal() { # STATUS TEXT COMMAND...
    local status=0 wanted=$1 text=$2
    shift 2
    "$@" > "$work/refusal.out" 2> "$work/refusal.err" || status=$?
    [[ $status == "$wanted" ]] || fail "'$*' ended with $status, not $wanted"
    grep -qF -- "$text" "$work/refusal.err" || fail "'$*' did not say '$text'"
}
