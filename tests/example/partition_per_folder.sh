#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# WORK STEP ENTRY_SCRIPT: the sizes of recordings, as in the example's README.
. "$(dirname "$0")/common.sh"
step=$1 entry_script=$2

"$(dirname "$step")/make_recordings" "$work/recordings"
parallel-run run "$step" --entry_script "$entry_script" --input "$work/recordings" \
    --output "$work/output" --process_count_per_node 2 2> "$work/summary"
grep -q '5 processed, 0 failed' "$work/summary" || fail "the summary: $(cat "$work/summary")"

diff <(sort "$work/output/sizes.csv") - << 'SIZES' || fail "other sizes"
alice,disco,1.wav,8820,8820
alice,orchestra,2.wav,8644,8644
bob,piano,3.wav,8467,16405
bob,piano,4.wav,7938,16405
carol,choir,5.wav,9102,17569
carol,choir,6.wav,8467,17569
carol,piano,7.wav,7052,7052
user,genre,file,bytes,total
SIZES
