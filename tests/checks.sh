# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# How a test in shell says what is wrong. It ends with `exit $((failures > 0))`.

failures=0

skip() {
    echo "skipped: $*"
    exit 77
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
