#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# WORK STEP ENTRY_SCRIPT: batches, normalisation, and arguments that do not fit the model.
. "$(dirname "$0")/common.sh"
step=$1 entry_script=$2
images=$work/images
write_pixel_finder "$work/model.onnx" "$images"
echo "no image" > "$images/broken.png"

run() { # OUTPUT ARGUMENTS...
    local output=$work/$1
    shift
    parallel-run run "$step" --entry_script "$entry_script" --side_input "model=$work/model.onnx" \
        --input "$images" --mini_batch_size 10 --output "$output" --process_count_per_node 1 \
        -- --width 4 --height 3 "$@"
}

# A pixel of 200 is the only bright one: (200 * 0.5 - 10) / 4 = 22.5. The last pass of a mini-batch
# is smaller than 4.
run batches --batch_size 4 --scale 0.5 --mean 10 --std 4
rows=$work/batches/parallel_run_step.txt
expect_rows "$rows" 30
check_rows "$rows" --expect "$images" --minimum 100
[[ $(grep -c ' 22\.5000$' "$rows") == 30 ]] || fail "the scores are not 22.5: $(head -1 "$rows")"
grep -rhF "is not an image" "$work/batches/logs" | grep -qF broken.png ||
    fail "the logs do not list broken.png as a failed item"

refused() { # OUTPUT TEXT ARGUMENTS...
    local output=$1 text=$2 status=0
    shift 2
    run "$output" "$@" > "$work/$output.log" 2>&1 || status=$?
    [[ $status == 1 ]] || fail "a run with $* ended with $status, not 1"
    grep -rqF -- "$text" "$work/$output/logs" || fail "the logs do not say '$text' for $*"
}
refused word '--scale wants a number, not "much"' --scale much
refused channels "--channels is 1 (grey) or 3 (RGB)" --channels 2
refused mean "--mean wants one number or one for each of the 1 channels" --mean 1,2
refused fraction "--batch_size wants a whole number of at least 1" --batch_size 0.5
