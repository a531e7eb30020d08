# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# What the scripts share; sourced from the repository's root.

bold='' plain=''
if [[ -t 1 && -z ${NO_COLOR:-} ]]; then
    bold=$'\e[1m' plain=$'\e[0m'
fi

# One line that says what happens next.
say() { printf '%s==> %s%s\n' "$bold" "$*" "$plain"; }

fail() {
    printf '%s: %s\n' "${0##*/}" "$*" >&2
    exit 1
}

# build_preset PRESET [TARGET...]: configures and builds in build/PRESET.
build_preset() {
    local preset=$1 log=build/$1/configure.log
    shift
    mkdir -p "build/$preset"
    if ! cmake --preset "$preset" >"$log" 2>&1; then
        cat "$log" >&2
        return 1
    fi
    cmake --build "build/$preset" --parallel "$(nproc)" ${1+--target "$@"}
}
