#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# WORK STEP ENTRY_SCRIPT WEIGHTS: 500 drawn digits and one broken file, on two ranks.
. "$(dirname "$0")/common.sh"
step=$1 entry_script=$2 weights=$3
images=$work/images
output=$work/output

draw_digits "$images" --count 500 --seed 500
head -c 60 "$(find "$images" -name 'digit_000000_*.png')" > "$images/broken.png"

parallel-run run "$step" --entry_script "$entry_script" --side_input "weights=$weights" \
    --input "$images" --output "$output" --process_count_per_node 2

expect_rows "$output/parallel_run_step.txt" 500
check_rows "$output/parallel_run_step.txt" --expect "$images" --minimum 97
grep -rhF "is a damaged PNG" "$output/logs" | grep -qF broken.png ||
    fail "the logs do not list broken.png as a failed item"
